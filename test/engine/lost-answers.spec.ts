import { PermanentError, type HandlerInvoker } from '@tasker/core';
import { engineHarness } from '../support/engine-harness';
import { fan, step, template } from '../support/engine-templates';
import { interposed, losingAnswers, type Verb } from '../support/interposed-store';
import { below, SEED, seededRandom } from '../support/seeded-random';

const harness = engineHarness();

const flaky: HandlerInvoker = ({ attempt, parents }) =>
  attempt === 1 ? Promise.reject(new Error('again')) : Promise.resolve(parents);
const bad: HandlerInvoker = () => Promise.reject(new PermanentError('no'));

/** Chains, joins, retries and a failing branch in one graph. */
const mixed = template('mixed', [
  ...fan(4),
  step('flaky', ['middle0'], { handler: 'flaky' }),
  step('after', ['flaky', 'last']),
]);

/** Leases end well after the second look that a worker takes after an outage. */
const OPTIONS = { leaseMs: 3_000, pollMs: 100, concurrency: 5 };

/** With the first call whose answer is lost; the very first `lanes` belongs to the start of the worker. */
const VERBS: readonly (readonly [Verb, number])[] = [
  ['claim', 1],
  ['settle', 1],
  ['promoteDelayed', 1],
  ['heartbeat', 1],
  ['results', 1],
  ['lanes', 2],
  ['stepsInHand', 1],
  ['settledAttempts', 1],
];

