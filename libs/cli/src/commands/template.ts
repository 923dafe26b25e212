import { existsSync } from 'node:fs';
import { flowchart, templateDigest, type TaskTemplateDefinition } from '@tasker/core';
import { Option, type Command } from 'commander';
import type { Call, Calls } from '../program/call';
import { CliFailure } from '../program/cli-failure';
import { teach } from '../program/examples';
import { EXIT_CODES } from '../program/exit-codes';
import { REFERENCE_FORM, referenceText } from '../program/template-reference';
import { differences, type Difference } from '../template/difference';
import {
  findTemplate,
  namedTemplate,
  templateInFile,
  type ChoiceOptions,
  type NamedTemplate,
} from '../template/find-template';
import { drawLevels, stepLevels } from '../template/levels';
import { lintTemplates } from '../template/lint';
import { addTemplateList } from './template-list';
import type { ReadingOptions } from '../template/template-files';

const ENVIRONMENT = ['-e, --environment <name>', 'read the file as in this environment'] as const;
const CHOICE = ['-t, --template <name>', 'which one, of a file with several'] as const;

/** `template list|lint|graph|diff`: YAML files, and what is registered of them. @internal */
export function addTemplateCommands(program: Command, calls: Calls): void {
  const group = program.command('template').description('Check, draw and compare templates.');
  teach(
    group,
    ['tasker template lint tasks', 'check every YAML file in a folder'],
    ['tasker template graph tasks/order.yaml', 'draw it'],
    ['tasker template diff tasks/order.yaml', 'compare it with what is registered'],
  );
  addTemplateList(group, calls);
  addLint(group, calls);
  addGraph(group, calls);
  addDiff(group, calls);
}

function addLint(group: Command, calls: Calls): void {
  const lint = group
    .command('lint')
    .description('Check template files: all faults at once, each with its line. Needs no database.')
    .argument('<paths...>', 'YAML files, or folders of them')
    .option(...ENVIRONMENT);
  lint.action(
    calls.action<[string[]], ReadingOptions>(async ({ output, options }, paths) => {
      const report = lintTemplates(paths, options);
      output.show(report, () => {
        for (const { file, line, path, message } of report.faults) {
          output.line(`${file}:${line}: ${path === '' ? '' : `${path}: `}${message}`);
        }
        output.line(
          `${counted(report.files, 'file')}, ${counted(report.templates.length, 'sound template')}, ${counted(report.faults.length, 'fault')}`,
        );
      });
      return report.faults.length > 0 ? EXIT_CODES.failed : EXIT_CODES.ok;
    }),
  );
  teach(
    lint,
    ['tasker template lint tasks/*.yaml', 'exit code 1 when there is any fault'],
    ['tasker template lint tasks --environment production', 'with the overrides of an environment'],
  );
}

function addGraph(group: Command, calls: Calls): void {
  const graph = group
    .command('graph')
    .description('Draw a template: its steps by level for the terminal, and as Mermaid for documents.')
    .argument('<file-or-template>', `a YAML file, or a registered template: ${REFERENCE_FORM}`)
    .addOption(
      new Option('-f, --format <format>', 'what to print').choices(['all', 'levels', 'mermaid']).default('all'),
    )
    .option(...CHOICE)
    .option(...ENVIRONMENT);
  graph.action(
    calls.action<[string], ChoiceOptions & { format: string }>(async (call, source) => {
      const { output, options } = call;
      const { definition } = await findTemplate(source, options, () => call.backend);
      const levels = stepLevels(definition).map((level) => level.map(({ name }) => name));
      const mermaid = templateMermaid(definition);
      output.show({ template: referenceText(definition), levels, mermaid }, () => {
        if (options.format !== 'mermaid') output.raw(drawLevels(definition));
        if (options.format === 'all') output.line();
        if (options.format !== 'levels') output.raw(mermaid);
      });
    }),
  );
  teach(
    graph,
    ['tasker template graph tasks/order.yaml --format levels', 'steps of one level can run at the same time'],
    ['tasker template graph shop.order@1.2.0 --format mermaid > order.mmd', 'what the database has'],
  );
}

function addDiff(group: Command, calls: Calls): void {
  const diff = group
    .command('diff')
    .description('Compare two templates, or a file with its registered version. Exit code 1: they differ.')
    .argument('<from>', `a YAML file, or a registered template: ${REFERENCE_FORM}`)
    .argument('[to]', 'the same; default: the registered template of the same namespace, name and version')
    .option(...CHOICE)
    .option(...ENVIRONMENT);
  diff.action(
    calls.action<[string, string | undefined], ChoiceOptions>(async (call, first, second) => {
      const [from, to] = await bothTemplates(call, first, second);
      const found = differences(from.definition, to.definition);
      const equal = templateDigest(from.definition) === templateDigest(to.definition);
      call.output.show({ from: from.label, to: to.label, equal, differences: found }, () => {
        call.output.line(`from ${from.label}`);
        call.output.line(`to   ${to.label}`);
        found.forEach((difference) => call.output.line(differenceLine(difference)));
        if (equal) call.output.line('No difference.');
      });
      return equal ? EXIT_CODES.ok : EXIT_CODES.failed;
    }),
  );
  teach(
    diff,
    ['tasker template diff old/order.yaml new/order.yaml', 'two files'],
    ['tasker template diff tasks/order.yaml', 'what deploying the file would change'],
    ['tasker template diff shop.order@1.2.0 shop.order@1.3.0', 'two registered versions'],
  );
}

/** With one file, the registered one is where one comes from, and the file is where one goes. */
async function bothTemplates(
  call: Call<ChoiceOptions>,
  first: string,
  second?: string,
): Promise<[NamedTemplate, NamedTemplate]> {
  const find = (source: string): Promise<NamedTemplate> => findTemplate(source, call.options, () => call.backend);
  if (second !== undefined) return [await find(first), await find(second)];
  if (!existsSync(first))
    throw CliFailure.usage(
      `There is no file ${first}.`,
      'Name two templates, or a file to compare with what is registered.',
    );
  const definition = templateInFile(first, call.options);
  const registered = namedTemplate(await call.backend.registeredTemplate(definition));
  return [registered, { label: first, definition }];
}

function differenceLine({ path, kind, from, to }: Difference): string {
  if (kind === 'added') return `+ ${path}: ${JSON.stringify(to)}`;
  if (kind === 'removed') return `- ${path}: ${JSON.stringify(from)}`;
  return `~ ${path}: ${JSON.stringify(from)} -> ${JSON.stringify(to)}`;
}

const templateMermaid = (definition: TaskTemplateDefinition): string =>
  flowchart(
    `${definition.namespace}.${definition.name} ${definition.version}`,
    definition.steps.map(({ name, handler, dependsOn }) => ({
      ...{ name, parents: dependsOn },
      ...(handler === name ? {} : { note: handler }),
    })),
  );

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
