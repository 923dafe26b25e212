import { errorText } from '../../errors/error-text';
import { TaskerError } from '../../errors/tasker-error';
import type { Clock, Timer } from '../../ports/clock';
import type { Dispatcher } from '../claim/dispatcher';
import type { EngineLog } from '../engine-log';
import type { Hand } from '../claim/hand';
import type { WorkerHost } from '../worker-host';
import type { LateNews } from './late-news';
import type { Reconciler } from './reconciler';
import type { Settler } from '../settle/settler';
import type { TransactionalSettler } from '../settle/transactional-settler';

/** The worker that is brought back. */
export interface Recoverable extends Pick<WorkerHost, 'lease'> {
  /** Announces it under a new id. */
  register(): Promise<void>;
  /** Takes steps again, unless it is to take no more. */
  openUp(): void;
}

export interface RecoveryDeps {
  readonly clock: Clock;
  readonly log: EngineLog;
  readonly reconciler: Reconciler;
  readonly settler: Settler;
  readonly inside: TransactionalSettler;
  readonly dispatcher: Dispatcher;
  readonly hand: Hand;
  readonly news: LateNews;
  readonly worker: Recoverable;
  /** A statement whose connection broke may still commit for this long; a second look after that finds its effects. */
  readonly settleDownMs: number;
}

const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 2_000;
const QUIET_POLL_MS = 5;

/**
 * Gets the worker going again: after an outage by reconciling with the database under the same id, after a lost lease
 * by dropping everything and starting over under a new one. Timers of its own instead of a `Loop`: an attempt to reconnect
 * that hangs must not keep the worker from starting over.
 */
export class Recovery {
  private mode: 'idle' | 'reconnecting' | 'starting_over' | 'stopped' = 'idle';
  /** Counts the times it began: an attempt that ends after another time began is about nothing any more. */
  private course = 0;
  private timer: Timer | undefined;
  private secondLook: Timer | undefined;
  private waitMs = FIRST_WAIT_MS;
  private lookingAgain = false;
  /** A connection broke since the attempt under way began. */
  private outdated = false;

  constructor(private readonly deps: RecoveryDeps) {}

  get isActive(): boolean {
    return this.mode === 'reconnecting' || this.mode === 'starting_over';
  }

  stop(): void {
    this.mode = 'stopped';
    this.timer?.cancel();
    this.secondLook?.cancel();
  }

  reconnect(cause: Error): void {
    // What the attempt under way has read may be from before.
    this.outdated = true;
    if (this.mode !== 'idle') return;
    const reason = errorText(cause.cause ?? cause);
    this.deps.log.warn(`The database did not answer (${reason}); reconnecting.`);
    this.lookingAgain = false;
    this.begin('reconnecting');
  }

  startOver(): void {
    if (this.mode === 'starting_over' || this.mode === 'stopped') return;
    const inHand = this.deps.hand.size;
    this.deps.log.warn(
      `The lease of this worker is lost; ${inHand} steps in hand are dropped and others will run them.`,
      { inHand },
    );
    this.deps.dispatcher.close();
    this.deps.dispatcher.takeUnstarted();
    this.deps.settler.abandon();
    this.deps.inside.abandon();
    this.deps.hand.abandon(new TaskerError('TSK_LEASE_LOST', 'The lease of the worker is lost.'));
    this.begin('starting_over');
  }

  private begin(mode: 'reconnecting' | 'starting_over'): void {
    this.mode = mode;
    this.course++;
    this.waitMs = FIRST_WAIT_MS;
    this.deps.settler.pause();
    this.deps.inside.pause();
    this.deps.dispatcher.close();
    this.again(0);
  }

  private again(delayMs: number): void {
    this.timer?.cancel();
    this.timer = this.deps.clock.after(delayMs, () => void this.attempt());
  }

  /** No call of this worker is under way whose answer could change what is in its hands. */
  private isQuiet(): boolean {
    const { settler, inside, dispatcher } = this.deps;
    return !settler.isWriting && !inside.isWriting && !dispatcher.isClaiming;
  }

  private async attempt(): Promise<void> {
    if (!this.isActive) return;
    const { mode, course } = this;
    if (!this.isQuiet()) return this.again(QUIET_POLL_MS);
    this.outdated = false;
    try {
      await this.deps.news.ask();
      if (mode === 'starting_over') await this.deps.worker.register();
      else await this.deps.reconciler.reconcile();
    } catch (error) {
      if (!this.isActive || this.course !== course) return;
      this.deps.log.debug(`Still no database: ${errorText(error)}`);
      this.waitMs = Math.min(this.waitMs * 2, LONGEST_WAIT_MS);
      return this.again(this.waitMs);
    }
    if (!this.isActive || this.course !== course) return;
    if (this.outdated) this.begin('reconnecting');
    else this.resume(mode);
  }

  private resume(mode: string): void {
    this.mode = 'idle';
    this.deps.settler.resume();
    this.deps.inside.resume();
    this.deps.worker.openUp();
    if (mode === 'reconnecting') {
      void this.deps.dispatcher.supplyStarved();
      void this.deps.worker.lease.renew();
      if (this.lookingAgain) return this.deps.news.close();
    } else if (!this.deps.news.isAwaited) return;
    this.secondLook?.cancel();
    this.secondLook = this.deps.clock.after(this.deps.settleDownMs, () => {
      if (this.mode !== 'idle') return;
      this.lookingAgain = true;
      this.begin('reconnecting');
    });
  }
}
