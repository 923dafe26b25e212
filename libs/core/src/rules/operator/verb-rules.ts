import type { StepState } from '../states/step-state';
import type { TaskState } from '../states/task-state';
import { FIELDS, type VerbField } from './verb-fields';
import { VERBS, type VerbSpec } from './verb-table';

type Verbs = typeof VERBS;
type VerbOn<S extends VerbSpec['subject']> = {
  [V in keyof Verbs]: Verbs[V] extends { readonly subject: S } ? V : never;
}[keyof Verbs];

/** Verbs that name a step of a task. @public */
export type StepVerb = VerbOn<'step'>;
/** Verbs about the task as a whole. @public */
export type TaskVerb = VerbOn<'task'>;
/** Name of a verb over one task. @public */
export type OperatorVerb = TaskVerb | StepVerb;

interface StepRule extends VerbSpec {
  readonly task: readonly TaskState[];
  readonly from: readonly StepState[];
  readonly to: StepState | null;
}

interface TaskRule extends VerbSpec {
  readonly from: readonly TaskState[];
  readonly to: TaskState | null;
}

const rowsOn = (subject: VerbSpec['subject']): object =>
  Object.fromEntries(Object.entries(VERBS).filter(([, row]) => row.subject === subject));

/** The rows of the table about a step of a task. @public */
export const STEP_VERBS = rowsOn('step') as Readonly<Record<StepVerb, StepRule>>;

/** The rows of the table about a task as a whole. @public */
export const TASK_VERBS = rowsOn('task') as Readonly<Record<TaskVerb, TaskRule>>;

/** Every verb over one task: those about the task, then those about a step. @public */
export const OPERATOR_VERBS = [...Object.keys(TASK_VERBS), ...Object.keys(STEP_VERBS)] as readonly OperatorVerb[];

/** Whether the verb names a step. @public */
export const isStepVerb = (verb: OperatorVerb): verb is StepVerb => verb in STEP_VERBS;

/** Every field of a command with this verb, the step it is about first. @public */
export const verbFields = (verb: OperatorVerb): Readonly<Record<string, VerbField>> => ({
  ...(isStepVerb(verb) && { step: FIELDS.step }),
  ...VERBS[verb].fields,
});

/** Names of the fields a command with this verb must have. @public */
export const requiredFields = (verb: OperatorVerb): readonly string[] => [
  ...(isStepVerb(verb) ? ['step'] : []),
  ...VERBS[verb].required,
];

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
