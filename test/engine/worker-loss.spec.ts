import type { EngineStore, HandlerInvoker } from '@tasker/core';
import { engineHarness } from '../support/engine-harness';
import { chain, step, template } from '../support/engine-templates';
import { gate } from '../support/gate';
import { interposed } from '../support/interposed-store';

const harness = engineHarness();

const LEASE_MS = 600;
const OPTIONS = { leaseMs: LEASE_MS, pollMs: 100 };
/** Room for a busy machine on top of the promised lease + 1 s. */
const SLACK_MS = 1_500;

/** Every life of this worker is frozen. */
const cursed = (store: EngineStore): EngineStore =>
  interposed(store, {
    heartbeat: () => Promise.resolve({ alive: true, rank: 0, workers: 2, others: 1, drain: false }),
  });

/** A worker frozen in its sleep: its heartbeats never arrive, yet it believes that its lease holds. Its next life is fine. */
function frozen(store: EngineStore): EngineStore {
  let first: number | undefined;
  return interposed(store, {
    heartbeat: (beat, renew) =>
      beat.workerId === (first ??= beat.workerId)
        ? Promise.resolve({ alive: true, rank: 0, workers: 2, others: 1, drain: false })
        : renew(beat),
  });
}

describe('a worker that is frozen or dead', () => {
  it('loses its steps to another within lease + 1 s, and what it says later is refused', async () => {
    const plan = await harness.template(template('lost', [step('only', [], { handler: 'work' }), step('z', ['only'])]));
    const [started, thaw] = [gate(), gate()];
    const dead = await harness.start({
      ...OPTIONS,
      wrap: frozen,
      handlers: {
        work: async ({ attempt }) => {
          if (attempt > 1) return 'alive';
          started.open();
          await thaw.opened;
          return 'from the grave';
        },
      },
    });
    const deadId = dead.engine.workerId;
    const taskId = await harness.create(dead, plan);
    await started.opened;
    const since = performance.now();
    await harness.start({ ...OPTIONS, handlers: { work: async () => 'alive' } });
    await harness.finished(taskId);
    expect(performance.now() - since).toBeLessThan(LEASE_MS + 1_000 + SLACK_MS);
    expect((await harness.event('worker.lost')).event).toMatchObject({ workerId: deadId, steps: 1 });
    thaw.open();
    // Everything it does from now on comes after what it had to say about the step.
    await harness.run(dead, plan);
    const history = await harness.rows.history(taskId);
    expect(history.map(({ position, attempt, to, error }) => [position, attempt, to, error?.kind])).toEqual([
      [0, 1, 'ready', 'worker_lost'],
      [0, 2, 'complete', undefined],
      [1, 1, 'complete', undefined],
    ]);
    expect((await harness.rows.steps(taskId))[0]).toMatchObject({ attempt: 2, result: 'alive' });
  });

  it('starts over under a new id when it wakes up', async () => {
    const plan = await harness.template(template('again', [step('only', [], { handler: 'work' })]));
    const [started, thaw] = [gate(), gate()];
    const work: HandlerInvoker = async ({ attempt }) => {
      if (attempt > 1) return attempt;
      started.open();
      await thaw.opened;
      return 'late';
    };
    const worker = await harness.start({ ...OPTIONS, wrap: frozen, handlers: { work } });
    const before = worker.engine.workerId;
    const taskId = await harness.create(worker, plan);
    await started.opened;
    // Nobody but itself is there to find out: its own rescuer does, by the clock of the database.
    await harness.event('worker.lost');
    thaw.open();
    expect(await harness.finished(taskId)).toBe('complete');
    expect(worker.engine.workerId).not.toBe(before);
    expect(worker.lines('warn').join('\n')).toMatch(/lease of this worker is lost; 1 steps/);
    expect((await harness.rows.steps(taskId))[0]?.result).toBe(2);
  });

  it('fails the step for good where the template says so', async () => {
    const plan = await harness.template(
      template('unsafe', [step('only', [], { handler: 'work', onWorkerLoss: 'fail' }), step('child', ['only'])]),
    );
    const started = gate();
    const dead = await harness.start({
      ...OPTIONS,
      wrap: frozen,
      handlers: {
        work: () => {
          started.open();
          return new Promise(() => undefined);
        },
      },
    });
    const taskId = await harness.create(dead, plan);
    await started.opened;
    await harness.start({ ...OPTIONS, handlers: { work: async () => 'never' } });
    expect(await harness.finished(taskId)).toBe('error');
    expect((await harness.rows.failures(taskId)).map(({ kind }) => kind)).toEqual(['worker_lost']);
    expect(await harness.rows.stepStates(taskId)).toEqual({ 0: 'error', 1: 'pending' });
  });

  it('spends an attempt, so that a step that kills every worker ends in error', async () => {
    const plan = await harness.template(template('poison', [step('only', [], { handler: 'kill', retryLimit: 2 })]));
    const killed = [gate(), gate()];
    const handlers: Record<string, HandlerInvoker> = {
      kill: ({ attempt }) => {
        killed[attempt - 1]?.open();
        return new Promise(() => undefined);
      },
    };
    const first = await harness.start({ ...OPTIONS, wrap: cursed, handlers });
    const taskId = await harness.create(first, plan);
    await killed[0]?.opened;
    // No handler for it: it only rescues.
    await harness.start(OPTIONS);
    await harness.start({ ...OPTIONS, wrap: cursed, handlers });
    await killed[1]?.opened;
    expect(await harness.finished(taskId)).toBe('error');
    const history = await harness.rows.history(taskId);
    expect(history.map(({ attempt, to, error }) => [attempt, to, error?.kind])).toEqual([
      [1, 'ready', 'worker_lost'],
      [2, 'error', 'worker_lost'],
    ]);
  });

  it('gives back everything it held, of every task', async () => {
    const plan = await harness.template(template('much', chain(2, { handler: 'work' })));
    const creator = await harness.start({ role: 'api' });
    const tasks = await harness.createMany(creator, plan, 120);
    let held = 0;
    const holding = gate();
    await harness.start({
      ...OPTIONS,
      concurrency: 100,
      wrap: frozen,
      handlers: {
        work: () => {
          if (++held === 100) holding.open();
          return new Promise(() => undefined);
        },
      },
    });
    await holding.opened;
    await harness.start({ ...OPTIONS, handlers: { work: async () => null } });
    expect(new Set(await harness.allFinished(tasks))).toEqual(new Set(['complete']));
  });
});

