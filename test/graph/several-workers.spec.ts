import type { CreatedTask, HandlerInvoker } from '@tasker/core';
import { unreliableStore } from '../model/unreliable-store';
import { engineHarness } from '../support/engine-harness';
import { step, template } from '../support/engine-templates';
import { gate } from '../support/gate';
import { interposed, losingAnswers } from '../support/interposed-store';
import { SEED, seededRandom } from '../support/seeded-random';
import { standing, switchStep } from './support/branching';

const harness = engineHarness();

const LEASE_MS = 600;
const frozenBeat = { alive: true, rank: 0, workers: 2, others: 1, drain: false };

/** A graph in which about half of everything is left out, by what the context says. */
const RETRY = { handler: 'flaky', retryLimit: 50 };

const maze = template('maze', [
  step('a'),
  switchStep(
    'route',
    ['a'],
    [{ when: 'context.n % 3 == 0', steps: ['x'] }, { when: 'context.n % 3 == 1', steps: ['y', 'z'] }, { steps: [] }],
  ),
  step('x', ['route'], RETRY),
  step('x2', ['x'], { when: 'context.n % 2 == 0' }),
  step('y', ['route']),
  step('z', ['route'], RETRY),
  step('yz', ['y', 'z'], { runIf: 'all' }),
  step('join', ['x2', 'yz']),
  step('both', ['join', 'route']),
  step('end', ['join', 'both'], { runIf: 'always', when: 'context.n % 5 != 0' }),
]);

/** How the maze ends for a task, worked out by hand. */
function expected(n: number): Record<string, string> {
  const [x, yz] = [n % 3 === 0, n % 3 === 1];
  const x2 = x && n % 2 === 0;
  const mark = (ran: boolean): string => (ran ? 'complete' : 'not_taken');
  return {
    ...{ a: 'complete', route: 'complete', x: mark(x), x2: mark(x2), y: mark(yz), z: mark(yz), yz: mark(yz) },
    ...{ join: mark(x2 || yz), both: 'complete', end: mark(n % 5 !== 0) },
  };
}

const flaky = (): HandlerInvoker => {
  let calls = 0;
  return async () => {
    if (++calls % 4 === 0) throw new Error('now and then');
  };
};

describe(`branches over several workers (seed ${SEED})`, () => {
  it('come to what they must, with answers lost and calls that never arrive', async () => {
    const plan = await harness.template(maze);
    const random = seededRandom(SEED);
    const state = { active: true, lost: {} };
    const options = { leaseMs: 5_000, pollMs: 50, handlers: { flaky: flaky() }, concurrency: 3 };
    const creator = await harness.start({ role: 'api' });
    state.active = false;
    for (const name of ['one', 'two', 'three']) {
      await harness.start({ ...options, name, wrap: (store) => unreliableStore(store, random, 0.05, state) });
    }
    state.active = true;
    const drafts = Array.from({ length: 60 }, (_, n) => harness.draft(plan, { contextOf: { n } }));
    const tasks = await creator.engine.createMany(drafts);
    await harness.allEnded();
    state.active = false;
    for (const [n, { taskId }] of tasks.entries()) {
      expect([n, await standing(harness, plan, taskId)]).toEqual([n, expected(n)]);
    }
  });

  it('decide where the handler is not, and hand the step on without spending an attempt', async () => {
    const plan = await harness.template(
      template('foreign', [step('a'), step('b', ['a'], { handler: 'rare', when: 'context.go', retryLimit: 1 })]),
    );
    await harness.start();
    const taskId = await harness.create(await harness.start({ role: 'api' }), plan, { contextOf: { go: true } });
    await harness.event('step.ready', ({ step: name, attempt }) => name === 'b' && attempt === 1);
    await harness.start({ handlers: { rare: async ({ attempt }) => attempt } });
    expect(await harness.finished(taskId)).toBe('complete');
    expect((await harness.rows.steps(taskId))[1]).toMatchObject({ attempt: 2, granted: 1, result: 2 });
  });

  it('write down that a condition held before the handler runs, when it may not hold later', async () => {
    const plan = await harness.template(
      template('timed', [step('a', [], { handler: 'once', when: 'now < timestamp("2200-01-01T00:00:00Z")' })]),
    );
    const worker = await harness.start({ handlers: { once: async ({ attempt }) => attempt } });
    const taskId = await harness.run(worker, plan);
    expect(await harness.rows.steps(taskId)).toEqual([expect.objectContaining({ attempt: 2, granted: 1 })]);
  });

  it('run the handler under the attempt that decided, where both are', async () => {
    const plan = await harness.template(
      template('both', [step('a', [], { when: 'true' }), step('b', ['a'], { when: 'true' })]),
    );
    // With a place for each: a step whose decision finds none is given back, and comes again as another attempt.
    const worker = await harness.start({ concurrency: 50 });
    const tasks = await worker.engine.createMany(Array.from({ length: 20 }, () => harness.draft(plan)));
    await harness.allFinished(tasks);
    for (const { taskId } of tasks) {
      expect((await harness.rows.steps(taskId)).map(({ attempt }) => attempt)).toEqual([1, 1]);
    }
  });

  it('ask once: a retry goes on with the answer', async () => {
    const plan = await harness.template(
      template('once', [step('a', [], { handler: 'third', when: 'context.go' }), step('b', ['a'])]),
    );
    const third: HandlerInvoker = async ({ attempt }) => {
      if (attempt < 3) throw new Error('not yet');
    };
    const worker = await harness.start({ handlers: { third } });
    const taskId = await harness.create(worker, plan, { contextOf: { go: true } });
    await harness.event('step.retry_requested', (event) => event.taskId === taskId);
    const lanes = await harness.rows.query<{ admitted: boolean }>(
      'select admitted from tasker.steps where task_id = $1 and position = 0',
      [taskId],
    );
    expect(lanes).toEqual([{ admitted: true }]);
    expect(await harness.finished(taskId)).toBe('complete');
  });
});

