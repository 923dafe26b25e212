import { Engine, EventBus, HandlerRegistry, PlanCache, type TransactionalStepContext } from '@tasker/core';
import { Client } from 'pg';
import { openStore } from '../../support/open-store';

/** What the process is to do: at which statement of its first transaction it ends, and whether that is sent before. */
export interface TransactionalSetup {
  readonly url: string;
  readonly leaseMs: number;
  /** From 1: begin, the handler's two, the settlement, commit. */
  readonly killAt: number;
  readonly sent: boolean;
}

const nothing = (): void => undefined;

/** Ends the process like a power cut, at one statement of a transaction of a step. */
function killAt({ killAt: statement, sent }: TransactionalSetup): void {
  const query = Client.prototype.query as (...call: unknown[]) => unknown;
  let seen = 0;
  const inside = new WeakSet<Client>();
  let chosen = false;
  Client.prototype.query = function (this: Client, ...call: unknown[]) {
    const [first] = call as [string | { text: string }];
    const text = typeof first === 'string' ? first : first.text;
    if (!chosen && text.startsWith('begin isolation level read committed')) chosen = !!inside.add(this);
    if (!inside.has(this) || ++seen !== statement) return query.apply(this, call);
    if (!sent) process.kill(process.pid, 'SIGKILL');
    const answer = query.apply(this, call);
    // On its way, and nobody is there when the answer comes.
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), 100);
    return new Promise(() => void (answer as Promise<unknown>).then(nothing, nothing));
  } as unknown as typeof Client.prototype.query;
}

async function main(setup: TransactionalSetup): Promise<void> {
  killAt(setup);
  const { url, leaseMs } = setup;
  const store = openStore({ connectionString: url, schema: 'tasker', leaseMs, applicationName: 'victim' });
  const handlers = new HandlerRegistry();
  handlers.register('write', async (step) => {
    const { manager, task, attempt } = step as TransactionalStepContext;
    await manager.query('insert into receipts values ($1, $2)', [task.id, attempt]);
    await manager.query('update totals set written = written + 1');
  });
  const plain = { debug: nothing, log: nothing, warn: nothing, error: nothing };
  const engine = new Engine({
    ...{ store, handlers, plans: new PlanCache(store), events: new EventBus(nothing) },
    options: {
      ...{ role: 'worker', concurrency: 1, queues: null, leaseMs, pollMs: 100, settleConnections: 2 },
      ...{ resultBytes: 10_000, keptSignals: 1_000, suspends: 100, name: 'victim', version: '0.0.0' },
    },
    log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
    surroundings: { run: (_scope, work) => work(), logger: () => plain },
  });
  await engine.start();
}

void main(JSON.parse(process.argv[2] ?? '{}') as TransactionalSetup);
