import { Argument, type Command } from 'commander';
import type { WorkerView } from '../backend/backend-views';
import type { Column } from '../output/table';
import { age } from '../output/times';
import type { Calls } from '../program/call';
import { teach } from '../program/examples';
import { integer } from '../program/values';

const LARGEST_ID = 2_147_483_647;
const TONES = { live: 'good', draining: 'warn', lost: 'bad' } as const;

const COLUMNS: readonly Column<WorkerView>[] = [
  { head: 'ID', value: ({ id }) => id, align: 'right' },
  { head: 'NAME', value: ({ name }) => name, flexible: true },
  { head: 'HOST', value: ({ host, pid }) => `${host}:${pid}`, flexible: true },
  { head: 'VERSION', value: ({ version }) => version },
  { head: 'STATE', value: ({ state }) => state, tone: ({ state }) => TONES[state] },
  { head: 'RUNNING', value: ({ running, concurrency }) => `${running}/${concurrency}`, align: 'right' },
  { head: 'HEARTBEAT', value: ({ heartbeatAt }) => `${age(heartbeatAt)} ago`, align: 'right' },
  { head: 'HANDLERS', value: ({ handlers }) => handlers.join(' '), flexible: true },
];

/** `worker list|drain`. @internal */
export function addWorkerCommands(program: Command, calls: Calls): void {
  const group = program.command('worker').description('See who runs steps, and ask a worker to stop taking them.');
  teach(
    group,
    ['tasker worker list', 'who is alive, what it runs'],
    ['tasker worker drain 7', 'before its machine is taken away'],
  );

  const command = group.command('list').description('List workers; one that stopped in good order is gone.');
  command.action(
    calls.action(async ({ backend, output }) => {
      const workers = await backend.workers();
      output.show({ workers }, () => output.table(COLUMNS, workers, 'There is no worker.'));
    }),
  );
  teach(command, [
    'tasker worker list --json | jq -r ".workers[] | select(.state == \\"lost\\") | .name"',
    'which are lost',
  ]);

  const drain = group
    .command('drain')
    .description('Ask a worker to take no more steps and to finish what it has. It hears so with its next heartbeat.')
    .addArgument(new Argument('<id>', 'number of the worker').argParser(integer(1, LARGEST_ID)));
  drain.action(
    calls.action<[number]>(async (call, id) => {
      await call.confirm(`Drain worker ${id}? It takes no steps any more until its process starts again.`);
      await call.backend.drainWorker(id);
      call.output.show({ workerId: id, draining: true }, () => call.output.line(`Worker ${id} takes no more steps.`));
    }),
  );
  teach(drain, ['tasker worker drain 7 --yes', 'watch RUNNING fall in tasker worker list']);
}
