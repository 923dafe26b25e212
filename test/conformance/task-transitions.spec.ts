import { TASK_STATES, TASK_TRANSITIONS, type TaskState } from '@tasker/core';
import { moved, pairs, TASK_MOVERS } from './support/movers';
import { stagedStore } from './support/staged-store';

const staged = stagedStore();

describe('the table of legal moves of a task', () => {
  it('lists for each move the verb that makes it', () => {
    const listed = pairs(TASK_STATES).filter(([from, to]) => TASK_MOVERS[from][to] !== undefined);
    expect(listed).toEqual(pairs(TASK_STATES).filter(([from, to]) => TASK_TRANSITIONS[from].includes(to)));
  });
});

describe('a task', () => {
  /** The outcome of its last step, which ends the task in this state. */
  function settleLast(to: 'complete' | 'error') {
    if (to === 'complete') return staged.settle('complete', { finished: [staged.taskId] });
    const end = {
      taskId: staged.taskId,
      position: -1,
      templateId: staged.plan.templateId,
      lane: 0,
      rank: 0,
      worker: null,
    };
    const child = { ...end, position: 1, need: 1, met: 0, blocked: true };
    return staged.settle('error', {
      joins: [{ ...end, need: 1, met: 0, blocked: true }, child],
      stepCounts: [{ taskId: staged.taskId, steps: 2 }],
    });
  }

  it.each(moved(TASK_MOVERS, 'claim'))('is moved from %s to %s by the claim of its first step', async (from, to) => {
    await staged.taskIn(from);
    await staged.enqueue(true);
    expect(await staged.claim()).toEqual([expect.objectContaining({ began: true })]);
    expect(await staged.rows.taskState(staged.taskId)).toBe(to);
  });

  it.each(TASK_STATES.filter((state) => state !== 'pending'))(
    'that is %s stays so when a step is claimed',
    async (from) => {
      await staged.taskIn(from);
      await staged.enqueue(true);
      expect(await staged.claim()).toEqual([expect.objectContaining({ began: false })]);
      expect(await staged.rows.taskState(staged.taskId)).toBe(from);
    },
  );

  const ends = ['complete', 'error'] as const;
  it.each(moved(TASK_MOVERS, 'settle') as [TaskState, 'complete' | 'error'][])(
    'is moved from %s to %s by its last settlement',
    async (from, to) => {
      await staged.taskIn(from);
      await staged.stepIn('in_progress');
      expect((await settleLast(to)).ended).toEqual([{ taskId: staged.taskId, state: to }]);
      expect(await staged.rows.taskState(staged.taskId)).toBe(to);
    },
  );

  it('that is pending is started by its last settlement before it is ended', async () => {
    await staged.taskIn('pending');
    await staged.stepIn('in_progress');
    await settleLast('complete');
    const sql = 'select from_state, to_state from tasker.task_transitions where task_id = $1 order by ordinal';
    expect(await staged.rows.query(sql, [staged.taskId])).toEqual([
      { from_state: null, to_state: 'pending' },
      { from_state: 'pending', to_state: 'in_progress' },
      { from_state: 'in_progress', to_state: 'complete' },
    ]);
  });

  const finished = TASK_STATES.filter((state) => !['pending', 'in_progress'].includes(state));
  it.each(finished.flatMap((from) => ends.map((to) => [from, to] as const)))(
    'that is %s is not made %s by a last settlement',
    async (from, to) => {
      await staged.taskIn(from);
      await staged.stepIn('in_progress');
      await settleLast(to);
      expect(await staged.rows.taskState(staged.taskId)).toBe(from);
      expect(await staged.rows.query('select * from tasker.task_history')).toEqual([]);
    },
  );
});
