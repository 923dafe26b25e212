import type { Session } from '../database/session';

/** A worker as the database knows it. @public */
export interface WorkerRow {
  readonly id: number;
  readonly name: string;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  /** Its lease holds and nobody has declared it lost. */
  readonly alive: boolean;
  /** Takes no more steps: it stops, or an operator has asked for it. */
  readonly draining: boolean;
  readonly concurrency: number;
  readonly running: number;
  readonly handlers: readonly string[];
  readonly queues: readonly string[];
  readonly startedAt: Date;
  readonly heartbeatAt: Date;
  readonly leaseExpiresAt: Date;
  readonly lostAt: Date | null;
}

const LISTED = 1_000;

/** Processes that run steps. One that has stopped in good order has no row any more. @public */
export class WorkerStore {
  constructor(private readonly session: Session) {}

  /**
   * Newest first.
   *
   * @param most so many at most. Default 1,000
   */
  list(most = LISTED): Promise<WorkerRow[]> {
    return this.session.named<WorkerRow>('watch/workers', [most]);
  }

  /** @returns whether a live worker takes steps with this handler from this queue */
  async served(): Promise<(queue: string, handler: string) => boolean> {
    const rows = await this.session.named<{ queue: string; handler: string }>('watch/served-lanes', []);
    const lanes = new Set(rows.map(({ queue, handler }) => JSON.stringify([queue, handler])));
    return (queue, handler) => lanes.has(JSON.stringify([queue, handler]));
  }
}
