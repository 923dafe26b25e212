import type { Rule } from '@angular-devkit/schematics';
import { templateFile, templateSpec, type TemplateParts } from './files/template-files';
import { addHandler } from './handler';
import { Application, type ApplicationOptions } from './source/application';
import { assertName, kebabCase, snakeCase } from './source/words';

/** Options of the schematic `template`; see its schema. */
export interface TemplateOptions extends ApplicationOptions {
  readonly name: string;
  readonly namespace?: string;
  readonly templateVersion?: string;
  readonly description?: string;
  readonly steps?: string;
  readonly path?: string;
  readonly handlers?: boolean;
  readonly spec?: boolean;
}

/** `nest g -c @tasker/nestjs template <name>`: a template file, its spec, and a handler for each of its steps. */
export const template =
  (options: TemplateOptions): Rule =>
  (tree, context) => {
    assertName(options.name, 'template');
    const { path = 'tasks', handlers = true, spec = true } = options;
    const app = new Application(tree, context, options);
    const parts = partsOf(options);
    const file = `${path}/${kebabCase(options.name)}.yaml`;
    app.create(file, templateFile(parts));
    if (spec)
      app.create(`${app.sourceRoot}/tasks/${kebabCase(options.name)}.template.spec.ts`, templateSpec(parts, file));
    if (handlers) parts.steps.forEach((step) => addHandler(app, { name: step, spec }));
    return app.format();
  };

function partsOf({ name, namespace, templateVersion, description, steps }: TemplateOptions): TemplateParts {
  const names = (steps ?? `start_${snakeCase(name)}`)
    .split(',')
    .map(snakeCase)
    .filter((step) => step !== '');
  names.forEach((step) => assertName(step, 'step'));
  return {
    namespace: namespace ?? 'default',
    name: snakeCase(name),
    version: templateVersion ?? '0.1.0',
    description: description ?? '',
    steps: [...new Set(names)],
  };
}
