/** How the driver wants the worker. */
export interface WorkerSetup {
  readonly url: string;
  readonly name: string;
  readonly leaseMs: number;
  readonly concurrency: number;
  /** Handlers take up to this long. */
  readonly longestMs: number;
}

/** What the worker tells the driver: that it runs, and what it has to say. */
export type WorkerReport = { readonly workerId: number } | { readonly line: string };

/** Exit code of a worker that found no database to start with. */
export const STARTED_NOT = 3;
