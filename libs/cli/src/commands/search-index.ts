import { contextIndexStanding, createContextIndex, dropContextIndex } from '@tasker/postgres';
import type { Command } from 'commander';
import type { Calls } from '../program/call';
import { teach } from '../program/examples';
import { EXIT_CODES } from '../program/exit-codes';

/** `search-index create|drop|status`: the index over whole contexts, which no migration makes. @internal */
export function addSearchIndexCommands(program: Command, calls: Calls): void {
  const group = program
    .command('search-index')
    .description('The index over contexts: for searches by --context, at a cost to every creation.');
  teach(
    group,
    ['tasker search-index status', 'see whether it is there, and how large'],
    ['tasker search-index create', 'make it while tasks are created and run'],
  );
  addCreate(group, calls);
  addDrop(group, calls);
  addStatus(group, calls);
}

function addCreate(group: Command, calls: Calls): void {
  const create = group
    .command('create')
    .description('Make the index, or make it anew when a build was cut short. Blocks nobody; may take minutes.');
  create.action(
    calls.action(async ({ database, output }) => {
      const created = await createContextIndex(database);
      output.show({ created }, () => output.line(created ? 'Made the index.' : 'Nothing to do: the index is there.'));
    }),
  );
  teach(create, ['tasker search-index create --schema workflows', 'in a schema of another name']);
}

function addDrop(group: Command, calls: Calls): void {
  const drop = group
    .command('drop')
    .description('Drop the index. Searches by --context then read all tasks unless something else narrows them.');
  drop.action(
    calls.action(async ({ database, output }) => {
      const dropped = await dropContextIndex(database);
      output.show({ dropped }, () => output.line(dropped ? 'Dropped the index.' : 'Nothing to do: there is no index.'));
    }),
  );
  teach(drop, ['tasker search-index drop', 'make creations cheaper again']);
}

function addStatus(group: Command, calls: Calls): void {
  const status = group
    .command('status')
    .description('Tell how the index stands: ready, building, broken or missing. Exit code 1: it is not ready.');
  status.action(
    calls.action(async ({ database, output }) => {
      const standing = await contextIndexStanding(database);
      output.show(standing, () => output.line(`${standing.state}, ${standing.bytes} bytes`));
      return standing.state === 'ready' ? EXIT_CODES.ok : EXIT_CODES.failed;
    }),
  );
  teach(status, ['tasker search-index status || tasker search-index create', 'make it only where it is missing']);
}
