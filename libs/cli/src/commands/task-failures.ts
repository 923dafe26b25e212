import type { FailureGroup } from '@tasker/postgres';
import { Option, type Command } from 'commander';
import type { Wire } from '../backend/wire';
import type { Column } from '../output/table';
import { age } from '../output/times';
import type { Calls } from '../program/call';
import { teach } from '../program/examples';
import { REFERENCE_FORM, templateReference, type TemplateReference } from '../program/template-reference';
import { instant, integer } from '../program/values';

interface FailureOptions {
  readonly since?: string;
  readonly until?: string;
  readonly namespace?: string;
  readonly template?: TemplateReference;
  readonly limit: number;
}

type Group = Wire<FailureGroup>;

const COLUMNS: readonly Column<Group>[] = [
  {
    head: 'OPEN',
    value: ({ openTasks }) => openTasks,
    align: 'right',
    tone: ({ openTasks }) => (openTasks > 0 ? 'bad' : 'dim'),
  },
  { head: 'TASKS', value: ({ tasks }) => tasks, align: 'right' },
  { head: 'FAILURES', value: ({ failures }) => failures, align: 'right' },
  { head: 'LAST', value: ({ lastAt }) => age(lastAt), align: 'right' },
  { head: 'STEP', value: ({ namespace, name, step }) => `${namespace}.${name}/${step}`, flexible: true },
  { head: 'KIND', value: ({ kind }) => kind },
  { head: 'MESSAGE', value: ({ sampleMessage }) => sampleMessage, flexible: true },
  { head: 'FINGERPRINT', value: ({ fingerprint }) => fingerprint },
];

/** `task failures`. @internal */
export function addTaskFailures(group: Command, calls: Calls): void {
  const failures = group
    .command('failures')
    .description('What failed, gathered by cause: first the causes for which tasks are in error now.')
    .option('-n, --namespace <name>', 'of this namespace')
    .addOption(
      new Option('-t, --template <template>', `of this template: ${REFERENCE_FORM}`).argParser(templateReference),
    )
    .addOption(
      new Option('--since <time>', 'failed then or later: 2h, 7d, or ISO 8601; default: a day').argParser(instant),
    )
    .addOption(new Option('--until <time>', 'failed before').argParser(instant))
    .addOption(new Option('-l, --limit <number>', 'most groups').argParser(integer(1, 100)).default(20));
  failures.action(
    calls.action<[], FailureOptions>(async ({ backend, output, options }) => {
      const { limit, template, namespace = template?.namespace, since, until } = options;
      const asked = { since, until, namespace, name: template?.name, version: template?.version };
      const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
      const groups = [...(await backend.failureGroups(given))].sort(openFirst).slice(0, limit);
      output.show({ groups }, () => {
        output.table(COLUMNS, groups, 'Nothing failed.');
        const [first] = groups;
        if (first && first.openTasks > 0)
          output.note(`Tasks of the first: tasker task list --error-fingerprint ${first.fingerprint}`);
      });
    }),
  );
  teach(
    failures,
    ['tasker task failures --since 7d', 'the causes of a week'],
    ['tasker bulk run retry --error-fingerprint 3f2a', 'when the cause is mended: all tasks of a group'],
  );
}

/** What waits for somebody, then what failed most. */
const openFirst = (a: Group, b: Group): number =>
  Number(b.openTasks > 0) - Number(a.openTasks > 0) || b.openTasks - a.openTasks || b.failures - a.failures;
