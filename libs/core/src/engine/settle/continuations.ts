import type { StepPlan } from '../../rules/template/task-plan';
import type { StepInHand, TaskInHand } from '../claim/hand';

/** Who runs the dependents that a settlement frees, without a way through the queue: the dispatcher. */
export interface Continuations {
  /** Whether it takes a step of the task; a yes reserves a place until `unreserve`. */
  offer(task: TaskInHand, step: StepPlan): boolean;
  /** @param decisions places among those for what the engine decides itself */
  unreserve(places: number, decisions?: number): void;
  /** Whether this worker runs steps of the lane. */
  serves(lane: number): boolean;
  /** Starts steps in hand as places free up. */
  accept(steps: readonly StepInHand[]): Promise<void>;
}
