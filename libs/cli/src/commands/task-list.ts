import { Option, type Command } from 'commander';
import type { ListedTasks } from '../backend/tasker-backend';
import type { Column } from '../output/table';
import { age } from '../output/times';
import { toneOf } from '../output/tones';
import type { Calls } from '../program/call';
import { teach } from '../program/examples';
import { integer } from '../program/values';
import { addFilterOptions, filterOf, type FilterOptions } from './filter-options';

interface ListOptions extends FilterOptions {
  readonly limit: number;
  readonly cursor?: string;
  readonly order: 'asc' | 'desc';
  readonly total?: boolean;
}

type Row = ListedTasks['tasks'][number];

const COLUMNS: readonly Column<Row>[] = [
  { head: 'ID', value: ({ id }) => id, align: 'right' },
  { head: 'TEMPLATE', value: ({ namespace, name, version }) => `${namespace}.${name}@${version}`, flexible: true },
  {
    head: 'STATE',
    value: ({ state, hold }) => (hold ? `${state} (paused)` : state),
    tone: ({ state }) => toneOf(state),
  },
  { head: 'PRIO', value: ({ priority }) => priority, align: 'right' },
  { head: 'AGE', value: ({ requestedAt }) => age(requestedAt), align: 'right' },
  { head: 'INITIATOR', value: ({ initiator }) => initiator, flexible: true },
  { head: 'TAGS', value: ({ tags }) => tags.join(' '), flexible: true },
];

/** Only where a task of the page has failed: elsewhere they would take the room of the others. */
const ERROR_COLUMNS: readonly Column<Row>[] = [
  { head: 'HTTP', value: ({ lastError }) => lastError?.httpStatus, align: 'right' },
  { head: 'ERROR', value: ({ lastError }) => lastError && `${lastError.step}: ${lastError.message}`, flexible: true },
];

/** `task list`. @internal */
export function addTaskList(group: Command, calls: Calls): void {
  const command = addFilterOptions(
    group.command('list').description('List or search tasks, newest first. Every option narrows.'),
  )
    .addOption(new Option('-l, --limit <number>', 'most tasks of a page').argParser(integer(1, 500)).default(50))
    .option('--cursor <cursor>', 'nextCursor of the page before')
    .addOption(new Option('--order <order>', 'by the time of the request').choices(['asc', 'desc']).default('desc'))
    .option('--total', 'count all that match as well');
  command.action(
    calls.action<[], ListOptions>(async ({ backend, output, options }) => {
      const { limit, cursor, order, total } = options;
      const query = {
        ...filterOf(options),
        limit,
        order,
        withErrors: true,
        ...(cursor === undefined ? {} : { cursor }),
      };
      const page = await backend.listTasks(query, total === true);
      output.show(page, () => {
        const columns = page.tasks.some(({ lastError }) => lastError) ? [...COLUMNS, ...ERROR_COLUMNS] : COLUMNS;
        output.table(columns, page.tasks, 'No task matches.');
        if (page.total) output.line(`${page.total.exact ? '' : 'about '}${page.total.count} in all`);
        if (page.nextCursor !== null) output.note(`There are more: --cursor ${page.nextCursor}`);
      });
    }),
  );
  teach(
    command,
    ['tasker task list --state error,in_progress --namespace shop', 'several states, one namespace'],
    ["tasker task list --attribute customer=CUS-1 --attribute 'total>=100'", 'by search attributes of the template'],
    ['tasker task list --context \'{"customer":{"id":"CUS-1"}}\'', 'by what the context contains'],
    ['tasker task list --step charge --step-state waiting_for_retry', 'by the state of a step'],
    ['tasker task list --state error --message "card declined"', 'by what the failure says'],
    ['tasker task list --finished-since 1h --json | jq length', 'for a script'],
  );
}
