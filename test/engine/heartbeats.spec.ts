import { TaskReadStore, type TaskDetail } from '@tasker/postgres';
import { engineHarness } from '../support/engine-harness';
import { step, template } from '../support/engine-templates';
import { gate } from '../support/gate';

const harness = engineHarness();

const watched = (name: string, changes: object) =>
  template(name, [step('only', [], { handler: 'slow', retryLimit: 1, ...changes })]);

describe('a step whose heartbeat has a limit', () => {
  it('fails when it says nothing for that long, of a kind of its own', async () => {
    const plan = await harness.template(watched('silent', { heartbeatTimeoutMs: 50 }));
    const reasons: unknown[] = [];
    const worker = await harness.start({
      handlers: {
        slow: ({ signal }) =>
          new Promise((_, reject) => {
            signal.addEventListener('abort', () => {
              reasons.push(signal.reason);
              reject(new Error('stopped'));
            });
          }),
      },
    });
    const taskId = await harness.create(worker, plan);
    expect(await harness.finished(taskId)).toBe('error');
    expect(reasons).toEqual([expect.objectContaining({ code: 'TSK_STEP_SILENT' })]);
    expect(await harness.rows.failures(taskId)).toMatchObject([
      { kind: 'heartbeat_timeout', name: 'HeartbeatTimeout', code: 'TSK_STEP_SILENT' },
    ]);
  });

  it('lives as long as it gives signs of life, but no longer than its timeout', async () => {
    const plan = await harness.template(watched('talkative', { heartbeatTimeoutMs: 2_000, timeoutMs: 100 }));
    const worker = await harness.start({
      handlers: {
        slow: async (context) => {
          const { signal } = context;
          while (!signal.aborted) {
            context.heartbeat();
            await new Promise((resolve) => setImmediate(resolve));
          }
          return 'too late';
        },
      },
    });
    const taskId = await harness.create(worker, plan);
    expect(await harness.finished(taskId)).toBe('error');
    expect((await harness.rows.failures(taskId)).map(({ kind }) => kind)).toEqual(['timeout']);
  });
});

describe('progress', () => {
  const progress = async (taskId: string): Promise<unknown> =>
    (await harness.rows.query('select progress from tasker.steps where task_id = $1', [taskId]))[0]?.['progress'];

  it('is kept as it is told, the last word of a second with the end of it', async () => {
    const plan = await harness.template(watched('far', {}));
    const [told, end] = [gate(), gate()];
    const writes: number[] = [];
    const shown: (TaskDetail | null)[] = [];
    const worker = await harness.start({
      handlers: {
        slow: async (context) => {
          context.progress(0.1, 'page 1 of 10');
          for (let page = 2; page <= 9; page++) context.progress(page / 10, `page ${page} of 10`);
          told.open();
          await end.opened;
        },
      },
      wrap: (store) =>
        new Proxy(store, {
          get: (target, name) => {
            const real: unknown = Reflect.get(target, name, target);
            if (typeof real !== 'function') return real;
            if (name !== 'saveProgress') return real.bind(target) as unknown;
            return async (...call: Parameters<typeof store.saveProgress>) => {
              const kept = await target.saveProgress(...call);
              writes.push(call[1].fraction);
              if (writes.length === 2) {
                shown.push(await new TaskReadStore(harness.handle.session).find(call[0].taskId));
                end.open();
              }
              return kept;
            };
          },
        }),
    });
    const taskId = await harness.run(worker, plan);
    expect(writes).toEqual([0.1, 0.9]);
    expect(shown[0]?.steps[0]?.progress).toMatchObject({ fraction: 0.9, note: 'page 9 of 10' });
    const after = await new TaskReadStore(harness.handle.session).find(taskId);
    expect(after?.steps[0]?.progress).toBeNull();
    expect(await progress(taskId)).toMatchObject({ attempt: 1, fraction: 0.9, note: 'page 9 of 10' });
  });

  it.each([
    [-1, 'a'.repeat(500), { fraction: 0, note: 'a'.repeat(200) }],
    [7, 'NUL \u0000 and half \ud800', { fraction: 1, note: 'NUL  and half \ufffd' }],
    [0.5, undefined, { fraction: 0.5, note: null }],
  ])('is bounded: %d', async (fraction, note, kept) => {
    const plan = await harness.template(watched('bounded', {}));
    const worker = await harness.start({ handlers: { slow: async (context) => context.progress(fraction, note) } });
    expect(await progress(await harness.run(worker, plan))).toMatchObject(kept);
  });

  it('that is no number fails the attempt when its handler has ended', async () => {
    const plan = await harness.template(watched('wrong', {}));
    const worker = await harness.start({
      handlers: { slow: async (context) => context.progress('half' as unknown as number) },
    });
    const taskId = await harness.create(worker, plan);
    expect(await harness.finished(taskId)).toBe('error');
    expect(await harness.rows.failures(taskId)).toMatchObject([{ code: 'TSK_REQUEST_INVALID' }]);
  });
});
