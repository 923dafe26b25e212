import type { Instant, StepFailure, StepState, TaskState } from '@tasker/core';

/** Which executions to look at. Every field narrows. @public */
export interface AnalyticsQuery {
  /** One, or any of these. */
  readonly namespace?: string | readonly string[];
  readonly name?: string;
  readonly version?: string;
  /** Start of the window, inclusive. Default: a day before its end. */
  readonly since?: Instant;
  /** End of the window, exclusive. Default: now. */
  readonly until?: Instant;
}

/** As above, with how many to answer. @public */
export interface RankedQuery extends AnalyticsQuery {
  /** 1 to 100. Default 10. */
  readonly limit?: number;
}

/** By what to group. @public */
export interface PerformanceQuery extends AnalyticsQuery {
  /** Default `template`: namespace and name, all versions. `step` is per version too. */
  readonly groupBy?: 'all' | 'namespace' | 'template' | 'version' | 'step';
}

/** Percentiles of durations, milliseconds; null when nothing was measured. @public */
export interface Percentiles {
  readonly count: number;
  readonly averageMs: number | null;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  readonly maxMs: number | null;
}

/** One group of a performance report. What the grouping leaves out is null. @public */
export interface PerformanceGroup {
  readonly namespace: string | null;
  readonly name: string | null;
  readonly version: string | null;
  readonly step: string | null;
  /** Tasks that ended in the window; 0 when grouped by step. */
  readonly tasks: number;
  readonly completedTasks: number;
  readonly failedTasks: number;
  /** Attempts that ended in the window. */
  readonly attempts: number;
  readonly completedAttempts: number;
  readonly failedAttempts: number;
  /** Request to end, of tasks that completed; null when grouped by step. */
  readonly taskDuration: Percentiles | null;
  /** Start to end, of attempts that completed. */
  readonly stepDuration: Percentiles;
  /** Time in the queue before those attempts. */
  readonly stepWait: Percentiles;
}

/** What happened in a window. @public */
export interface Performance {
  readonly since: Date;
  readonly until: Date;
  /** False: percentiles may be off by 2 %, because the window has very many attempts. All other figures are exact. */
  readonly exact: boolean;
  /** Most attempts first. */
  readonly groups: readonly PerformanceGroup[];
}

/** A step attempt that took long. @public */
export interface SlowStep {
  readonly taskId: string;
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  readonly step: string;
  readonly attempt: number;
  readonly state: StepState;
  readonly durationMs: number;
  readonly waitedMs: number;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly workerId: number | null;
}

/** A task that took long. @public */
export interface SlowTask {
  readonly taskId: string;
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  readonly state: TaskState;
  /** Request to end, milliseconds. */
  readonly durationMs: number;
  readonly steps: number;
  readonly completedSteps: number;
  readonly failedSteps: number;
  readonly requestedAt: Date;
  readonly finishedAt: Date;
  readonly initiator: string | null;
  readonly sourceSystem: string | null;
}

/** A step of a template that holds others up. @public */
export interface Bottleneck {
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  readonly step: string;
  readonly attempts: number;
  readonly failedAttempts: number;
  /** Sum of the times its attempts ran, milliseconds: where the time of the window went. */
  readonly totalMs: number;
  /** Null when no attempt completed. */
  readonly p95Ms: number | null;
  /** Average time in the queue, milliseconds. */
  readonly averageWaitMs: number;
  /** Steps after it in the graph. */
  readonly dependents: number;
  /** Share of all running time in the window, 0 to 1. */
  readonly share: number;
  /** What its figures say, worst first; empty: nothing. */
  readonly findings: readonly string[];
}

/** How everything stands now. @public */
export interface HealthCounts {
  readonly at: Date;
  readonly totalTasks: number;
  /** False: `totalTasks` and `completeTasks` come from the planner's statistics. Every other figure is exact. */
  readonly exact: boolean;
  readonly pendingTasks: number;
  readonly inProgressTasks: number;
  readonly completeTasks: number;
  readonly errorTasks: number;
  readonly cancelledTasks: number;
  readonly resolvedTasks: number;
  readonly pausedTasks: number;
  /** Queued, parked ones not included. */
  readonly readySteps: number;
  readonly inProgressSteps: number;
  readonly waitingForRetrySteps: number;
  /** Of those that wait, how many are due already. */
  readonly overdueSteps: number;
  readonly parkedSteps: number;
  /** Final failures of tasks in error. */
  readonly errorSteps: number;
  /** Of those: attempts spent. */
  readonly exhaustedSteps: number;
  /** How long the oldest step has been in the queue, milliseconds; null when it is empty. */
  readonly oldestReadyMs: number | null;
  /** Ready steps that no live worker serves. */
  readonly unservedSteps: number;
  readonly workers: number;
  readonly drainingWorkers: number;
  readonly lostWorkers: number;
  /** Steps the live workers may run at once. */
  readonly capacity: number;
  /** Connections to the database that run a statement. */
  readonly activeConnections: number;
  readonly maxConnections: number;
}

/** Failures with the same cause. @public */
export interface FailureGroup {
  /** For `TaskFilter.errorFingerprint`. */
  readonly fingerprint: string;
  readonly namespace: string;
  readonly name: string;
  readonly step: string;
  readonly kind: StepFailure['kind'];
  readonly errorName: string;
  /** The message with numbers, ids and quoted text taken out. */
  readonly pattern: string;
  /** Failed attempts. */
  readonly failures: number;
  readonly tasks: number;
  /** Of those, tasks in which the step is in error now. */
  readonly openTasks: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly sampleTaskId: string;
  readonly sampleMessage: string;
  /** Versions in which it happened, in no order. */
  readonly versions: readonly string[];
}
