/** How one engine behaves; the host's options resolved, defaults applied. Times in milliseconds. @public */
export interface EngineOptions {
  /** `api` creates tasks and runs nothing; `worker` and `all` run steps. */
  readonly role: 'all' | 'api' | 'worker';
  /** Handlers running at once. */
  readonly concurrency: number;
  /** Named queues to serve; null serves all. */
  readonly queues: readonly string[] | null;
  /** A worker that has not renewed for this long is dead to the others. */
  readonly leaseMs: number;
  /** Safety poll: bounds how late a lost notification is noticed. */
  readonly pollMs: number;
  /** Settlements in flight at once; as many as the store has connections for them. */
  readonly settleConnections: number;
  /** Transactional steps running at once; as many as the store has connections for them. Default 4. */
  readonly transactionalConnections?: number;
  /** Largest result of a step, UTF-8 bytes. */
  readonly resultBytes: number;
  /** Most signals that are kept at one address until somebody waits for them. */
  readonly keptSignals: number;
  /** Most times in a row that a handler suspends its step. */
  readonly suspends: number;
  /** Name of this worker for operators. */
  readonly name: string;
  readonly version: string;
  /** The highest engine level it understands. Default: this engine's. */
  readonly level?: number;
}

/** Transactional steps at once, where nothing else is said. @public */
export const TRANSACTIONAL_CONNECTIONS = 4;
/** Outcomes of one settlement at most: measured, nothing is gained beyond. */
export const SETTLE_BATCH = 500;
/** Rows of steps of one settlement at most: a transaction of a wide graph's failures must not hold its locks for long. */
export const SETTLE_ROWS = 5_000;
/** Steps that the engine decides itself at once: beside the handlers, none of whose places they take. */
export const DECISIONS = 200;
/** Unsettled outcomes at which a worker stops taking new steps: the database is behind. */
export const SETTLE_BACKLOG = 4 * SETTLE_BATCH;
/** Largest claim: two settlement batches, so that one is gathered while the other is written. */
export const CLAIM_BATCH = 2 * SETTLE_BATCH;
/** Steps in hand beyond the running ones last about this long, so that slow handlers hoard nothing. */
export const PREFETCH_MS = 20;
/** After the abort signal a handler has this long to stop before its attempt is settled without it. */
export const ABORT_GRACE_MS = 1_000;
/** Continuations of one task in a row before others in the queue get their turn. */
export const MAX_STREAK = 64;
/** Share of the lease that must be left, else the worker drops everything: covers a statement's way to the database. */
export const LEASE_MARGIN = 0.1;
