import { isTaskerError } from '@tasker/core';
import { OperatorStore } from '@tasker/postgres';
import { KEEP_HOUR, HOUR, retentionWorld } from './retention-world';

const world = retentionWorld();
const { harness } = world;

describe('an operator and a sweep that want the same tasks', () => {
  it('each task is either retried and stays, or pruned and not found', async () => {
    const ids = await world.ended(await world.bad(), 40, 2 * HOUR);
    const operator = new OperatorStore(harness.handle, (templateId) => world.process.store.loadPlan(templateId));
    const retry = async (id: string): Promise<string | null> => {
      try {
        await operator.act(id, { verb: 'retry' }, { actor: 'ann' });
        return id;
      } catch (error) {
        if (isTaskerError(error) && error.code === 'TSK_TASK_NOT_FOUND') return null;
        throw error;
      }
    };
    // From the far end, so that they meet in the middle.
    const retries = Promise.all([...ids].reverse().map(retry));
    const sweep = await world.sweep({ ...KEEP_HOUR, keepErrorsMs: HOUR }, { batch: 2 });
    const retried = (await retries).filter((id) => id !== null);
    await harness.allEnded();
    expect(await world.tasks()).toEqual(retried.sort((one, other) => Number(one) - Number(other)));
    expect((sweep?.pruned ?? 0) + retried.length).toBe(ids.length);
    expect(await harness.rows.query('select task_id from tasker.steps where task_id <> all ($1)', [retried])).toEqual(
      [],
    );
  });
});
