import { engineHarness } from '../support/engine-harness';
import { step, template } from '../support/engine-templates';

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