describe('a statement that committed although its answer was lost', () => {
  it.each(VERBS)('%s: everything ends, and no step runs to its end twice', async (verb, first) => {
    const plan = await harness.template(mixed);
    const calls = { [verb]: 0, settle: 0 };
    const every = (name: Verb, nth: number, from: number) => () => {
      calls[name] = (calls[name] ?? 0) + 1;
      return calls[name] >= from && (calls[name] - from) % nth === 0;
    };
    const worker = await harness.start({
      ...OPTIONS,
      handlers: { flaky },
      // Settlements lose answers in every case: some verbs are only called after an outage.
      wrap: (store) => {
        const unsure = losingAnswers(store, 'settle', every('settle', verb === 'settle' ? 3 : 6, 1));
        return verb === 'settle' ? unsure : losingAnswers(unsure, verb, every(verb, 3, first));
      },
    });
    const other = await harness.start({ ...OPTIONS, handlers: { flaky } });
    const creator = await harness.start({ role: 'api' });
    const tasks = [
      ...(await harness.createMany(creator, plan, 20)),
      ...(await harness.createMany(worker, plan, 20)),
      ...(await harness.createMany(other, plan, 5)),
    ];
    expect(new Set(await harness.allFinished(tasks))).toEqual(new Set(['complete']));
    for (const { taskId } of tasks) {
      const ends = (await harness.rows.history(taskId)).filter(({ to }) => to === 'complete');
      expect(ends).toHaveLength(plan.steps.length);
    }
    expect(calls[verb]).toBeGreaterThanOrEqual(first);
  });

  it('create with claim: the caller is told that it is unknown, and the task runs', async () => {
    const plan = await harness.template(mixed);
    let losing = true;
    const worker = await harness.start({
      ...OPTIONS,
      handlers: { flaky },
      wrap: (store) => losingAnswers(store, 'create', () => losing),
    });
    const creating = worker.engine.create(harness.draft(plan, { identity: 'order-1' }));
    await expect(creating).rejects.toMatchObject({ code: 'TSK_DATABASE_UNAVAILABLE' });
    losing = false;
    const again = await worker.engine.create(harness.draft(plan, { identity: 'order-1' }));
    expect(again.duplicate).toBe(true);
    expect(await harness.finished(again.taskId)).toBe('complete');
  });

  it('settle of the last step: the worker learns that the task has ended, and says so once', async () => {
    const plan = await harness.template(template('short', [step('good'), step('bad', [], { handler: 'bad' })]));
    let settled = 0;
    const worker = await harness.start({
      ...OPTIONS,
      handlers: { bad },
      wrap: (store) => losingAnswers(store, 'settle', () => ++settled === 1),
    });
    const taskId = await harness.create(worker, plan);
    expect(await harness.finished(taskId)).toBe('error');
    expect(harness.eventNames(taskId).filter((name) => name === 'task.failed')).toHaveLength(1);
    expect(harness.eventNames(taskId)).toEqual(expect.arrayContaining(['step.completed', 'step.failed']));
    expect(harness.eventNames(taskId)).not.toContain('step.outcome_dropped');
  });

  it('settle of the last step, and then the lease is lost: what was recorded is told all the same', async () => {
    const plan = await harness.template(template('short', [step('good')]));
    let [first, settled, asked] = [0, 0, 0];
    const worker = await harness.start({
      ...{ leaseMs: 600, pollMs: 100 },
      wrap: (store) =>
        interposed(
          losingAnswers(store, 'settle', () => ++settled === 1),
          {
            stepsInHand: (id, limit, list) => (++asked === 1 ? new Promise(() => undefined) : list(id, limit)),
            heartbeat: (beat, renew) =>
              settled > 0 && beat.workerId === first ? new Promise(() => undefined) : renew(beat),
          },
        ),
    });
    first = worker.engine.workerId ?? 0;
    const taskId = await harness.create(worker, plan);
    expect(await harness.finished(taskId)).toBe('complete');
    await harness.run(worker, plan);
    expect(worker.engine.workerId).not.toBe(first);
    const names = harness.eventNames(taskId);
    expect(names.filter((name) => name === 'step.completed' || name === 'task.completed')).toHaveLength(2);
    expect(harness.seen.find(({ name }) => name === 'step.completed')?.event).toMatchObject({
      taskId,
      workerId: first,
    });
  });

  it('settle, while others keep creating tasks in this process', async () => {
    const plan = await harness.template(template('busy', [step('only')]));
    let settled = 0;
    const worker = await harness.start({
      ...OPTIONS,
      wrap: (store) => losingAnswers(store, 'settle', () => ++settled === 5),
    });
    const stop = { now: false };
    const made: string[] = [];
    const keepCreating = async (): Promise<void> => {
      while (!stop.now) made.push(await harness.create(worker, plan));
    };
    const creators = Array.from({ length: 8 }, keepCreating);
    try {
      // Finished only when the worker came back although creations never paused.
      await harness.event('step.completed', () => settled > 8, 8_000);
    } finally {
      stop.now = true;
      await Promise.all(creators);
    }
    expect(new Set(await Promise.all(made.map((taskId) => harness.finished(taskId))))).toEqual(new Set(['complete']));
  });
});

describe(`answers lost at random (seed ${SEED})`, () => {
  it('never lose or double anything', async () => {
    const plan = await harness.template(mixed);
    const random = seededRandom(SEED);
    const all: Verb[] = [...VERBS.map(([verb]) => verb), 'declareLost', 'retireWorker'];
    const losing = (store: Parameters<typeof losingAnswers>[0]) =>
      all.reduce((wrapped, verb) => losingAnswers(wrapped, verb, () => random() < 0.03), store);
    const workers = [];
    for (let n = 0; n < 3; n++) {
      const options = { ...OPTIONS, concurrency: 1 + below(random, 10), handlers: { flaky }, wrap: losing };
      workers.push(await harness.start(options).catch(() => undefined));
    }
    const creator = await harness.start({ role: 'api' });
    const tasks = await harness.createMany(creator, plan, 150);
    const sure = await harness.start({ ...OPTIONS, concurrency: 1, handlers: { flaky } });
    expect(sure.engine.workerId).not.toBeNull();
    expect(new Set(await harness.allFinished(tasks, 40_000))).toEqual(new Set(['complete']));
  }, 60_000);
});
