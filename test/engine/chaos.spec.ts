import { PermanentError, type EngineStore, type HandlerInvoker } from '@tasker/core';
import { engineHarness } from '../support/engine-harness';
import type { EngineProcess } from '../support/engine-process';
import { template } from '../support/engine-templates';
import { interposed, losingAnswers, type Verb } from '../support/interposed-store';
import { expectedStates, randomSteps } from '../support/random-graph';
import { below, SEED, seededRandom } from '../support/seeded-random';

const harness = engineHarness();

const random = seededRandom(SEED);

/** Fails, wavers and takes its time as the context of the task says. */
const maybe: HandlerInvoker = async ({ name, task, attempt }) => {
  const { failing, flaky, slow } = task.context as Record<'failing' | 'flaky' | 'slow', string[]>;
  if (slow.includes(name)) await new Promise((resolve) => setTimeout(resolve, 10));
  if (failing.includes(name)) throw new PermanentError('no');
  if (attempt === 1 && flaky.includes(name)) throw new Error('again');
  return name;
};

const LOSING: Verb[] = [
  'claim',
  'settle',
  'promoteDelayed',
  'heartbeat',
  'results',
  'stepsInHand',
  'settledAttempts',
  'create',
];

/** Loses some answers, and freezes for good when it is told to: then no heartbeat arrives, yet it goes on. */
function unlucky(store: EngineStore, freeze: { now: boolean }): EngineStore {
  const losing = LOSING.reduce((own, verb) => losingAnswers(own, verb, () => random() < 0.01), store);
  return interposed(losing, {
    heartbeat: (beat, renew) =>
      freeze.now ? Promise.resolve({ alive: true, rank: 0, workers: 3, others: 2, drain: false }) : renew(beat),
  });
}

describe(`everything that can go wrong at once (seed ${SEED})`, () => {
  it('ends every task as its graph says, and nothing twice', async () => {
    const graphs = Array.from({ length: 8 }, () => randomSteps(random, 100));
    const plans = [];
    for (const [index, steps] of graphs.entries()) plans.push(await harness.template(template(`chaos${index}`, steps)));
    const creator = await harness.start({ role: 'api' });
    const workers: { process: EngineProcess; freeze: { now: boolean } }[] = [];
    const startOne = async (): Promise<void> => {
      const freeze = { now: false };
      const concurrency = 1 + below(random, 8);
      const options = { concurrency, leaseMs: 800, pollMs: 100, handlers: { maybe } };
      const started = await harness
        .start({ ...options, wrap: (store) => unlucky(store, freeze) })
        .catch(() => undefined);
      if (started) workers.push({ process: started, freeze });
    };
    for (let n = 0; n < 3; n++) await startOne();

    const expected = new Map<string, string[]>();
    const acts: (() => Promise<unknown>)[] = [
      () =>
        harness.rows.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and application_name like 'test-engine-%' and random() < 0.5`,
        ),
      async () => {
        const [leaving] = workers.splice(0, 1);
        await Promise.all([leaving?.process.engine.drain(below(random, 30)), startOne()]);
      },
      async () => {
        const [frozen] = workers.splice(0, 1);
        if (frozen) frozen.freeze.now = true;
        await startOne();
      },
      () => Promise.resolve(),
    ];
    for (let round = 0; round < 150; round++) {
      const pick = below(random, graphs.length);
      const [steps, plan] = [graphs[pick], plans[pick]];
      if (!steps || !plan) continue;
      const some = (share: number) => steps.map(({ name }) => name).filter(() => random() < share);
      const context = { failing: some(0.1), flaky: some(0.2), slow: some(0.3) };
      const draft = harness.draft(plan, { contextOf: context, identity: `task-${round}` });
      const by = [creator, ...workers.map((worker) => worker.process)][below(random, workers.length + 1)] ?? creator;
      const created = await by.engine.create(draft).catch(() => undefined);
      const again = created ?? (await repeat(() => creator.engine.create(draft)));
      expected.set(again.taskId, expectedStates(steps, new Set(context.failing)));
      if (round % 15 === 14) await acts[below(random, acts.length)]?.();
    }
    await startOne();
    await harness.allEnded(40_000);
    for (const [taskId, states] of expected) {
      const rows = await harness.rows.stepStates(taskId);
      expect([taskId, states.map((_, position) => rows[position] ?? 'pending')]).toEqual([taskId, states]);
    }
  }, 90_000);
});

/** An identity makes a repeat safe, so that is what a caller without an answer does. */
async function repeat<T>(create: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await create();
    } catch (error) {
      if (attempt === 20) throw error;
    }
  }
}
