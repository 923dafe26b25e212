import { engineHarness } from '../support/engine-harness';
import { step, template } from '../support/engine-templates';
import { gate } from '../support/gate';

const harness = engineHarness();

const limited = (timeoutMs: number, retryLimit = 1) =>
  template(`limited${timeoutMs}`, [step('only', [], { handler: 'slow', timeoutMs, retryLimit })]);

describe('a step that runs out of time', () => {
  it('is told by its signal, and its attempt counts as timed out whatever it throws then', async () => {
    const plan = await harness.template(limited(50, 2));
    const reasons: unknown[] = [];
    const worker = await harness.start({
      handlers: {
        slow: ({ signal }) =>
          new Promise((_, reject) => {
            signal.addEventListener('abort', () => {
              reasons.push(signal.reason);
              reject(new Error('I was told to stop'));
            });
          }),
      },
    });
    const taskId = await harness.create(worker, plan);
    expect(await harness.finished(taskId)).toBe('error');
    expect(reasons).toEqual(Array(2).fill(expect.objectContaining({ code: 'TSK_STEP_TIMEOUT' })));
    expect((await harness.rows.failures(taskId)).map(({ kind, code }) => [kind, code])).toEqual(
      Array(2).fill(['timeout', 'TSK_STEP_TIMEOUT']),
    );
  });

  it('is settled without it when it ignores the signal, and what it returns later is dropped', async () => {
    const plan = await harness.template(limited(20));
    const end = gate();
    const worker = await harness.start({
      handlers: {
        slow: async () => {
          await end.opened;
          return 'late';
        },
      },
    });
    const taskId = await harness.create(worker, plan);
    expect(await harness.finished(taskId)).toBe('error');
    end.open();
    expect((await harness.rows.failures(taskId)).map(({ kind }) => kind)).toEqual(['timeout']);
    expect((await harness.rows.steps(taskId))[0]?.result).toBeNull();
  });

  it('counts as timed out also when it succeeds after the signal', async () => {
    const plan = await harness.template(limited(20));
    const worker = await harness.start({
      handlers: {
        slow: ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve('just in time'))),
      },
    });
    const taskId = await harness.create(worker, plan);
    expect(await harness.finished(taskId)).toBe('error');
  });

  it('has more time after each heartbeat', async () => {
    const plan = await harness.template(limited(250));
    const worker = await harness.start({
      handlers: {
        // Three times the limit in total, never more than a third of it without a sign of life.
        slow: async (own) => {
          for (let beat = 0; beat < 9; beat++) {
            await new Promise((resolve) => setTimeout(resolve, 80));
            own.heartbeat();
          }
          return 'done';
        },
      },
    });
    const taskId = await harness.create(worker, plan);
    expect(await harness.finished(taskId)).toBe('complete');
  });

  it('cannot win time by a heartbeat after the signal', async () => {
    const plan = await harness.template(limited(20));
    let beating: NodeJS.Timeout | undefined;
    const worker = await harness.start({
      handlers: {
        slow: (own) => {
          own.signal.addEventListener('abort', () => (beating = setInterval(() => own.heartbeat(), 5)));
          return new Promise(() => undefined);
        },
      },
    });
    const taskId = await harness.create(worker, plan);
    await harness.finished(taskId, 5_000).finally(() => clearInterval(beating));
    expect((await harness.rows.failures(taskId)).map(({ kind }) => kind)).toEqual(['timeout']);
  });

  it('has all the time it needs when there is no limit', async () => {
    const plan = await harness.template(template('free', [step('only', [], { handler: 'beat' })]));
    const worker = await harness.start({
      handlers: {
        beat: (own) => {
          own.heartbeat();
          return Promise.resolve(own.signal.aborted);
        },
      },
    });
    const taskId = await harness.run(worker, plan);
    expect((await harness.rows.steps(taskId))[0]?.result).toBe(false);
  });
});
