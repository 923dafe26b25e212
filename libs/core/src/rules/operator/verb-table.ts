import type { Permission } from '../access/permissions';
import type { StepState } from '../states/step-state';
import type { TaskState } from '../states/task-state';
import { FIELDS, type VerbField } from './verb-fields';

/** Everything there is to say about a verb. @public */
export interface VerbSpec {
  /** What it is about: a task, a step of a task, or a step of a template wherever it would run. */
  readonly subject: 'task' | 'step' | 'step everywhere';
  /** Last word of its route, and its name as a command; none: it is part of an edit, by PATCH. */
  readonly word?: string;
  /** It is a verb of the task as well, and has a route there; on the step it asks for this permission instead. */
  readonly permissionOnStep?: Permission;
  /** For verbs on a step of a task: legal while the task is in one of these. */
  readonly task?: readonly TaskState[];
  /** Legal while its subject is in one of these. */
  readonly from?: readonly (TaskState | StepState)[];
  /** Where its subject goes. Null: it stays in its state. */
  readonly to?: TaskState | StepState | null;
  /** By name, beside the step. */
  readonly fields: Readonly<Record<string, VerbField>>;
  /** Names of fields that must be given. */
  readonly required: readonly string[];
  readonly permission: Permission;
  readonly summary: string;
  readonly description: string;
}

const UNENDED = ['pending', 'ready', 'in_progress', 'waiting_for_retry', 'waiting', 'error'] as const;
const ENDED = ['complete', 'error', 'skipped', 'cancelled', 'resolved_manually', 'not_taken'] as const;
const OPEN = ['pending', 'in_progress', 'error'] as const;

/**
 * The table of verbs: routes, commands, checks, permissions and descriptions are made from it. A new verb is a row here,
 * a decision beside it, and whatever its decision needs of the store.
 *
 * A verb whose subject is in its target already leaves it as it is, without an error.
 *
 * @public
 */
