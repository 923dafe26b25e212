import type { StepFailure } from '../rules/settlement/step-failure';
import type { StepSkipReason } from '../rules/states/skip-reason';

/** Which task an event speaks of. @public */
export interface TaskEventBase {
  readonly taskId: string;
  readonly namespace: string;
  readonly task: string;
  readonly version: string;
  readonly correlationId: string;
  /** Database time of the transition, epoch milliseconds; without a transition, the time of the process. */
  readonly at: number;
}

/** Which attempt of which step an event speaks of. @public */
export interface StepEventBase extends TaskEventBase {
  readonly step: string;
  /** 0: the step has not run yet. */
  readonly attempt: number;
  /** Null when no worker is involved. */
  readonly workerId: number | null;
}

/** Who did it, and why. */
interface ByOperator {
  readonly actor: string;
  readonly reason: string | null;
}

/** How a task came to its end; null: the database did not answer when it was asked. @public */
export interface TaskEnd {
  /** From the request to the end, milliseconds. */
  readonly durationMs: number | null;
  /** How many steps are satisfied (complete, skipped, resolved), failed or were cancelled, and have not come to an end. */
  readonly steps: {
    readonly total: number;
    readonly completed: number;
    readonly failed: number;
    readonly pending: number;
  } | null;
}

/** Which attempt of which step failed for good, and how. @public */
export interface TaskFailure {
  readonly step: string;
  readonly attempt: number;
  readonly error: StepFailure;
}

/** How long the attempt ran, milliseconds. */
interface Timed {
  readonly durationMs: number;
}

/** Which step of a template an operator paused or resumed everywhere. @public */
export interface StepPauseEvent extends ByOperator {
  readonly namespace: string;
  readonly task: string;
  /** Null: every version. */
  readonly version: string | null;
  readonly step: string;
  readonly at: number;
}

/** Which decision of which step an event speaks of. @public */
export interface ApprovalEvent {
  readonly approvalId: string;
  readonly taskId: string;
  readonly namespace: string;
  readonly task: string;
  readonly step: string;
  readonly at: number;
}

/**
 * Every event of Tasker with its payload; names are the original's where it had one. All are published after the
 * transaction that made them true has committed, by the process that committed it, unless it says otherwise; those of
 * the application when their handler publishes them.
 *
 * @public
 */
