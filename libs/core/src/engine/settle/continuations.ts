import type { StepPlan } from '../../rules/template/task-plan';
import type { StepInHand, TaskInHand } from '../claim/hand';

/** Where a worker takes a step: to its handlers, or to what the engine decides itself. */
export type Place = 'handlers' | 'desk';

/** Who runs the dependents that a settlement frees, without a way through the queue: the dispatcher. */
export interface Continuations {
  /** The place it has for a step of the task, reserved until `unreserve`; null: it does not take it. */
  offer(task: TaskInHand, step: StepPlan): Place | null;
  unreserve(place: Place, count: number): void;
  /** Whether this worker runs steps of the lane. */
  serves(lane: number): boolean;
  /** Starts steps in hand as places free up. */
  accept(steps: readonly StepInHand[]): Promise<void>;
}