export const VERBS = {
  cancel: {
    subject: 'task',
    word: 'cancel',
    from: OPEN,
    to: 'cancelled',
    permission: 'tasker.task:cancel',
    fields: { running: FIELDS.running('abort') },
    required: [],
    summary: 'Cancel a task',
    description: 'Ends the task and every step that has not ended.',
  },
  retry: {
    subject: 'task',
    word: 'retry',
    from: ['in_progress', 'error'],
    to: 'in_progress',
    fields: {},
    required: [],
    permission: 'tasker.task:retry',
    summary: 'Retry a task',
    description:
      'Runs all failed steps again, each with a fresh budget of attempts, and those that wait for a retry at once.',
  },
  resolve: {
    subject: 'task',
    word: 'resolve',
    from: OPEN,
    to: 'resolved_manually',
    permission: 'tasker.task:resolve',
    fields: {},
    required: [],
    summary: 'Resolve a task by hand',
    description: 'Declares the task done by other means; steps that have not ended are cancelled.',
  },
  pause: {
    subject: 'task',
    word: 'pause',
    from: ['pending', 'in_progress'],
    to: null,
    permission: 'tasker.task:pause',
    fields: { running: FIELDS.running('finish') },
    required: [],
    summary: 'Pause a task',
    description: 'Starts nothing more of the task until it is resumed.',
  },
  resume: {
    subject: 'task',
    word: 'resume',
    from: ['pending', 'in_progress'],
    to: null,
    fields: {},
    required: [],
    permission: 'tasker.task:pause',
    summary: 'Resume a task',
    description: 'Lets a paused task go on.',
  },
  rerun: {
    subject: 'step',
    word: 'rerun',
    permissionOnStep: 'tasker.workflow_step:retry',
    task: [...OPEN, 'complete'],
    from: [...ENDED, 'waiting_for_retry', 'waiting'],
    to: 'ready',
    permission: 'tasker.task:retry',
    fields: { inputs: { ...FIELDS.inputs, permission: 'tasker.workflow_step:update' } },
    required: [],
    summary: 'Rerun a task from a step',
    description:
      'Runs a step and everything after it again; earlier results are kept. Conditions and choices are asked anew, and a step that was not chosen runs all the same.',
  },
  set_priority: {
    subject: 'task',
    word: 'priority',
    from: OPEN,
    to: null,
    permission: 'tasker.task:update',
    fields: { priority: FIELDS.priority },
    required: ['priority'],
    summary: 'Change the priority of a task',
    description: 'Higher runs first; what waits in the queue moves at once.',
  },
  edit: {
    subject: 'task',
    from: [...OPEN, 'complete', 'cancelled', 'resolved_manually'],
    to: null,
    fields: { tags: FIELDS.tags, taskReason: FIELDS.taskReason, priority: FIELDS.priority },
    required: [],
    permission: 'tasker.task:update',
    summary: 'Edit a task',
    description: 'Replaces tags, the stored reason of the request, and the priority while the task has not ended.',
  },
  retry_step: {
    subject: 'step',
    word: 'retry',
    task: OPEN,
    from: ['error', 'waiting_for_retry'],
    to: 'ready',
    fields: { attempts: { ...FIELDS.attempts, permission: 'tasker.workflow_step:update' } },
    required: [],
    permission: 'tasker.workflow_step:retry',
    summary: 'Retry a step',
    description: 'Runs a failed step again with a fresh budget of attempts.',
  },
  set_attempts: {
    subject: 'step',
    word: 'attempts',
    task: OPEN,
    from: ['pending', 'ready', 'waiting_for_retry', 'waiting'],
    to: null,
    fields: { attempts: FIELDS.attempts },
    required: ['attempts'],
    permission: 'tasker.workflow_step:update',
    summary: 'Change how often a step is tried',
    description:
      'Another retry limit for this step of this task, counted from now on; a failed step is retried with it.',
  },
  cancel_step: {
    subject: 'step',
    word: 'cancel',
    task: OPEN,
    from: UNENDED,
    to: 'cancelled',
    fields: {},
    required: [],
    permission: 'tasker.workflow_step:cancel',
    summary: 'Cancel a step',
    description: 'Its dependents can never run then.',
  },
  skip_step: {
    subject: 'step',
    word: 'skip',
    task: OPEN,
    from: UNENDED,
    to: 'skipped',
    fields: { force: FIELDS.force, choice: FIELDS.choice },
    required: [],
    permission: 'tasker.workflow_step:skip',
    summary: 'Skip a step',
    description: 'Its dependents run as if it had completed, without a result.',
  },
  resolve_step: {
    subject: 'step',
    word: 'resolve',
    task: OPEN,
    from: UNENDED,
    to: 'resolved_manually',
    fields: { result: FIELDS.result, choice: FIELDS.choice },
    required: [],
    permission: 'tasker.workflow_step:resolve',
    summary: 'Resolve a step by hand',
    description: 'Its dependents run, and read the result given here.',
  },
  edit_inputs: {
    subject: 'step',
    task: OPEN,
    from: ['pending', 'ready', 'waiting_for_retry', 'waiting', 'error'],
    to: null,
    fields: { inputs: { ...FIELDS.inputs, nullable: true } },
    required: ['inputs'],
    permission: 'tasker.workflow_step:update',
    summary: 'Edit the inputs of a step that has not run',
    description: 'The step alone sees other values for these fields of the context; null takes all edits back.',
  },
  pause_everywhere: {
    subject: 'step everywhere',
    word: 'pause',
    fields: { version: FIELDS.version },
    required: [],
    permission: 'tasker.handler:pause',
    summary: 'Pause a step everywhere',
    description: 'Starts this step in no task any more; attempts that run go on.',
  },
  resume_everywhere: {
    subject: 'step everywhere',
    word: 'resume',
    fields: { version: FIELDS.version },
    required: [],
    permission: 'tasker.handler:pause',
    summary: 'Resume a step everywhere',
    description: 'What was held back is queued again.',
  },
} as const satisfies Readonly<Record<string, VerbSpec>>;
