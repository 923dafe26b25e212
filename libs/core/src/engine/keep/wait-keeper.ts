import type { Clock } from '../../ports/clock';
import type { WaitStore } from '../../ports/wait-store';
import type { NewWait } from '../../rules/wait/step-wait';
import { Loop } from '../loop/loop';
import type { WorkerHost } from '../worker-host';

/** Most waits woken, and most recorded signals matched, by one statement. */
const WAKE_BATCH = 500;
/** The process sets no timer further ahead, and looks again. */
const LONGEST_TIMER_MS = 86_400_000;

export interface WaitKeeperDeps {
  readonly store: Pick<WaitStore, 'wakeWaits' | 'matchSentSignals'>;
  readonly clock: Clock;
  readonly host: WorkerHost;
  readonly pollMs: number;
}

/**
 * Wakes waiting steps when they are due: by a timer set for that moment, and by polling for those of other workers. With
 * each turn it also sends the signals that callers recorded in transactions of their own.
 */
export class WaitKeeper {
  private readonly loop: Loop;

  constructor(private readonly deps: WaitKeeperDeps) {
    const { clock, host, pollMs } = deps;
    const [turn, failed] = [() => this.wake(), (error: unknown) => host.failed(error)];
    this.loop = new Loop(clock, { everyMs: pollMs, turn, failed });
  }

  start(): void {
    this.loop.start(0);
  }

  stop(): void {
    this.loop.stop();
  }

  /**
   * A step of this worker waits.
   *
   * @param now time of the database, epoch milliseconds
   */
  opened({ due, interim }: NewWait, now: number): void {
    for (const moment of [due, interim]) {
      if (moment) this.wakeIn('inMs' in moment ? moment.inMs : moment.at - now);
    }
  }

  private wakeIn(delayMs: number): void {
    this.loop.wakeIn(Math.min(Math.max(0, delayMs), LONGEST_TIMER_MS));
  }

  private async wake(): Promise<void> {
    const { store, host } = this.deps;
    const { matched, woken } = await store.matchSentSignals(WAKE_BATCH);
    const due = await store.wakeWaits(WAKE_BATCH);
    if (matched === WAKE_BATCH) this.loop.wakeIn(0);
    if (due.nextDueMs !== null) this.wakeIn(due.nextDueMs);
    host.queued(woken + due.woken, 0);
  }
}