export interface TaskerEvents {
  /** A task was created: (none) → pending. */
  'task.initialize_requested': TaskEventBase;
  /** The first step of a task was taken: pending → in_progress. */
  'task.start_requested': TaskEventBase;
  /** Every step is satisfied: in_progress → complete. */
  'task.completed': TaskEventBase & TaskEnd;
  /** Nothing can move any more: in_progress → error. The failure is the last one. */
  'task.failed': TaskEventBase & TaskEnd & { readonly failure: TaskFailure | null };
  /** An operator ended it: pending, in_progress or error → cancelled. */
  'task.cancelled': TaskEventBase & ByOperator;
  /** An operator declared it done: pending, in_progress or error → resolved_manually. */
  'task.resolved': TaskEventBase & ByOperator;
  /** An operator runs failed or finished steps of it again: error or complete → in_progress. */
  'task.reopened': TaskEventBase & ByOperator;
  /** Nothing more of it is started until it is resumed. */
  'task.paused': TaskEventBase & ByOperator;
  /** It goes on where it was. */
  'task.resumed': TaskEventBase & ByOperator;
  /** An operator changed its priority, tags or reason. */
  'task.edited': TaskEventBase & ByOperator & { readonly priority: number };
  /** An operator added a remark of this type. */
  'task.annotated': TaskEventBase & ByOperator & { readonly type: string };
  /** A step waits in the queue: pending or waiting_for_retry → ready. */
  'step.ready': StepEventBase;
  /** A worker took a step: ready → in_progress. */
  'step.execution_requested': StepEventBase & {
    /** Milliseconds in the queue; 0 for a step that was continued in place. */
    readonly waitedMs: number;
  };
  /** in_progress → complete. */
  'step.completed': StepEventBase & Timed;
  /** After `step.failed`, when there will be another attempt: in_progress → waiting_for_retry, or ready at once. */
  'step.retry_requested': StepEventBase & Timed & { readonly error: StepFailure; readonly delayMs: number };
  /** An attempt failed. The last one leads to error; after the others comes `step.retry_requested`. */
  'step.failed': StepEventBase &
    Timed & {
      readonly error: StepFailure;
      /** Whether it was the last: in_progress → error. */
      readonly final: boolean;
    };
  /** A step that the request or a branch leaves out; or an operator's act, which has an actor. */
  'step.skipped': StepEventBase &
    Partial<ByOperator> & {
      /** Why it is left out. */
      readonly skipReason: StepSkipReason;
    };
  /** An operator ended it, alone or with its task: → cancelled. */
  'step.cancelled': StepEventBase & ByOperator;
  /** An operator gave its result: → resolved_manually. */
  'step.resolved': StepEventBase & ByOperator;
  /** An operator runs it again: → ready, or pending while its parents run again. */
  'step.reset': StepEventBase & ByOperator;
  /** An operator gave it other inputs. */
  'step.inputs_edited': StepEventBase & ByOperator;
  /** An operator gave it another number of attempts. */
  'step.attempts_edited': StepEventBase & ByOperator & { readonly attempts: number };
  /** An operator took a running step from its worker, and its abort signal fired; published by that worker. */
  'step.aborted': StepEventBase;
  /** A step of a template is started nowhere any more. */
  'step.paused': StepPauseEvent;
  /** A step of a template that was paused everywhere goes on. */
  'step.resumed': StepPauseEvent;
  /** A step waits without a worker, for a time, a signal or a decision: in_progress → waiting. */
  'step.waiting': StepEventBase;
  /** A stopping worker gave a step back without spending the attempt: in_progress → ready. */
  'step.released': StepEventBase;
  /** An outcome came too late and was dropped: the step belongs to another attempt. Its time is that of its own start. */
  'step.outcome_dropped': StepEventBase;
  /** A signal was sent to a task or a key; published by the process that sent it. */
  'signal.received': {
    /** Null: that of the task. */
    readonly namespace: string | null;
    readonly signal: string;
    readonly taskId: string | null;
    readonly key: string | null;
    /** What its sender called it. */
    readonly id: string | null;
    readonly outcome: 'delivered' | 'kept' | 'dropped' | 'duplicate';
    /** How many waits it reached. */
    readonly waits: number;
    readonly at: number;
  };
  /** A person approved or rejected. */
  'approval.decided': ApprovalEvent & { readonly actor: string; readonly decision: 'approved' | 'rejected' };
  /** A person asked others to decide instead. */
  'approval.delegated': ApprovalEvent & { readonly actor: string; readonly assignees: readonly string[] };
  /** A settlement has committed: how many outcomes it recorded, and how long the database took. */
  'engine.settled': {
    readonly workerId: number;
    readonly outcomes: number;
    readonly durationMs: number;
    readonly at: number;
  };
  /** A worker died; its steps were given to others. */
  'worker.lost': { readonly workerId: number; readonly steps: number; readonly at: number };
  /** An event of the application, declared by a template or a step. */
  custom: StepEventBase & { readonly event: string; readonly payload: Record<string, unknown> };
}

/** Name of an event. @public */
export type TaskerEventName = keyof TaskerEvents;

/** Every name, in the order of the table in the docs. The type makes a missing one a compile error. @public */
export const EVENT_NAMES = Object.keys({
  'task.initialize_requested': 0,
  'task.start_requested': 0,
  'task.completed': 0,
  'task.failed': 0,
  'task.cancelled': 0,
  'task.resolved': 0,
  'task.reopened': 0,
  'task.paused': 0,
  'task.resumed': 0,
  'task.edited': 0,
  'task.annotated': 0,
  'step.ready': 0,
  'step.execution_requested': 0,
  'step.completed': 0,
  'step.retry_requested': 0,
  'step.failed': 0,
  'step.skipped': 0,
  'step.cancelled': 0,
  'step.resolved': 0,
  'step.reset': 0,
  'step.inputs_edited': 0,
  'step.attempts_edited': 0,
  'step.aborted': 0,
  'step.paused': 0,
  'step.resumed': 0,
  'step.waiting': 0,
  'step.released': 0,
  'step.outcome_dropped': 0,
  'signal.received': 0,
  'approval.decided': 0,
  'approval.delegated': 0,
  'engine.settled': 0,
  'worker.lost': 0,
  custom: 0,
} satisfies Record<TaskerEventName, 0>) as TaskerEventName[];
