import { Engine, EventBus, HandlerRegistry, PlanCache, type EngineLog, type EngineOptions } from '@tasker/core';
import { openStore } from '../../support/open-store';
import { CallRecorder } from './call-recorder';
import { chaosHandler } from './chaos-handler';
import { STARTED_NOT, type BlockMessage, type WorkerReport, type WorkerSetup } from './worker-protocol';

/** Runs in a process of its own; see WorkerProcess. */
async function main(setup: WorkerSetup): Promise<void> {
  const { url, name, leaseMs, concurrency, longestMs, calls } = setup;
  const options: EngineOptions = {
    ...{
      role: 'worker',
      concurrency,
      queues: null,
      leaseMs,
      pollMs: 500,
      settleConnections: 2,
      resultBytes: 10_000,
      keptSignals: 1_000,
      suspends: 100,
    },
    ...{ name, version: '0.0.0' },
  };
  const store = openStore({
    ...{ connectionString: url, schema: 'tasker', pooler: 'none', settleConnections: 2, leaseMs },
    applicationName: name,
  });
  const handlers = new HandlerRegistry();
  handlers.register('chaos', chaosHandler(new CallRecorder(calls), longestMs));
  const plain = { debug: ignore, log: ignore, warn: ignore, error: ignore };
  const engine = new Engine({
    ...{ store, handlers, options, plans: new PlanCache(store), log: engineLog() },
    events: new EventBus((error) => say('error', String(error))),
    surroundings: { run: (_scope, work) => work(), logger: () => plain },
  });
  await engine.start();
  report({ workerId: engine.workerId ?? 0 });
  process.on('message', ({ blockMs }: BlockMessage) => {
    const until = performance.now() + blockMs;
    while (performance.now() < until);
  });
  process.once('SIGTERM', () => {
    void engine
      .drain(leaseMs)
      .then(() => store.close())
      .finally(() => process.exit(0));
  });
}

const ignore = (): void => undefined;

function engineLog(): EngineLog {
  const error = (message: string) => say('error', message);
  return { debug: ignore, info: ignore, warn: ignore, error };
}

const say = (level: string, message: string): void => report({ line: `${level}: ${message}` });

function report(message: WorkerReport): void {
  if (process.connected) process.send?.(message, undefined, {}, () => undefined);
}

// Without its driver there is nobody to stop it.
process.once('disconnect', () => process.exit(0));

void main(JSON.parse(process.argv[2] ?? '{}') as WorkerSetup).catch((error: unknown) => {
  say('start', String(error));
  process.exit(STARTED_NOT);
});