describe('a worker that cannot renew its lease', () => {
  it('aborts its handlers before the lease ends, drops their outcomes, and starts over', async () => {
    const plan = await harness.template(template('cutoff', [step('only', [], { handler: 'work' })]));
    let cut = false;
    const aborted: unknown[] = [];
    const [started, told] = [gate(), gate()];
    const worker = await harness.start({
      ...OPTIONS,
      wrap: (store) =>
        interposed(store, { heartbeat: (beat, renew) => (cut ? new Promise(() => undefined) : renew(beat)) }),
      handlers: {
        work: ({ attempt, signal }) => {
          if (attempt > 1) return Promise.resolve('second');
          started.open();
          return new Promise((resolve) =>
            signal.addEventListener('abort', () => {
              aborted.push((signal.reason as Error).message);
              cut = false;
              resolve('first');
              told.open();
            }),
          );
        },
      },
    });
    const taskId = await harness.create(worker, plan);
    await started.opened;
    cut = true;
    await told.opened;
    expect(await harness.finished(taskId)).toBe('complete');
    expect(aborted).toEqual(['The lease of the worker is lost.']);
    expect((await harness.rows.steps(taskId))[0]).toMatchObject({ attempt: 2, result: 'second' });
  });

  it('still creates tasks for those who ask', async () => {
    const plan = await harness.template(template('create', [step('only')]));
    let expired = false;
    const worker = await harness.start({
      leaseMs: 10_000,
      wrap: (store) =>
        interposed(store, {
          create: async (batch, create) => {
            if (batch.workerId !== null && !expired) {
              expired = true;
              await expireLeases();
            }
            return create(batch);
          },
        }),
    });
    // Soon it has looked into the queue, has room, and claims what it creates.
    for (let round = 0; round < 100 && !expired; round++) await harness.run(worker, plan);
    expect(expired).toBe(true);
    expect(worker.lines('warn').join('\n')).toContain('lease of this worker is lost');
  });

  const expireLeases = (): Promise<unknown> =>
    harness.rows.query(`update tasker.workers set lease_expires_at = now() - interval '1 second', lost_at = now()`);
});
