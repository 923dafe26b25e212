import type { StepFailure, StepState } from '@tasker/core';

/** Steps that have the same distance from the roots. @public */
export interface DependencyLevel {
  /** Longest way from a root, in steps; 0: roots. */
  readonly level: number;
  /** In the order of the template. */
  readonly steps: readonly { readonly step: string; readonly state: StepState }[];
}

/** A step on the critical path. @public */
export interface CriticalStep {
  readonly step: string;
  readonly state: StepState;
  /** From the first start to the end, or to now: waits between attempts included; 0: not started. Milliseconds. */
  readonly durationMs: number;
  /** Time in the queue before the first attempt, milliseconds. */
  readonly waitedMs: number;
}

/** The chain of dependent steps that took longest: making any other step faster does not end the task sooner. @public */
export interface CriticalPath {
  /** From a root to the last step. */
  readonly steps: readonly CriticalStep[];
  /** Sum over the path, milliseconds. */
  readonly durationMs: number;
  /** From the request to the end of the task, or to now, milliseconds. */
  readonly elapsedMs: number;
}

/** A failed step and what it holds up. @public */
export interface ErrorChain {
  readonly step: string;
  readonly state: 'error' | 'cancelled' | 'waiting_for_retry';
  readonly attempt: number;
  readonly retryLimit: number;
  readonly error: StepFailure | null;
  readonly failedAt: Date | null;
  /** Null: it is not tried again by itself. */
  readonly nextRetryAt: Date | null;
  /** Every step after it that cannot run now because of it, in the order of the template. */
  readonly blocks: readonly string[];
  /** What helps, most fitting first. */
  readonly remedies: readonly { readonly verb: string; readonly why: string }[];
}

/** What depends on a step. @public */
export interface BlastRadius {
  readonly step: string;
  /** Steps that depend on it directly, in the order of the template. */
  readonly direct: readonly string[];
  /** Every step after it, in the order of the template. */
  readonly all: readonly { readonly step: string; readonly state: StepState; readonly level: number }[];
  /** Of those, how many have not finished. */
  readonly unfinished: number;
  /** Share of the task's steps, 0 to 1. */
  readonly share: number;
  /** Steps that wait for exactly the same steps as this one: what else its parents set free. Of a root, the other roots. */
  readonly siblings: readonly string[];
}

/** How far the steps of a task run at the same time. @public */
export interface Parallelism {
  readonly totalSteps: number;
  readonly levels: readonly {
    readonly level: number;
    readonly steps: number;
    readonly ready: number;
    readonly running: number;
    readonly blocked: number;
    readonly failed: number;
    readonly satisfied: number;
  }[];
  /** Steps of the widest level. */
  readonly widestLevel: number;
  /** Steps that run now. */
  readonly running: number;
  /** Most steps that ever ran at once. */
  readonly peakRunning: number;
  /** Time the steps ran, all together, by the time in which any ran; null before the first start. */
  readonly averageRunning: number | null;
}
