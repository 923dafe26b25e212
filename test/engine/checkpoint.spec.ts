import { StoreUnavailableError } from '@tasker/core';
import { engineHarness } from '../support/engine-harness';
import { step, template } from '../support/engine-templates';
import { interposed } from '../support/interposed-store';

const harness = engineHarness();

const batch = template('batch', [step('import', [], { handler: 'import', backoff: { delaysMs: [1], jitter: 0 } })]);

describe('a checkpoint', () => {
  it('is what the next attempt goes on from', async () => {
    const plan = await harness.template(batch);
    const seen: unknown[] = [];
    const worker = await harness.start({
      handlers: {
        import: async ({ attempt, checkpoint }) => {
          seen.push(checkpoint.value);
          await checkpoint.save({ rows: attempt * 100 });
          expect(checkpoint.value).toEqual({ rows: attempt * 100 });
          if (attempt < 3) throw new Error('the connection broke');
          return checkpoint.value;
        },
      },
    });
    const taskId = await harness.run(worker, plan);
    expect(seen).toEqual([null, { rows: 100 }, { rows: 200 }]);
    expect((await harness.rows.steps(taskId))[0]).toMatchObject({ state: 'complete', result: { rows: 300 } });
  });

  it('waits while the database is away, and the attempt is not spent', async () => {
    const plan = await harness.template(batch);
    let saves = 0;
    const away = new StoreUnavailableError(new Error('the server is away'));
    const worker = await harness.start({
      wrap: (store) =>
        interposed(store, {
          saveCheckpoint: (fence, text, save) => (++saves <= 3 ? Promise.reject(away) : save(fence, text)),
        }),
      handlers: { import: ({ checkpoint }) => checkpoint.save('here').then(() => checkpoint.value) },
    });
    const taskId = await harness.run(worker, plan);
    expect(saves).toBe(4);
    expect((await harness.rows.steps(taskId))[0]).toMatchObject({ state: 'complete', attempt: 1, result: 'here' });
  });

  it.each([
    ['TSK_STEP_TIMEOUT', 'its time', 200, 10_000],
    ['TSK_LEASE_LOST', 'its lease', null, 600],
  ])(
    'waits no longer than the attempt has, and fails with %s at the end of %s',
    async (code, _, timeoutMs, leaseMs) => {
      const slow = step('import', [], { handler: 'import', backoff: { delaysMs: [1], jitter: 0 }, timeoutMs });
      const plan = await harness.template(template('slow', [slow]));
      const codes: unknown[] = [];
      let first: number | undefined;
      const worker = await harness.start({
        ...{ leaseMs, pollMs: 100 },
        wrap: (store) =>
          interposed(store, {
            saveCheckpoint: () => new Promise(() => undefined),
            heartbeat: (beat, renew) =>
              beat.workerId === (first ??= beat.workerId) && leaseMs < 1_000
                ? new Promise(() => undefined)
                : renew(beat),
          }),
        handlers: {
          import: async ({ attempt, checkpoint }) => {
            if (attempt === 1) await checkpoint.save(1).catch((error: { code: string }) => codes.push(error.code));
          },
        },
      });
      await harness.run(worker, plan);
      expect(codes).toEqual([code]);
    },
  );

  it('refuses what cannot be stored, and says so to the handler', async () => {
    const plan = await harness.template(batch);
    const codes: unknown[] = [];
    const worker = await harness.start({
      handlers: {
        import: async ({ checkpoint }) => {
          await checkpoint.save(1n).catch((error: { code: string }) => codes.push(error.code));
          await checkpoint.save('x'.repeat(2_000_000)).catch((error: { code: string }) => codes.push(error.code));
        },
      },
    });
    await harness.run(worker, plan);
    expect(codes).toEqual(['TSK_RESULT_INVALID', 'TSK_RESULT_TOO_LARGE']);
  });
});
