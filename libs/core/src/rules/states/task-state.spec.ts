import { canTaskMove, isTaskFinished, TASK_STATES, TASK_TRANSITIONS } from './task-state';

describe('states of a task', () => {
  it('have the codes the database knows', () => {
    expect(TASK_STATES).toEqual(['pending', 'in_progress', 'complete', 'error', 'cancelled', 'resolved_manually']);
  });

  it('lead only to states there are, never to themselves', () => {
    for (const from of TASK_STATES) {
      expect(TASK_TRANSITIONS[from].filter((to) => !TASK_STATES.includes(to) || to === from)).toEqual([]);
    }
  });

  it('are finished, but for those in which something can still move', () => {
    expect(TASK_STATES.filter((state) => !isTaskFinished(state))).toEqual(['pending', 'in_progress']);
  });

  it('say which move is legal: an error is reopened by a retry, a complete task only by a rerun', () => {
    const reopened = TASK_STATES.filter((state) => isTaskFinished(state) && canTaskMove(state, 'in_progress'));
    expect(reopened).toEqual(['complete', 'error']);
  });
});
