/** How the driver wants the worker. */
export interface WorkerSetup {
  readonly url: string;
  readonly name: string;
  readonly leaseMs: number;
  readonly concurrency: number;
  /** Handlers take up to this long. */
  readonly longestMs: number;
  /** Where it writes down the calls of its handlers. */
  readonly calls: string;
}

/** What the driver wants of a running worker: its event loop is busy for so long. */
export interface BlockMessage {
  readonly blockMs: number;
}

/** What the worker tells the driver: that it runs, and what it has to say. */
export type WorkerReport = { readonly workerId: number } | { readonly line: string };

/** Exit code of a worker that found no database to start with. */
export const STARTED_NOT = 3;
