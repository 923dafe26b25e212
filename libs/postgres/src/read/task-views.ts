import type { StepSkipReason, StepFailure, StepState, TaskFilter, TaskState } from '@tasker/core';
import type { StepProgress } from './step-progress';
import type { WaitingFor } from './waiting-for';

/** A task as lists show it. @public */
export interface TaskSummary {
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  readonly state: TaskState;
  /** Paused. */
  readonly hold: boolean;
  readonly priority: number;
  /** Counts the acts of operators: what an optimistic lock compares. */
  readonly lockVersion: number;
  readonly identity: string | null;
  readonly initiator: string | null;
  readonly sourceSystem: string | null;
  readonly reason: string | null;
  readonly tags: readonly string[];
  readonly correlationId: string;
  readonly requestedAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  /** How far it is; only of a list that asks for it. */
  readonly progress?: StepCounts;
  /** The last failure of any of its steps, null for none; only of a list that asks for it. */
  readonly lastError?: LastError | null;
}

/** The last failure of a task's steps, as lists show it. @public */
export interface LastError {
  readonly step: string;
  readonly kind: StepFailure['kind'];
  readonly code: string | null;
  /** At most 500 characters. */
  readonly message: string;
  /** What a server answered, of a step that called one. */
  readonly httpStatus: number | null;
}

/** The steps of a task by where they stand; all but the total add up to it. @public */
export interface StepCounts {
  readonly total: number;
  /** Complete, skipped or resolved. */
  readonly completed: number;
  /** In error, or cancelled. */
  readonly failed: number;
  readonly running: number;
  /** All others: they wait for parents, a worker or a retry. */
  readonly pending: number;
  /** Completed of the total, 0 to 100, rounded down. */
  readonly percent: number;
}

/** How far a task is. @public */
export interface TaskProgress {
  readonly taskId: string;
  readonly namespace: string;
  readonly state: TaskState;
  /** Paused. */
  readonly hold: boolean;
  readonly steps: StepCounts;
}

/** A step of a task, whether it has run or not. @public */
export interface StepDetail {
  readonly name: string;
  readonly state: StepState;
  /** Why it is skipped; null when it is not. */
  readonly skipReason: StepSkipReason | null;
  /** Attempts begun; 0: it has not run yet. */
  readonly attempt: number;
  /** Attempts in total before a failure is final. */
  readonly retryLimit: number;
  /** Attempts that do not count against the limit: those before an operator ran the step again. */
  readonly granted: number;
  /** A request may leave the step out. */
  readonly skippable: boolean;
  /** Names of the steps it depends on. */
  readonly parents: readonly string[];
  /** What the handler returned; null before, and for a step that was skipped. */
  readonly result: unknown;
  /** How the last failed attempt failed. */
  readonly error: StepFailure | null;
  /** A step it depends on, near or far, has failed or was cancelled. */
  readonly blocked: boolean;
  /** Fields of the task's context an operator gave this step other values for; null: none. */
  readonly inputs: Readonly<Record<string, unknown>> | null;
  /** Worker of the last attempt. */
  readonly workerId: number | null;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly nextRetryAt: Date | null;
  /** What it waits for without a worker; null in any other state than `waiting`. */
  readonly waitingFor: WaitingFor | null;
  /** How far it says it is; null when it does not run, or has said nothing in this attempt. */
  readonly progress: StepProgress | null;
}

/** A task with its context and every step of its template, in the order of the template. @public */
export interface TaskDetail extends TaskSummary {
  readonly context: unknown;
  readonly steps: readonly StepDetail[];
}

/** One change of state of a task. @public */
export interface TaskTransition {
  /** Null: it was created. */
  readonly from: TaskState | null;
  readonly to: TaskState;
  readonly at: Date;
  /** Null when no worker had a part in it. */
  readonly workerId: number | null;
  /** Who caused it; null when it moved by itself. */
  readonly actor: string | null;
  readonly reason: string | null;
}

/** One change of state of a step. @public */
export interface StepTransition extends Omit<TaskTransition, 'from' | 'to'> {
  readonly step: string;
  /** Null: nothing had happened to the step before. */
  readonly from: StepState | null;
  readonly to: StepState;
  /** The attempt it belongs to; for `ready`, the one that follows. */
  readonly attempt: number;
  /** How the attempt failed. */
  readonly error: StepFailure | null;
}

/** Every change of state of a task and of its steps, each list in the order in which it happened. @public */
export interface TaskHistory {
  readonly task: readonly TaskTransition[];
  readonly steps: readonly StepTransition[];
  /** One of the lists has its latest 10,000 entries, and there were earlier ones. */
  readonly truncated: boolean;
}

/** Which tasks to list, and how. @public */
export interface TaskQuery extends TaskFilter {
  /** 1 to 500. Default 50. */
  readonly limit?: number;
  /** `nextCursor` of the page before; it belongs to the same order. */
  readonly cursor?: string;
  /** By the time of the request. Default `desc`: newest first. */
  readonly order?: 'asc' | 'desc';
  /** Also tells how far each task is: one more statement for the page. Default false. */
  readonly withProgress?: boolean;
  /** Also tells the last failure of each task: one more statement for the page. Default false. */
  readonly withErrors?: boolean;
}

/** One page of tasks. @public */
export interface TaskPage {
  readonly tasks: readonly TaskSummary[];
  /** Null: this is the last page. */
  readonly nextCursor: string | null;
}

/** How many tasks a filter matches. @public */
export interface TaskCount {
  readonly count: number;
  /** False: counting would have taken long, so this is the planner's estimate. */
  readonly exact: boolean;
}
