import type { StepState } from '../states/step-state';
import type { TaskState } from '../states/task-state';
import type { OperatorVerb } from './operator-command';

/** Verbs that name a step. @public */
export type StepVerb = 'rerun' | 'retry_step' | 'cancel_step' | 'skip_step' | 'resolve_step' | 'edit_inputs';
/** Verbs about the task as a whole. @public */
export type TaskVerb = Exclude<OperatorVerb, StepVerb>;

interface StepRule {
  /** Legal while the task is in one of these. */
  readonly task: readonly TaskState[];
  readonly from: readonly StepState[];
  /** Null: it stays in its state. */
  readonly to: StepState | null;
}

interface TaskRule {
  readonly from: readonly TaskState[];
  /** Null: it stays in its state. */
  readonly to: TaskState | null;
}

const UNENDED: readonly StepState[] = ['pending', 'ready', 'in_progress', 'waiting_for_retry', 'error'];
const ENDED: readonly StepState[] = ['complete', 'error', 'skipped', 'cancelled', 'resolved_manually'];
const OPEN: readonly TaskState[] = ['pending', 'in_progress', 'error'];

/**
 * When a verb on a step is legal, and where it leads. A step that is there already is left as it is, without an error.
 *
 * @public
 */
export const STEP_VERBS: Readonly<Record<StepVerb, StepRule>> = {
  rerun: { task: [...OPEN, 'complete'], from: [...ENDED, 'waiting_for_retry'], to: 'ready' },
  retry_step: { task: OPEN, from: ['error', 'waiting_for_retry'], to: 'ready' },
  cancel_step: { task: OPEN, from: UNENDED, to: 'cancelled' },
  skip_step: { task: OPEN, from: UNENDED, to: 'skipped' },
  resolve_step: { task: OPEN, from: UNENDED, to: 'resolved_manually' },
  edit_inputs: { task: OPEN, from: ['pending', 'ready', 'waiting_for_retry', 'error'], to: null },
};

/** When a verb on a task is legal, and where it leads. @public */
export const TASK_VERBS: Readonly<Record<TaskVerb, TaskRule>> = {
  cancel: { from: OPEN, to: 'cancelled' },
  retry: { from: ['in_progress', 'error'], to: 'in_progress' },
  resolve: { from: OPEN, to: 'resolved_manually' },
  pause: { from: ['pending', 'in_progress'], to: null },
  resume: { from: ['pending', 'in_progress'], to: null },
  set_priority: { from: OPEN, to: null },
  edit: { from: [...OPEN, 'complete', 'cancelled', 'resolved_manually'], to: null },
};

/** Whether the verb names a step. @public */
export const isStepVerb = (verb: OperatorVerb): verb is StepVerb => verb in STEP_VERBS;

/** Verbs on the task that are legal now, in the order of the table. @public */
export function legalTaskVerbs(state: TaskState, hold: boolean): TaskVerb[] {
  const verbs = Object.keys(TASK_VERBS) as TaskVerb[];
  return verbs.filter((verb) => TASK_VERBS[verb].from.includes(state) && verb !== (hold ? 'pause' : 'resume'));
}

/** Verbs on a step that are legal now, in the order of the table. @public */
export function legalStepVerbs(task: TaskState, step: StepState): StepVerb[] {
  const verbs = Object.keys(STEP_VERBS) as StepVerb[];
  return verbs.filter((verb) => STEP_VERBS[verb].task.includes(task) && STEP_VERBS[verb].from.includes(step));
}
