import { TaskerError, type OperatorReceipt } from '@tasker/core';
import { BulkTally, readReasons, type BulkOutcome } from './bulk-tally';

const refused = (taskId: string, state?: string): BulkOutcome => ({
  taskId,
  refused: new TaskerError('TSK_STATE_REFUSED', 'no', { data: state === undefined ? {} : { state } }),
});
const acted = (taskId: string, changed: boolean): BulkOutcome =>
  ({ taskId, receipt: { changed } as OperatorReceipt }) as BulkOutcome;

describe('BulkTally', () => {
  it('counts by what became of each task, and refusals by code and state', () => {
    const tally = new BulkTally({ 'TSK_STATE_REFUSED/complete': 4 });
    tally.add([acted('1', true), acted('2', false), refused('3', 'complete'), refused('4')]);
    tally.add([{ taskId: '5', failed: { code: '23505', message: 'twice' } }]);
    expect(tally.added).toEqual({ matched: 5, changed: 1, unchanged: 1, refused: 2, failed: 1 });
    expect(readReasons(tally.reasons)).toEqual([
      { code: 'TSK_STATE_REFUSED', state: 'complete', count: 5 },
      { code: '23505', state: null, count: 1 },
      { code: 'TSK_STATE_REFUSED', state: null, count: 1 },
    ]);
    expect(tally.samples.map(({ taskId }) => taskId)).toEqual(['3', '4', '5']);
  });

  it('keeps the first twenty refusals, those of earlier batches included', () => {
    const earlier = [{ taskId: '0', code: 'X', message: '' }];
    const tally = new BulkTally({}, earlier);
    tally.add(Array.from({ length: 30 }, (_, index) => refused(String(index + 1))));
    expect(tally.samples.map(({ taskId }) => taskId)).toEqual(Array.from({ length: 20 }, (_, index) => String(index)));
  });
});
