import { TaskerError } from '@tasker/core';
import { currentCaller, type DatabaseCaller } from './caller';

/** How much waiting is reasonable. */
export interface WaitingLimits {
  /** Who comes when so many wait already is refused at once. */
  readonly waiting: number;
  readonly waitMs: number;
}

interface Waiter {
  readonly caller: DatabaseCaller | undefined;
  readonly admit: () => void;
}

/** Gives the place back; to be called once. */
type Leave = () => void;

/**
 * Lets in so many at a time, the others in the order they came; nobody waits for ever. One caller never has the last
 * place, nor more than a quarter of the line, and leaves the line when it hangs up.
 */
export class WaitingLine {
  private readonly waiters = new Set<Waiter>();
  private inside = 0;
  private readonly insideBy = new Map<string, number>();

  constructor(
    private readonly places: number,
    private readonly limits: WaitingLimits,
  ) {}

  /** How many are inside, and how many wait. */
  get counts(): { readonly inside: number; readonly waiting: number } {
    return { inside: this.inside, waiting: this.waiters.size };
  }

  /**
   * @throws {TaskerError} TSK_SATURATED: too many wait, or it took too long
   * @throws the reason of the caller's signal
   */
  async within<T>(work: () => Promise<T>): Promise<T> {
    const leave = await this.enter();
    try {
      return await work();
    } finally {
      leave();
    }
  }

  /** As `within`, for somebody who leaves himself. */
  async enter(): Promise<Leave> {
    const caller = currentCaller();
    caller?.signal.throwIfAborted();
    if (this.inside < this.places && !this.hasItsShare(caller)) return this.admitted(caller);
    this.assertRoom(caller);
    return this.wait(caller);
  }

  private wait(caller: DatabaseCaller | undefined): Promise<Leave> {
    const { waitMs } = this.limits;
    return new Promise<Leave>((resolve, reject) => {
      const gone = (): void => end(() => reject(caller?.signal.reason as Error));
      const tooLong = (): void => end(() => reject(saturated(`no connection became free within ${waitMs} ms`)));
      const waiter: Waiter = { caller, admit: () => end(() => resolve(this.admitted(caller))) };
      const timer = setTimeout(tooLong, waitMs);
      const end = (settle: () => void): void => {
        clearTimeout(timer);
        caller?.signal.removeEventListener('abort', gone);
        this.waiters.delete(waiter);
        settle();
      };
      caller?.signal.addEventListener('abort', gone);
      this.waiters.add(waiter);
    });
  }

  private admitted(caller: DatabaseCaller | undefined): Leave {
    this.inside++;
    this.count(caller, 1);
    return () => {
      this.inside--;
      this.count(caller, -1);
      this.admitNext();
    };
  }

  /** Who has waited longest, of those who do not have their share. */
  private admitNext(): void {
    for (const waiter of this.waiters) {
      if (this.hasItsShare(waiter.caller)) continue;
      return waiter.admit();
    }
  }

  private count(caller: DatabaseCaller | undefined, change: number): void {
    if (!caller) return;
    const now = (this.insideBy.get(caller.id) ?? 0) + change;
    if (now > 0) this.insideBy.set(caller.id, now);
    else this.insideBy.delete(caller.id);
  }

  private hasItsShare(caller: DatabaseCaller | undefined): boolean {
    return caller !== undefined && (this.insideBy.get(caller.id) ?? 0) >= Math.max(1, this.places - 1);
  }

  private assertRoom(caller: DatabaseCaller | undefined): void {
    const { waiting } = this.limits;
    if (this.waiters.size >= waiting) throw saturated(`${waiting} wait for a connection already`);
    if (!caller) return;
    const share = Math.max(1, Math.floor(waiting / 4));
    let own = 0;
    for (const waiter of this.waiters) if (waiter.caller?.id === caller.id) own++;
    if (own >= share) throw saturated(`${share} requests of this caller wait for a connection already`);
  }
}

const saturated = (why: string): TaskerError =>
  new TaskerError('TSK_SATURATED', `The connections of this process are busy: ${why}.`, {
    hint: 'Ask again later; when it happens often, find the slow statement or raise database.poolSize.',
  });