describe('a join that is handed back to be left out', () => {
  const plain = template('handed', [
    step('a', [], { when: 'false' }),
    step('b', [], { when: 'false' }),
    step('join', ['a', 'b'], { handler: 'never' }),
    step('c', ['join', 'a']),
  ]);
  const never: HandlerInvoker = () => Promise.reject(new Error('this join was to be left out'));

  it('is found again after the answer that handed it back was lost', async () => {
    const plan = await harness.template(plain);
    let losses = 0;
    const worker = await harness.start({
      handlers: { never },
      wrap: (store) => losingAnswers(store, 'settle', () => ++losses <= 3),
    });
    const taskId = await harness.create(worker, plan);
    expect(await harness.finished(taskId)).toBe('complete');
    expect(losses).toBeGreaterThanOrEqual(3);
    expect(new Set(Object.values(await standing(harness, plan, taskId)))).toEqual(new Set(['not_taken']));
  });

  it('is left out by the rescuer of the worker that had it', async () => {
    const plan = await harness.template(plain);
    const [held, thaw] = [gate(), gate()];
    let settled = 0;
    const dead = await harness.start({
      ...{ leaseMs: LEASE_MS, pollMs: 100, handlers: { never } },
      wrap: (store) =>
        interposed(store, {
          heartbeat: () => Promise.resolve(frozenBeat),
          // What hands the join back is recorded; nothing it says later arrives in time.
          settle: async (batch, settle) => {
            if (settled > 0) {
              held.open();
              await thaw.opened;
            }
            const receipt = await settle(batch);
            if (receipt.started.some(({ ran }) => ran === 0)) settled++;
            return receipt;
          },
        }),
    });
    const taskId = await harness.create(dead, plan);
    await held.opened;
    await harness.start({ leaseMs: LEASE_MS, pollMs: 100, handlers: { never } });
    await harness.event('worker.lost');
    await harness.allEnded();
    thaw.open();
    expect(new Set(Object.values(await standing(harness, plan, taskId)))).toEqual(new Set(['not_taken']));
  });
});

describe('levels', () => {
  it('are kept apart: a worker of level 1 runs what it understands, and nothing of what branches', async () => {
    const plain = await harness.template(template('old', [step('a'), step('b', ['a'])]));
    const branching = await harness.template(template('new', [step('a'), step('b', ['a'], { when: 'true' })]));
    const old = await harness.start({ level: 1 });
    const api = await harness.start({ role: 'api' });
    const [waiting] = (await harness.createMany(api, branching, 1)) as [CreatedTask];
    const [done] = (await harness.createMany(api, plain, 1)) as [CreatedTask];
    expect(await harness.finished(done.taskId)).toBe('complete');
    expect(await harness.rows.taskState(waiting.taskId)).toBe('pending');
    const [worker] = await harness.rows.query<{ level: number }>('select level from tasker.workers where id = $1', [
      old.engine.workerId,
    ]);
    expect(worker).toEqual({ level: 1 });
    await harness.start();
    expect(await harness.finished(waiting.taskId)).toBe('complete');
  });

  it("are the rescuers' as well: one of level 1 leaves a lost worker of level 2 to others", async () => {
    const plan = await harness.template(template('mine', [step('a', [], { handler: 'hang', when: 'true' })]));
    const started = gate();
    const hang: HandlerInvoker = ({ attempt }) => {
      if (attempt > 1) return Promise.resolve();
      started.open();
      return new Promise(() => undefined);
    };
    const options = { leaseMs: LEASE_MS, pollMs: 100, handlers: { hang } };
    const beats = { heartbeat: () => Promise.resolve(frozenBeat), declareLost: () => Promise.resolve([]) };
    const dead = await harness.start({ ...options, wrap: (store) => interposed(store, beats) });
    const deadId = dead.engine.workerId;
    const taskId = await harness.create(dead, plan);
    await started.opened;
    let looks = 0;
    const looked = gate();
    const old = await harness.start({
      ...{ ...options, level: 1 },
      wrap: (store) =>
        interposed(store, {
          lostWorkers: async (id, level, real) => {
            const seen = await real(id, level);
            if (++looks > 4) looked.open();
            return seen;
          },
        }),
    });
    await looked.opened;
    // On a busy machine it may find an earlier life of its own.
    expect(old.lines('warn').filter((line) => line.startsWith(`Worker ${deadId} `))).toEqual([]);
    await harness.start(options);
    await harness.event('worker.lost');
    await harness.allEnded();
    expect((await harness.rows.steps(taskId))[0]).toMatchObject({ state: 'complete' });
  });
});
