import { PermanentError, RetryableError, StoreRefusedError } from '@tasker/core';
import { engineHarness } from '../support/engine-harness';
import { step, template } from '../support/engine-templates';
import { interposed } from '../support/interposed-store';

const harness = engineHarness();

describe('a step that fails', () => {
  it('runs again until it succeeds, and its history tells every attempt', async () => {
    const plan = await harness.template(template('flaky', [step('only', [], { handler: 'flaky', retryLimit: 5 })]));
    const worker = await harness.start({
      handlers: {
        flaky: async ({ attempt }) => {
          if (attempt < 4) throw new Error(`no ${attempt}`);
          return attempt;
        },
      },
    });
    const taskId = await harness.run(worker, plan);
    const history = await harness.rows.history(taskId);
    expect(history.map(({ attempt, to, error }) => [attempt, to, error?.message])).toEqual([
      [1, 'waiting_for_retry', 'no 1'],
      [2, 'waiting_for_retry', 'no 2'],
      [3, 'waiting_for_retry', 'no 3'],
      [4, 'complete', undefined],
    ]);
    expect(await harness.rows.steps(taskId)).toEqual([
      expect.objectContaining({ state: 'complete', attempt: 4, result: 4 }),
    ]);
  });

  it('is in error once its attempts are spent, and so is its task', async () => {
    const plan = await harness.template(template('spent', [step('only', [], { handler: 'bad', retryLimit: 3 })]));
    const worker = await harness.start({ handlers: { bad: () => Promise.reject(new Error('never')) } });
    const taskId = await harness.create(worker, plan);
    expect(await harness.finished(taskId)).toBe('error');
    expect((await harness.rows.history(taskId)).map((row) => row.to)).toEqual([
      'waiting_for_retry',
      'waiting_for_retry',
      'error',
    ]);
    expect(await harness.rows.taskState(taskId)).toBe('error');
  });

  it('does not run again when it says that this is pointless', async () => {
    const plan = await harness.template(template('permanent', [step('only', [], { handler: 'bad', retryLimit: 9 })]));
    const worker = await harness.start({
      handlers: {
        bad: async () => {
          throw new PermanentError('no such order', { code: 'GONE', context: { order: 1 }, cause: new Error('404') });
        },
      },
    });
    const taskId = await harness.create(worker, plan);
    expect(await harness.finished(taskId)).toBe('error');
    expect(await harness.rows.failures(taskId)).toEqual([
      expect.objectContaining({
        kind: 'permanent',
        name: 'PermanentError',
        message: 'no such order',
        code: 'GONE',
        context: { order: 1 },
        cause: { name: 'Error', message: '404' },
      }),
    ]);
  });

  it('does not run again when its template says so', async () => {
    const plan = await harness.template(
      template('once', [step('only', [], { handler: 'bad', retryable: false, retryLimit: 9 })]),
    );
    const worker = await harness.start({ handlers: { bad: () => Promise.reject(new Error('x')) } });
    const taskId = await harness.create(worker, plan);
    expect(await harness.finished(taskId)).toBe('error');
    expect(await harness.rows.failures(taskId)).toHaveLength(1);
  });

  it.each<[string, unknown, string]>([
    ['a string', 'just text', 'just text'],
    ['undefined', undefined, 'undefined'],
    ['null', null, 'null'],
    ['an object', { code: 7 }, '{"code":7}'],
    ['a bigint', 10n, '[object BigInt]'],
    ['a symbol', Symbol('s'), 'Symbol(s)'],
  ])('may throw %s', async (_what, thrown, message) => {
    const plan = await harness.template(template('thrower', [step('only', [], { handler: 'bad', retryLimit: 1 })]));
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what is no error is the point
    const worker = await harness.start({ handlers: { bad: () => Promise.reject(thrown) } });
    const taskId = await harness.create(worker, plan);
    expect(await harness.finished(taskId)).toBe('error');
    expect(await harness.rows.failures(taskId)).toEqual([expect.objectContaining({ kind: 'error', message })]);
  });

  const cyclic: Record<string, unknown> = {};
  cyclic['self'] = cyclic;
  it.each<[string, Record<string, unknown>, unknown]>([
    ['refers to itself', cyclic, { self: '(must not contain itself)' }],
    ['has a NUL character', { note: 'a\u0000b' }, { note: 'ab' }],
    ['has half a surrogate pair', { note: 'a\ud800b' }, { note: 'a\ufffdb' }],
    ['has a bigint', { big: 1n }, { big: '1' }],
  ])('keeps its error when the context of it %s', async (_what, context, stored) => {
    const plan = await harness.template(template('odd', [step('only', [], { handler: 'bad' })]));
    const worker = await harness.start({
      handlers: {
        bad: async () => {
          throw new PermanentError('a\u0000b\ud800', { context });
        },
      },
    });
    const taskId = await harness.create(worker, plan);
    expect(await harness.finished(taskId, 5_000)).toBe('error');
    expect(await harness.rows.failures(taskId)).toEqual([
      expect.objectContaining({ message: 'ab\ufffd', context: stored }),
    ]);
  });

  it('ends all the same when the database cannot hold its error', async () => {
    const plan = await harness.template(template('deep', [step('only', [], { handler: 'bad', retryLimit: 2 })]));
    const worker = await harness.start({
      wrap: (store) =>
        interposed(store, {
          settle: (batch, settle) =>
            batch.outcomes.some(({ error }) => error?.includes('too deep') === true)
              ? Promise.reject(new StoreRefusedError(new Error('stack depth limit exceeded'), true))
              : settle(batch),
        }),
      handlers: { bad: () => Promise.reject(new Error('too deep')) },
    });
    const taskId = await harness.create(worker, plan);
    expect(await harness.finished(taskId, 5_000)).toBe('error');
    expect((await harness.rows.failures(taskId)).map(({ kind, name }) => [kind, name])).toEqual(
      Array(2).fill(['error', 'UnstorableError']),
    );
  });

  it('may throw an error whose own fields are not what they should be', async () => {
    const odd = Object.assign(new Error('x'), { name: 42, message: { deep: true }, stack: [], code: 404, cause: 'y' });
    const plan = await harness.template(template('weird', [step('only', [], { handler: 'bad', retryLimit: 1 })]));
    const worker = await harness.start({ handlers: { bad: () => Promise.reject(odd) } });
    const taskId = await harness.create(worker, plan);
    expect(await harness.finished(taskId, 5_000)).toBe('error');
  });
});

