import { StoreRefusedError, type SettledOutcome, type SettlementBatch } from '@tasker/core';
import { engineHarness } from '../support/engine-harness';
import { step, template } from '../support/engine-templates';
import { gate } from '../support/gate';

const harness = engineHarness();

const batchOf = (...outcomes: SettledOutcome[]): SettlementBatch => ({
  ...{ outcomes, reruns: [], next: [], joins: [], finished: [], stepCounts: [], level: 1, forLost: false },
});

describe('a batch with outcomes that the fence refuses', () => {
  it('names each of them, whatever else is in it, and records nothing', async () => {
    const plan = await harness.template(template('held', [step('only', [], { handler: 'work' })]));
    const go = gate();
    const worker = await harness.start({ handlers: { work: () => go.opened.then(() => null) } });
    const tasks = await harness.createMany(worker, plan, 2);
    await harness.event('step.execution_requested', ({ taskId }) => taskId === tasks[1]?.taskId);
    const [one, other] = tasks.map(({ taskId }) => ({
      ...{ taskId, position: 0, attempt: 1, granted: false, result: 'null', error: null },
      ...{ state: 'complete' as const, worker: worker.engine.workerId ?? 0 },
    })) as [SettledOutcome, SettledOutcome];
    const settle = (...outcomes: SettledOutcome[]) => worker.store.settle(batchOf(...outcomes));
    // Again and again: none of it counts, so that each is as the first.
    await expect(settle({ ...one, attempt: 7 }, other)).rejects.toMatchObject({ indexes: [0] });
    await expect(settle(one, { ...other, attempt: 2 })).rejects.toMatchObject({ indexes: [1] });
    await expect(settle({ ...one, position: 3 }, { ...other, attempt: 2 })).rejects.toMatchObject({ indexes: [0, 1] });
    const twice = settle(one, other, one);
    await expect(twice).rejects.toBeInstanceOf(StoreRefusedError);
    await expect(twice).rejects.toMatchObject({ message: 'an outcome was given twice', unstorable: true });
    expect(await harness.rows.query('select 1 from tasker.step_history')).toEqual([]);
    go.open();
    await harness.allFinished(tasks);
    await expect(settle(one, other)).rejects.toMatchObject({ indexes: [0, 1] });
  });
});
