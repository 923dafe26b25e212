import type { Lease } from './keep/lease';

/** What the parts of a worker need to know of it, and tell it. */
export interface WorkerHost {
  /** The id it has in the database: that of its lease. */
  readonly workerId: number;
  /** What tells its store from all others. */
  readonly installation: string;
  /** The lease it has now: another one after that was lost. */
  readonly lease: Lease;
  /** Something went wrong; decides how the worker goes on. */
  failed(error: unknown): void;
  /**
   * Steps were queued by this process: it looks itself and tells the others.
   *
   * @param foreign some are not for this worker: then it tells also when, as far as it knows, there is nobody else
   */
  queued(count: number, priority: number, foreign?: boolean): void;
  /** Steps may be waiting in the queue. */
  wake(priority?: number): void;
}
