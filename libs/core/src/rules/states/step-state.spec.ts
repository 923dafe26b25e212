import {
  ATTEMPT_ENDS,
  canStepMove,
  satisfiesDependents,
  STEP_STATE_CODES,
  STEP_STATES,
  STEP_TRANSITIONS,
  stepStateOf,
} from './step-state';

describe('states of a step', () => {
  it('have the codes the database knows', () => {
    expect(STEP_STATES).toEqual([
      ...['pending', 'ready', 'in_progress', 'waiting_for_retry', 'waiting', 'complete'],
      ...['error', 'skipped', 'cancelled', 'resolved_manually', 'not_taken'],
    ]);
    expect(STEP_STATES.map((state) => STEP_STATE_CODES[state])).toEqual([0, 1, 2, 3, 4, 10, 11, 12, 13, 14, 15]);
    expect(STEP_STATES.map((state) => stepStateOf(STEP_STATE_CODES[state]))).toEqual(STEP_STATES);
  });

  it.each([-1, 5, 9, 16])('are refused by a code that none of them has: %d', (code) => {
    expect(() => stepStateOf(code)).toThrow(RangeError);
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
    expect(satisfying).toEqual(['complete', 'skipped', 'resolved_manually', 'not_taken']);
    expect(new Set(satisfying.flatMap((state) => STEP_TRANSITIONS[state]))).toEqual(new Set(['ready', 'pending']));
  });

  it('end an attempt where it can be followed by nothing or by another one', () => {
    expect(ATTEMPT_ENDS).toEqual([
      ...['complete', 'waiting_for_retry', 'ready', 'error', 'skipped', 'waiting', 'not_taken'],
    ]);
    expect(ATTEMPT_ENDS.filter((state) => !canStepMove('in_progress', state))).toEqual([]);
  });

  it('say which move is legal', () => {
    expect([canStepMove('ready', 'in_progress'), canStepMove('ready', 'complete')]).toEqual([true, false]);
  });
});
