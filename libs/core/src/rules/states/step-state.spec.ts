import { canStepMove, satisfiesDependents, STEP_STATES, STEP_TRANSITIONS } from './step-state';

describe('states of a step', () => {
  it('have the codes the database knows', () => {
    expect(STEP_STATES).toEqual([
      ...['pending', 'ready', 'in_progress', 'waiting_for_retry', 'complete'],
      ...['error', 'skipped', 'cancelled', 'resolved_manually'],
    ]);
  });

  it('lead only to states there are, never to themselves, and none twice', () => {
    for (const from of STEP_STATES) {
      const to = STEP_TRANSITIONS[from];
      expect(to.filter((state) => !STEP_STATES.includes(state) || state === from)).toEqual([]);
      expect(new Set(to).size).toBe(to.length);
    }
  });

  it('can all be reached from pending', () => {
    const reached = new Set<string>(['pending']);
    for (const state of reached) {
      for (const next of STEP_TRANSITIONS[state as keyof typeof STEP_TRANSITIONS]) reached.add(next);
    }
    expect([...reached].sort()).toEqual([...STEP_STATES].sort());
  });

  it('that satisfy dependents are left only to run again', () => {
    const satisfying = STEP_STATES.filter(satisfiesDependents);
    expect(satisfying).toEqual(['complete', 'skipped', 'resolved_manually']);
    expect(new Set(satisfying.flatMap((state) => STEP_TRANSITIONS[state]))).toEqual(new Set(['ready', 'pending']));
  });

  it('say which move is legal', () => {
    expect([canStepMove('ready', 'in_progress'), canStepMove('ready', 'complete')]).toEqual([true, false]);
  });
});
