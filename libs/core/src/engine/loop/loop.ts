import { AsyncHome } from '../../async/async-home';
import type { Clock, Timer } from '../../ports/clock';

/** What a loop does, and how often. @public */
export interface LoopOptions {
  /** Milliseconds from the end of one turn to the begin of the next. */
  readonly everyMs: number;
  readonly turn: () => Promise<void>;
  /** A turn failed; the next one comes when it would have come anyway. */
  readonly failed: (error: unknown) => void;
}

/**
 * Does something again and again, on a clock: every so often, and earlier when woken. Turns never overlap; whoever wakes
 * the loop during one gets another one after it. Turns run in the async context in which the loop was made, whoever
 * starts or wakes it.
 *
 * @public
 */
export class Loop {
  private readonly home = new AsyncHome();
  private timer: Timer | undefined;
  /** Monotonic time of the turn the timer, or the end of this turn, will begin. */
  private dueAt = Infinity;
  private started = false;
  private working = false;
  private again = false;
  private current: Promise<void> = Promise.resolve();

  constructor(
    private readonly clock: Clock,
    private readonly options: LoopOptions,
  ) {}

  /** Begins the first turn after `delayMs`; nothing when it goes already. */
  start(delayMs = this.options.everyMs): void {
    if (this.started) return;
    this.started = true;
    this.wakeIn(delayMs);
  }

  /** Begins no other turn; the one that runs comes to its end, see `idle`. */
  stop(): void {
    this.started = false;
    this.again = false;
    this.disarm();
  }

  /** Begins a turn now, or once more when the one that runs is over. */
  wake(): void {
    if (!this.started) return;
    if (this.working) this.again = true;
    else this.begin();
  }

  /** Begins a turn after this many milliseconds, unless one is to begin earlier; also called inside a turn. */
  wakeIn(delayMs: number): void {
    const at = this.clock.monotonic() + delayMs;
    if (!this.started || at >= this.dueAt) return;
    this.dueAt = at;
    if (!this.working) this.arm(delayMs);
  }

  /** Resolves when no turn runs; at once when none does. Never rejects. */
  async idle(): Promise<void> {
    while (this.working) await this.current;
  }

  private arm(delayMs: number): void {
    this.timer?.cancel();
    this.timer = this.clock.after(delayMs, () => this.begin());
  }

  private disarm(): void {
    this.timer?.cancel();
    this.timer = undefined;
    this.dueAt = Infinity;
  }

  private begin(): void {
    this.disarm();
    this.again = false;
    this.working = true;
    this.current = this.home.run(() => this.work());
  }

  private async work(): Promise<void> {
    try {
      await this.options.turn();
    } catch (error) {
      this.options.failed(error);
    }
    this.working = false;
    if (!this.started) return;
    if (this.again) return this.begin();
    const now = this.clock.monotonic();
    const delayMs = Math.min(this.options.everyMs, Math.max(0, this.dueAt - now));
    this.dueAt = now + delayMs;
    this.arm(delayMs);
  }
}
