import type { StepSkipReason, StepState } from '@tasker/core';
import type { WaitingFor } from './waiting-for';

/** Why a step is not running, as data. @public */
export type WaitReason =
  /** In a final state; of one that is skipped, why, and what decided it. */
  | {
      readonly code: 'finished';
      readonly skipReason?: StepSkipReason;
      readonly decided?: Readonly<Record<string, unknown>>;
    }
  | {
      readonly code: 'running';
      readonly worker: string;
      readonly workerId: number;
      readonly host: string;
      readonly since: Date;
    }
  /** The last attempt failed; `until` in the past: it is due, and queued with the next look of a scheduler. */
  | { readonly code: 'backing_off'; readonly until: Date }
  /** Without a worker: for a time, a signal, a decision or other tasks. */
  | { readonly code: 'waiting'; readonly for?: WaitingFor }
  /** Steps it depends on that are not satisfied yet. */
  | { readonly code: 'waits_for_parents'; readonly parents: readonly string[] }
  /** Failed or cancelled steps among its ancestors: it never runs unless an operator acts on them. */
  | { readonly code: 'blocked'; readonly by: readonly string[] }
  /** The task has ended without it. */
  | { readonly code: 'task_ended' }
  | { readonly code: 'paused_task' }
  /** The step is paused in every task of its template. */
  | { readonly code: 'paused_step' }
  /** No worker that is alive and takes work serves the handler in the step's queue. */
  | { readonly code: 'no_live_worker'; readonly handler: string; readonly queue: string }
  /** In the queue: so many steps of the same lane are before it; `capped`: at least so many. */
  | { readonly code: 'queued'; readonly ahead: number; readonly capped: boolean; readonly workers: number };

/** How one step of a task stands. @public */
export interface StepReadiness {
  readonly step: string;
  readonly state: StepState;
  /** Parents satisfied and due, and not started. */
  readonly ready: boolean;
  readonly reason: WaitReason;
  /** The reason as a sentence. */
  readonly why: string;
  readonly attempt: number;
  readonly retryLimit: number;
  /** Attempts left before a failure is final; 0 for a step that is not retryable and has run. */
  readonly attemptsLeft: number;
  readonly parents: number;
  readonly satisfiedParents: number;
  readonly lastFailedAt: Date | null;
}
