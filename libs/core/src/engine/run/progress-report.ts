import type { Clock, Timer } from '../../ports/clock';
import type { StepProgress } from '../../ports/engine-store';

/** As often is it written at most. */
const EVERY_MS = 1_000;
const NOTE_CHARACTERS = 200;

/**
 * How far one attempt says it is. The first word is written at once, of those that follow within a second the last. What
 * cannot be written is not worth a failure: the next one is nearer to the truth anyway.
 */
export class ProgressReport {
  private next: StepProgress | undefined;
  private pause: Timer | undefined;
  private written: Promise<unknown> | undefined;
  private over = false;

  constructor(
    private readonly clock: Clock,
    private readonly write: (progress: StepProgress) => Promise<unknown>,
  ) {}

  /** @param fraction what is below 0 or above 1 counts as that */
  tell(fraction: number, note: string | undefined): void {
    const text = note === undefined ? null : readable(note);
    this.next = { fraction: Math.min(1, Math.max(0, fraction)), note: text };
    if (!this.written && !this.pause) this.send();
  }

  /** Nothing of it is under way any more then: its row is the settlement's. */
  async end(): Promise<void> {
    this.over = true;
    this.pause?.cancel();
    await this.written;
  }

  private send(): void {
    const { next } = this;
    if (next === undefined || this.over) return;
    this.next = undefined;
    this.pause = this.clock.after(EVERY_MS, () => {
      this.pause = undefined;
      if (!this.written) this.send();
    });
    this.written = this.write(next)
      .catch(() => undefined)
      .then(() => {
        this.written = undefined;
        if (!this.pause) this.send();
      });
  }
}

/** As much of it as the database holds. */
const readable = (note: string): string =>
  String(note).slice(0, NOTE_CHARACTERS).replaceAll('\u0000', '').toWellFormed();
