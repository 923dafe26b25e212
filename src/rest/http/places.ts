import { TaskerError } from '@tasker/core';

/** Some of the places, until they are given back. @internal */
export interface Holding {
  /** @throws {TaskerError} TSK_SATURATED */
  take(amount: number): void;
  /** Doing it twice is fine. */
  giveBack(): void;
}

/**
 * Counts what a process has room for, whoever asks, and what one caller may have of it: nobody gets all.
 *
 * @internal
 */
export class Places {
  private taken = 0;
  private readonly byCaller = new Map<string, number>();

  /**
   * @param what for the message, such as `requests are being served`
   * @param perCaller most that one caller may have at once
   */
  constructor(
    private readonly what: string,
    private readonly total: number,
    private readonly perCaller: number,
  ) {}

  hold(caller: string): Holding {
    let held = 0;
    return {
      take: (amount) => {
        const own = this.byCaller.get(caller) ?? 0;
        if (this.taken + amount > this.total) throw saturated(`${this.taken} ${this.what}`);
        if (own + amount > this.perCaller) throw saturated(`${own} ${this.what} for this caller, which is its share`);
        this.taken += amount;
        this.byCaller.set(caller, own + amount);
        held += amount;
      },
      giveBack: () => {
        this.taken -= held;
        const left = (this.byCaller.get(caller) ?? 0) - held;
        if (left > 0) this.byCaller.set(caller, left);
        else this.byCaller.delete(caller);
        held = 0;
      },
    };
  }
}

const saturated = (message: string): TaskerError => new TaskerError('TSK_SATURATED', `${message}.`);
