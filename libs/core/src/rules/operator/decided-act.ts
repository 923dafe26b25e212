import type { StepState } from '../states/step-state';
import type { TaskState } from '../states/task-state';

/** A task as an operator finds it, its rows locked. @public */
export interface StandingTask {
  readonly taskId: string;
  readonly templateId: number;
  readonly state: TaskState;
  readonly hold: boolean;
  readonly priority: number;
  readonly lockVersion: number;
  readonly correlationId: string;
  /** By position, null where the template has no step; empty when the verb does not look at steps. */
  readonly steps: readonly (StepState | null)[];
}

/** One step an act moves, or gives other inputs. @public */
export interface StepMove {
  readonly position: number;
  readonly from: StepState;
  readonly to: StepState;
  /** JSON text; only for a step that is resolved. */
  readonly result: string | null;
  /** JSON text of the new inputs, `'null'` takes them back; null leaves them. */
  readonly inputs: string | null;
  /** It starts anew: a fresh budget of attempts, and nothing of the runs before. */
  readonly again: boolean;
}

/** What an act does to one task. @public */
export interface DecidedAct {
  readonly moves: readonly StepMove[];
  /** What the task's own row gets; what is missing stays. */
  readonly task: {
    readonly state?: TaskState;
    readonly hold?: boolean;
    readonly priority?: number;
    readonly tags?: readonly string[];
    readonly reason?: string | null;
  };
}
