import type { Command } from 'commander';
import type { ListedTemplate } from '../backend/tasker-backend';
import type { Column } from '../output/table';
import type { Calls } from '../program/call';
import { teach } from '../program/examples';

/** Versions a line names before it only counts. */
const MOST_VERSIONS = 5;

const COLUMNS: readonly Column<ListedTemplate>[] = [
  { head: 'TEMPLATE', value: ({ namespace, name }) => `${namespace}.${name}`, flexible: true },
  { head: 'LATEST', value: ({ versions }) => versions[0] },
  { head: 'OTHERS', value: ({ versions }) => others(versions.slice(1)), flexible: true },
];

/** `template list`. @internal */
export function addTemplateList(group: Command, calls: Calls): void {
  const list = group
    .command('list')
    .description('List the templates there are, with their versions.')
    .option('-n, --namespace <name>', 'of this namespace');
  list.action(
    calls.action<[], { namespace?: string }>(async ({ backend, output, options }) => {
      const { namespace } = options;
      const all = await backend.listTemplates();
      const templates = all.filter((template) => namespace === undefined || template.namespace === namespace);
      output.show({ templates }, () => output.table(COLUMNS, templates, 'There is no template.'));
    }),
  );
  teach(list, ['tasker template list --namespace shop', 'what can be created there']);
}

const others = (versions: readonly string[]): string =>
  versions.slice(0, MOST_VERSIONS).join(' ') +
  (versions.length > MOST_VERSIONS ? ` and ${versions.length - MOST_VERSIONS} more` : '');
