import type { SearchValue } from '../rules/request/search-values';

/** A task about to be created: validated, compiled, ready for the store. @public */
export interface NewTask {
  readonly templateId: number;
  /** JSON text. */
  readonly context: string;
  readonly identity: string | null;
  readonly priority: number;
  readonly initiator: string | null;
  readonly sourceSystem: string | null;
  readonly reason: string | null;
  readonly correlationId: string;
  readonly traceParent: string | null;
  readonly tags: readonly string[];
  readonly bypass: readonly number[];
  /** What it is found by, as its template declares; written once and never changed, as the context is. */
  readonly attributes: readonly SearchValue[];
  readonly roots: readonly NewRoot[];
  /** What runs against the clock from the beginning; null: nothing does. */
  readonly timers: { readonly deadlineMs: number | null } | null;
  /** Its template has one step: the task begins and ends with that. */
  readonly lone: boolean;
}

/** A root step of a new task: queued, or claimed by the creating worker in the same statement. @public */
export interface NewRoot {
  readonly position: number;
  readonly lane: number;
  readonly mine: boolean;
}

/** Tasks written by one statement. @public */
export interface CreateBatch {
  readonly tasks: readonly NewTask[];
  /** Set when some root is `mine`. */
  readonly workerId: number | null;
}

/** In the order of the batch. @public */
export interface CreatedTask {
  readonly taskId: string;
  /** True: a task with this identity existed; `taskId` is that one's. */
  readonly duplicate: boolean;
  /** Database time, epoch milliseconds. */
  readonly at: number;
}
