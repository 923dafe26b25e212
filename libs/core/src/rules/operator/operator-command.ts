import type { StepState } from '../states/step-state';
import type { TaskState } from '../states/task-state';

/** Who acts, and why. Both are kept in the audit trail. @public */
export interface OperatorAct {
  /** Who acts: a user name, a service. 1 to 200 characters. */
  readonly actor: string;
  /** Why, for whoever reads the history. At most 1,000 characters. */
  readonly reason?: string;
  /** The task's `lockVersion` the decision was made on: refused with TSK_VERSION_CONFLICT when somebody acted since. */
  readonly ifVersion?: number;
}

/** What happens to handlers that run at that moment. @public */
export interface RunningOption {
  /** `abort` fires their abort signal and drops what they return; `finish` lets them end. */
  readonly running?: 'abort' | 'finish';
}

/** Which step. @public */
interface OnStep {
  /** Name of the step. */
  readonly step: string;
}

/**
 * Every verb an operator has over one task, as data: the same for the service, REST, the command line and bulk.
 *
 * @public
 */
export type OperatorCommand =
  /** Ends the task and every step that has not ended. Running handlers: `abort` (default) or `finish`. */
  | ({ readonly verb: 'cancel' } & RunningOption)
  /** Runs all failed steps again, each with a fresh budget of attempts, and those that wait for a retry at once. */
  | { readonly verb: 'retry' }
  /** Declares the task done by other means; steps that have not ended are cancelled. */
  | { readonly verb: 'resolve' }
  /** Starts nothing more of the task. Running handlers: `finish` (default), or `abort`, which spends no attempt. */
  | ({ readonly verb: 'pause' } & RunningOption)
  | { readonly verb: 'resume' }
  /** -100 to 100; higher first. */
  /** Replaces tags and the stored reason of the request; what is not given stays. */
  | { readonly verb: 'edit'; readonly tags?: readonly string[]; readonly taskReason?: string | null }
  | { readonly verb: 'set_priority'; readonly priority: number }
  /** Runs a step and everything after it again; earlier results are kept. */
  | ({ readonly verb: 'rerun'; readonly inputs?: Readonly<Record<string, unknown>> } & OnStep)
  | ({ readonly verb: 'retry_step' } & OnStep)
  /** Its dependents can never run then. */
  | ({ readonly verb: 'cancel_step' } & OnStep)
  /** Its dependents run as if it had completed, without a result. `force`: also when the template does not allow it. */
  | ({ readonly verb: 'skip_step'; readonly force?: boolean } & OnStep)
  /** Its dependents run, and read the result. */
  | ({ readonly verb: 'resolve_step'; readonly result?: unknown } & OnStep)
  /** Fields of the task's context that this step shall see with other values; null takes all edits back. */
  | ({ readonly verb: 'edit_inputs'; readonly inputs: Readonly<Record<string, unknown>> | null } & OnStep);

/** Name of a verb. @public */
export type OperatorVerb = OperatorCommand['verb'];

/** What a verb changed. @public */
export interface OperatorReceipt {
  readonly taskId: string;
  readonly verb: OperatorVerb;
  /** False: it was so already, and nothing was written. */
  readonly changed: boolean;
  readonly state: TaskState;
  /** Paused. */
  readonly hold: boolean;
  readonly priority: number;
  /** Counts the acts of operators on this task. */
  readonly lockVersion: number;
  /** Steps whose state the verb changed, in the order of the template; those it freed for others to run included. */
  readonly steps: readonly OperatorStepChange[];
  /** Names of running steps that were taken from their workers. */
  readonly aborted: readonly string[];
  /** Database time, epoch milliseconds. */
  readonly at: number;
}

/** One step that moved. @public */
export interface OperatorStepChange {
  readonly step: string;
  readonly from: StepState;
  readonly to: StepState;
}

/** Which step of which templates to pause everywhere. @public */
export interface StepPauseTarget {
  readonly namespace: string;
  readonly name: string;
  /** Default: every version. */
  readonly version?: string;
  readonly step: string;
}

/** A step that is paused everywhere. @public */
export interface StepPause {
  readonly namespace: string;
  readonly name: string;
  /** Null: every version. */
  readonly version: string | null;
  readonly step: string;
  readonly actor: string;
  readonly reason: string | null;
  readonly pausedAt: Date;
}
