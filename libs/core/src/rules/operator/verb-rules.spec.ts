import { canStepMove, STEP_STATES } from '../states/step-state';
import { canTaskMove, TASK_STATES } from '../states/task-state';
import { isStepVerb, OPERATOR_VERBS, legalStepVerbs, legalTaskVerbs, STEP_VERBS, TASK_VERBS } from './verb-rules';

describe('the rules of the verbs', () => {
  it('name every verb once, on a step or on the task', () => {
    expect(new Set(OPERATOR_VERBS).size).toBe(OPERATOR_VERBS.length);
    expect(OPERATOR_VERBS.filter(isStepVerb)).toEqual(Object.keys(STEP_VERBS));
    expect(OPERATOR_VERBS.filter((verb) => !isStepVerb(verb))).toEqual(Object.keys(TASK_VERBS));
  });

  it('lead only where the tables of legal moves allow', () => {
    for (const { from, to } of Object.values(STEP_VERBS))
      expect(from.filter((state) => to !== null && state !== to && !canStepMove(state, to))).toEqual([]);
    for (const { from, to } of Object.values(TASK_VERBS))
      expect(from.filter((state) => to !== null && state !== to && !canTaskMove(state, to))).toEqual([]);
  });

  it('reopen no task that an operator has ended', () => {
    for (const state of ['cancelled', 'resolved_manually'] as const) {
      expect(legalTaskVerbs(state, false)).toEqual(['edit']);
      expect(STEP_STATES.flatMap((step) => legalStepVerbs(state, step))).toEqual([]);
    }
  });

  it('offer pause or resume, never both, and neither when the task has ended', () => {
    expect(legalTaskVerbs('in_progress', false)).toEqual([
      'cancel',
      'retry',
      'resolve',
      'pause',
      'set_priority',
      'edit',
    ]);
    expect(legalTaskVerbs('in_progress', true)).toEqual([
      'cancel',
      'retry',
      'resolve',
      'resume',
      'set_priority',
      'edit',
    ]);
    for (const state of TASK_STATES.slice(2)) {
      expect(legalTaskVerbs(state, false).filter((verb) => verb === 'pause' || verb === 'resume')).toEqual([]);
    }
  });

  it('leave a way out of every failure', () => {
    expect(legalTaskVerbs('error', false)).toEqual(['cancel', 'retry', 'resolve', 'set_priority', 'edit']);
    expect(legalStepVerbs('error', 'error')).toEqual([
      ...['rerun', 'retry_step', 'cancel_step', 'skip_step', 'resolve_step', 'edit_inputs'],
    ]);
    expect(legalStepVerbs('error', 'cancelled')).toEqual(['rerun']);
  });
});
