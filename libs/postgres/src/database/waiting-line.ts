import { TaskerError } from '@tasker/core';

/** How much waiting is reasonable. */
export interface WaitingLimits {
  /** Who comes when so many wait already is refused at once. */
  readonly waiting: number;
  readonly waitMs: number;
}

interface Waiter {
  readonly admit: () => void;
  readonly refuse: (error: TaskerError) => void;
}

/** Lets in so many at a time, the others in the order they came; nobody waits for ever. */
export class WaitingLine {
  private readonly waiters = new Set<Waiter>();
  private inside = 0;

  constructor(
    private readonly places: number,
    private readonly limits: WaitingLimits,
  ) {}

  /** How many are inside, and how many wait. */
  get counts(): { readonly inside: number; readonly waiting: number } {
    return { inside: this.inside, waiting: this.waiters.size };
  }

  /** @throws {TaskerError} TSK_SATURATED: too many wait, or it took too long */
  async within<T>(work: () => Promise<T>): Promise<T> {
    await this.enter();
    try {
      return await work();
    } finally {
      this.leave();
    }
  }

  /** As `within`, for somebody who calls `leave` himself, once. */
  async enter(): Promise<void> {
    if (this.inside < this.places) {
      this.inside++;
      return;
    }
    const { waiting, waitMs } = this.limits;
    if (this.waiters.size >= waiting) throw saturated(`${waiting} wait for a connection already`);
    await new Promise<void>((resolve, reject) => {
      const waiter: Waiter = {
        admit: () => {
          clearTimeout(timer);
          resolve();
        },
        refuse: reject,
      };
      const timer = setTimeout(() => {
        this.waiters.delete(waiter);
        waiter.refuse(saturated(`no connection became free within ${waitMs} ms`));
      }, waitMs);
      this.waiters.add(waiter);
    });
  }

  /** The place goes straight to who has waited longest. */
  leave(): void {
    const [next] = this.waiters;
    if (next) {
      this.waiters.delete(next);
      next.admit();
    } else this.inside--;
  }
}

const saturated = (why: string): TaskerError =>
  new TaskerError('TSK_SATURATED', `The connections of this process are busy: ${why}.`, {
    hint: 'Ask again later; when it happens often, find the slow statement or raise database.poolSize.',
  });
