import { existsSync } from 'node:fs';
import { nearestName, type TaskTemplateDefinition } from '@tasker/core';
import type { RegisteredTemplate, TaskerBackend } from '../backend/tasker-backend';
import { CliFailure } from '../program/cli-failure';
import { EXIT_CODES } from '../program/exit-codes';
import { referenceText, templateReference } from '../program/template-reference';
import { readTemplates, type ReadingOptions } from './template-files';

/** Which template of a file that has several. @internal */
export interface ChoiceOptions extends ReadingOptions {
  readonly template?: string;
}

/** A template and what to call it. @internal */
export interface NamedTemplate {
  readonly label: string;
  readonly definition: TaskTemplateDefinition;
}

/**
 * A template out of a file, or a registered one by its reference.
 *
 * @param backend asked only for a registered one
 * @throws {CliFailure} when the file is faulty or holds no such template
 * @throws {TaskerError} TSK_TEMPLATE_NOT_FOUND
 * @internal
 */
export async function findTemplate(
  source: string,
  options: ChoiceOptions,
  backend: () => TaskerBackend,
): Promise<NamedTemplate> {
  if (existsSync(source)) return { label: source, definition: templateInFile(source, options) };
  if (/\.ya?ml$|\//.test(source)) {
    throw new CliFailure(EXIT_CODES.notFound, {
      errorCode: 'CLI_FILE_NOT_FOUND',
      message: `There is no file ${source}.`,
    });
  }
  return namedTemplate(await backend().registeredTemplate(templateReference(source)));
}

/** A registered one by its name. @internal */
export const namedTemplate = ({ definition, revision }: RegisteredTemplate): NamedTemplate => ({
  label: `${referenceText(definition)} revision ${revision}`,
  definition,
});

/** The only template of a file, or the one that was chosen. @internal */
export function templateInFile(file: string, { template, ...options }: ChoiceOptions): TaskTemplateDefinition {
  const { templates, faults } = readTemplates(file, options);
  if (faults.length > 0) {
    const details = faults.map(({ path, line, message }) => ({ path: `${file}:${line} ${path}`.trimEnd(), message }));
    throw new CliFailure(EXIT_CODES.failed, {
      errorCode: 'TSK_TEMPLATE_INVALID',
      message: `${file} is not a sound template.`,
      details,
    });
  }
  const names = templates.map(({ definition }) => definition.name);
  const chosen =
    template === undefined ? templates : templates.filter(({ definition }) => definition.name === template);
  const [only] = chosen;
  if (only && chosen.length === 1) return only.definition;
  if (template === undefined)
    throw CliFailure.usage(`${file} holds several templates.`, `Choose one with --template: ${names.join(', ')}.`);
  const near = nearestName(template, names);
  throw CliFailure.usage(
    `${file} holds no template "${template}".`,
    `It holds ${names.join(', ')}.${near === undefined ? '' : ` Did you mean ${near}?`}`,
  );
}