describe('when a failed step runs again', () => {
  /** Delays of the attempts of a step, as events tell them. */
  async function delaysOf(taskId: string): Promise<number[]> {
    await harness.finished(taskId);
    return harness.seen.flatMap(({ name, event }) =>
      name === 'step.retry_requested' && 'delayMs' in event && event.taskId === taskId ? [event.delayMs] : [],
    );
  }

  it('follows the list of delays, whose last one repeats', async () => {
    const backoff = { delaysMs: [20, 5], jitter: 0 };
    const plan = await harness.template(
      template('listed', [step('only', [], { handler: 'bad', retryLimit: 4, backoff })]),
    );
    const worker = await harness.start({ handlers: { bad: () => Promise.reject(new Error('x')) } });
    expect(await delaysOf(await harness.create(worker, plan))).toEqual([20, 5, 5]);
  });

  it('follows the curve up to its cap', async () => {
    const backoff = { initialMs: 4, factor: 3, maxMs: 20, jitter: 0 };
    const plan = await harness.template(
      template('curve', [step('only', [], { handler: 'bad', retryLimit: 5, backoff })]),
    );
    const worker = await harness.start({ handlers: { bad: () => Promise.reject(new Error('x')) } });
    expect(await delaysOf(await harness.create(worker, plan))).toEqual([4, 12, 20, 20]);
  });

  it('waits as long as the handler asks, whatever the step says, but for the cap', async () => {
    const backoff = { initialMs: 60_000, maxMs: 40, jitter: 0 };
    const plan = await harness.template(
      template('asked', [step('only', [], { handler: 'bad', retryLimit: 3, backoff })]),
    );
    const worker = await harness.start({
      handlers: {
        bad: async ({ attempt }) => {
          throw new RetryableError('busy', { retryAfterMs: attempt === 1 ? 15 : 3_600_000 });
        },
      },
    });
    expect(await delaysOf(await harness.create(worker, plan))).toEqual([15, 40]);
  });

  it('runs at that time and not at the next poll', async () => {
    const backoff = { initialMs: 30, jitter: 0 };
    const plan = await harness.template(template('timely', [step('only', [], { handler: 'flaky', backoff })]));
    const worker = await harness.start({
      pollMs: 60_000,
      handlers: { flaky: ({ attempt }) => (attempt === 1 ? Promise.reject(new Error('x')) : Promise.resolve(null)) },
    });
    const taskId = await harness.create(worker, plan);
    expect(await harness.finished(taskId, 5_000)).toBe('complete');
    const [times] = await harness.rows.query<{ apart: number }>(
      `select extract(epoch from max(started_at) - min(at)) * 1000 as apart from tasker.step_history where task_id = $1`,
      [taskId],
    );
    expect(Number(times?.apart)).toBeGreaterThanOrEqual(30);
  });

  it('runs at once when there is nothing to wait for', async () => {
    const backoff = { initialMs: 0, jitter: 0 };
    const plan = await harness.template(
      template('atonce', [step('only', [], { handler: 'flaky', retryLimit: 20, backoff })]),
    );
    const worker = await harness.start({
      handlers: { flaky: ({ attempt }) => (attempt < 20 ? Promise.reject(new Error('x')) : Promise.resolve(null)) },
    });
    const tasks = await harness.createMany(worker, plan, 20);
    expect(new Set(await harness.allFinished(tasks))).toEqual(new Set(['complete']));
    // A worker that lost count of what it holds would wait for its whole grace period, longer than a test may take.
    await worker.engine.drain(120_000);
  });
});
