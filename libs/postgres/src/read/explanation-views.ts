import type { OperatorVerb, StepFailure, StepState } from '@tasker/core';
import type { ExecutionContext } from './context-views';
import type { StepReadiness } from './readiness-views';
import type { TaskSummary } from './task-views';

/** One thing that happened to a task. @public */
export interface StoryEntry {
  readonly at: Date;
  readonly kind:
    | 'created'
    | 'started'
    | 'attempt_started'
    | 'attempt_completed'
    | 'attempt_failed'
    | 'attempt_released'
    | 'step_skipped'
    | 'step_waiting'
    | 'step_admitted'
    | 'operator'
    | 'annotated'
    | 'task_ended'
    | 'task_reopened';
  /** What happened, as a sentence. */
  readonly text: string;
  /** Null: the task as a whole. */
  readonly step: string | null;
  readonly attempt: number | null;
  /** Name and host of the worker; null when none had a part in it, or its row is gone. */
  readonly worker: string | null;
  readonly host: string | null;
  readonly actor: string | null;
  readonly reason: string | null;
  readonly error: StepFailure | null;
  readonly durationMs: number | null;
}

/** A task explained: what happened, what it waits for, what can be done. @public */
export interface TaskExplanation {
  readonly task: TaskSummary;
  /** The whole in one sentence. */
  readonly summary: string;
  /** In the order in which it happened, the newest 5,000 things. */
  readonly story: readonly StoryEntry[];
  /** The story began earlier: the history has all of it. */
  readonly earlier: boolean;
  /** Steps that have not ended, in the order of the template. */
  readonly waiting: readonly StepReadiness[];
  readonly context: ExecutionContext;
  /** Verbs that would not be refused now. */
  readonly legal: {
    readonly task: readonly OperatorVerb[];
    readonly steps: readonly {
      readonly step: string;
      readonly state: StepState;
      readonly verbs: readonly OperatorVerb[];
    }[];
  };
}
