/** How a worker stands, in a word. @public */
export type WorkerState = 'live' | 'draining' | 'lost';

/** Draining says something of a live worker only. @public */
export const workerState = ({
  alive,
  draining,
}: {
  readonly alive: boolean;
  readonly draining: boolean;
}): WorkerState => (alive ? (draining ? 'draining' : 'live') : 'lost');
