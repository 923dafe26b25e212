import 'reflect-metadata';
import {
  Engine,
  EventBus,
  HandlerRegistry,
  isTaskerError,
  PlanCache,
  TemplateRegistry,
  type EngineOptions,
  type HandlerInvoker,
} from '@tasker/core';
import { migrate } from '@tasker/postgres';
import { openStore } from '../../support/open-store';
import { UPGRADED, type WorkerReport, type WorkerSetup } from './worker-protocol';

const GRACE_MS = 500;

/** Boots like an application, in a process of its own; see WorkerProcess. */
async function main({ url, name, leaseMs }: WorkerSetup): Promise<void> {
  await migrate({ connectionString: url, schema: 'tasker', mode: 'auto', warn: (line) => say(line) });
  const store = openStore({
    ...{ connectionString: url, schema: 'tasker', pooler: 'none', settleConnections: 2, leaseMs },
    applicationName: name,
  });
  const options: EngineOptions = {
    ...{ role: 'worker', concurrency: 20, queues: null, leaseMs, pollMs: 500, settleConnections: 2 },
    ...{ resultBytes: 10_000, keptSignals: 1_000, suspends: 100, name, version: '0.0.0' },
  };
  const [handlers, templates] = [new HandlerRegistry(), new TemplateRegistry()];
  handlers.register('work', work);
  for (const plan of await store.registerTemplates([UPGRADED], 'error')) templates.add(plan);
  const events = new EventBus((error) => say(String(error)));
  for (const end of ['task.completed', 'task.failed'] as const)
    events.on(end, ({ taskId }) => report({ kind: 'ended', taskId }));
  const engine = new Engine({
    ...{ store, handlers, plans: new PlanCache(store, templates), events, options },
    log: { debug: ignore, info: ignore, warn: unlessOfStep, error: say },
    surroundings: { run: (_scope, inside) => inside(), logger: () => plain },
  });
  await engine.start();
  process.once('SIGTERM', () => {
    void engine
      .drain(GRACE_MS)
      .then(() => store.close())
      .finally(() => process.exit(0));
  });
  report({ kind: 'started' });
}

const work: HandlerInvoker = async ({ config, attempt, name }) => {
  if (config['failsFirst'] === true && attempt === 1) throw new Error('not at the first attempt');
  return { name };
};

const ignore = (): void => undefined;
const plain = { debug: ignore, log: ignore, warn: ignore, error: ignore };

/** Steps are told to fail, and lose their worker. */
const unlessOfStep = (line: string): void => {
  if (!line.startsWith('Step ')) say(line);
};

const say = (line: string): void => report({ kind: 'line', line });

function report(message: WorkerReport): void {
  if (process.connected) process.send?.(message, undefined, {}, ignore);
}

// Without its driver there is nobody to stop it.
process.once('disconnect', () => process.exit());

void main(JSON.parse(process.argv[2] ?? '{}') as WorkerSetup).catch((error: unknown) => {
  if (!isTaskerError(error)) throw error;
  const { code, message, hint } = error;
  report({ kind: 'refused', refusal: { code, message, hint } });
  process.exitCode = 1;
  process.disconnect();
});
