import type { StepFailure, StepState, TaskState } from '@tasker/core';

/** A task as lists show it. @public */
export interface TaskSummary {
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  readonly state: TaskState;
  readonly priority: number;
  readonly identity: string | null;
  readonly initiator: string | null;
  readonly sourceSystem: string | null;
  readonly reason: string | null;
  readonly tags: readonly string[];
  readonly correlationId: string;
  readonly requestedAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

/** A step of a task, whether it has run or not. @public */
export interface StepDetail {
  readonly name: string;
  readonly state: StepState;
  /** Attempts begun; 0: it has not run yet. */
  readonly attempt: number;
  /** Names of the steps it depends on. */
  readonly parents: readonly string[];
  /** What the handler returned; null before, and for a step that was skipped. */
  readonly result: unknown;
  /** How the last failed attempt failed. */
  readonly error: StepFailure | null;
  /** A step it depends on, near or far, has failed or was cancelled. */
  readonly blocked: boolean;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly nextRetryAt: Date | null;
}

/** A task with its context and every step of its template, in the order of the template. @public */
export interface TaskDetail extends TaskSummary {
  readonly context: unknown;
  readonly steps: readonly StepDetail[];
}

/** One change of state of a task or, when `step` is set, of a step. @public */
export interface Transition {
  readonly step: string | null;
  /** Null: the first state. */
  readonly from: string | null;
  readonly to: string;
  readonly at: Date;
  /** Null for a task. */
  readonly attempt: number | null;
  /** Null when no worker had a part in it. */
  readonly workerId: number | null;
  readonly actor: string | null;
  readonly reason: string | null;
  readonly error: StepFailure | null;
}

/** Which tasks to list. @public */
export interface TaskQuery {
  readonly state?: TaskState;
  readonly namespace?: string;
  readonly name?: string;
  /** 1 to 500. Default 50. */
  readonly limit?: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string;
}

/** One page of tasks, newest first. @public */
export interface TaskPage {
  readonly tasks: readonly TaskSummary[];
  /** Null: this is the last page. */
  readonly nextCursor: string | null;
}
