import type { StepFailure } from '../settlement/step-failure';
import type { StepState } from '../states/step-state';
import type { TaskState } from '../states/task-state';

/** An instant: ISO 8601 text with a time zone, or a Date. @public */
export type Instant = string | Date;

/** A value of a search attribute. A text in the form of an instant is found by that instant, too. @public */
export type AttributeValue = string | number | boolean | Date;

/** Bounds of a search attribute, all of them numbers or all of them texts and instants. @public */
export interface AttributeRange {
  readonly gt?: string | number | Date;
  readonly gte?: string | number | Date;
  readonly lt?: string | number | Date;
  readonly lte?: string | number | Date;
}

/**
 * Which tasks, for lists, searches and bulk verbs. Every field narrows; an empty filter means all tasks.
 *
 * @public
 */
export interface TaskFilter {
  /** At most 1,000. */
  readonly ids?: readonly string[];
  readonly state?: TaskState | readonly TaskState[];
  /** One, or any of these. */
  readonly namespace?: string | readonly string[];
  readonly name?: string;
  readonly version?: string;
  /** Paused or not. */
  readonly hold?: boolean;
  /** Has all of these. */
  readonly tags?: readonly string[];
  readonly identity?: string;
  readonly correlationId?: string;
  readonly initiator?: string;
  readonly sourceSystem?: string;
  readonly requestedAfter?: Instant;
  readonly requestedBefore?: Instant;
  readonly finishedAfter?: Instant;
  readonly finishedBefore?: Instant;
  /** Has these values of search attributes that templates declare; found by index. At most 20. */
  readonly attributes?: Readonly<Record<string, AttributeValue | AttributeRange>>;
  /** Context contains this JSON (containment as PostgreSQL's `@>`). Reads all tasks unless the index over contexts was made. */
  readonly context?: Readonly<Record<string, unknown>>;
  /** Has an annotation of this type; and, when given, one that contains this JSON. */
  readonly annotation?: { readonly type: string; readonly contains?: unknown };
  /** Has a step of this name; with `stepState`, in one of those states. */
  readonly step?: string;
  readonly stepState?: StepState | readonly StepState[];
  /** Has a step in error whose last failure is of this kind; of the named step, when `step` is given. */
  readonly errorKind?: StepFailure['kind'];
  /** Has a step in error whose last failure says this somewhere in its message, in small letters or capitals. */
  readonly errorMessage?: string;
  /** Has a step in error whose last failure belongs to this failure group. */
  readonly errorFingerprint?: string;
}
