import type { StepTemplateDefinition, TaskTemplateDefinition } from './definition';
import type { StepKind } from './step-kind';

/** A step template compiled for the engine: positions instead of names. @public */
export interface StepPlan {
  /** Its number for history, queue and step rows: the same in every revision of the template that has the name. */
  readonly position: number;
  readonly name: string;
  readonly definition: StepTemplateDefinition;
  /** Positions, in the order of `dependsOn`. */
  readonly parents: readonly number[];
  /** Positions, ascending. */
  readonly children: readonly number[];
  /**
   * Lane of the queue (one per named queue, handler and level), given by the store when the template is registered.
   * The engine's own for a step without a handler.
   */
  readonly lane: number;
  /** Lane in which a step that becomes ready is queued first: the engine's own when it decides, else `lane`. */
  readonly entryLane: number;
  readonly kind: StepKind;
  /** The engine decides something before or instead of a handler. */
  readonly decides: boolean;
  /** A branch may leave out this step, or one before it. */
  readonly branched: boolean;
}

/**
 * A template revision compiled once and cached by every process: all the engine needs to know about a graph. Plain JSON
 * data, immutable: a task points at its revision for life.
 *
 * @public
 */
export interface TaskPlan {
  /** Id of the revision in the database. */
  readonly templateId: number;
  readonly revision: number;
  /** The lowest engine level that understands the definition. */
  readonly level: number;
  /** Lane of what the engine decides itself; null at level 1. */
  readonly engineLane: number | null;
  readonly definition: TaskTemplateDefinition;
  /** In the order of the definition. */
  readonly steps: readonly StepPlan[];
  /** Index in `steps` by position; -1 where only other revisions have a step. */
  readonly indexes: readonly number[];
  /** Positions, ascending. */
  readonly roots: readonly number[];
  /** Positions, ascending. */
  readonly sinks: readonly number[];
}
