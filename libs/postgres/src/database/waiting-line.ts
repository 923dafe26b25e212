import { TaskerError } from '@tasker/core';
import { currentCaller, type DatabaseCaller } from './caller';

/** How much waiting is reasonable. */
export interface WaitingLimits {
  /** Who comes when so many wait already is refused at once. */
  readonly waiting: number;
  readonly waitMs: number;
}

interface Visitor {
  readonly caller: DatabaseCaller | undefined;
  /** It may stay long. */
  readonly isLong: boolean;
}

interface Waiter extends Visitor {
  readonly admit: () => void;
}

/** Gives the place back; to be called once. */
type Leave = () => void;

/**
 * Lets in so many at a time, the others in the order they came; nobody waits for ever. One caller never has the last
 * place, nor do all of those that may stay long, whoever they are; nobody has more than a quarter of the line, and who
 * hangs up leaves it.
 */
export class WaitingLine {
  private readonly waiters = new Set<Waiter>();
  private inside = 0;
  private readonly insideBy = new Map<string, number>();
  private longInside = 0;

  constructor(
    private readonly places: number,
    private readonly limits: WaitingLimits,
  ) {}

  /** How many are inside, and how many wait. */
  get counts(): { readonly inside: number; readonly waiting: number } {
    return { inside: this.inside, waiting: this.waiters.size };
  }

  /**
   * @param isLong whether the work may take long; default: what its caller says
   * @throws {TaskerError} TSK_SATURATED: too many wait, or it took too long
   * @throws the reason of the caller's signal
   */
  async within<T>(work: () => Promise<T>, isLong?: boolean): Promise<T> {
    const leave = await this.enter(isLong);
    try {
      return await work();
    } finally {
      leave();
    }
  }

  /** As `within`, for somebody who leaves himself. */
  async enter(isLong?: boolean): Promise<Leave> {
    const caller = currentCaller();
    caller?.signal.throwIfAborted();
    const visitor = { caller, isLong: isLong ?? caller?.searches ?? false };
    if (this.inside < this.places && !this.mustWait(visitor)) return this.admitted(visitor);
    this.assertRoom(caller);
    return this.wait(visitor);
  }

  private wait(visitor: Visitor): Promise<Leave> {
    const { waitMs } = this.limits;
    const { caller } = visitor;
    return new Promise<Leave>((resolve, reject) => {
      const gone = (): void => end(() => reject(caller?.signal.reason as Error));
      const tooLong = (): void => end(() => reject(saturated(`no connection became free within ${waitMs} ms`)));
      const waiter: Waiter = { ...visitor, admit: () => end(() => resolve(this.admitted(visitor))) };
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

  private admitted(visitor: Visitor): Leave {
    this.count(visitor, 1);
    return () => {
      this.count(visitor, -1);
      this.admitNext();
    };
  }

  /** Who has waited longest, of those who do not have their share. */
  private admitNext(): void {
    for (const waiter of this.waiters) {
      if (this.mustWait(waiter)) continue;
      return waiter.admit();
    }
  }

  private count({ caller, isLong }: Visitor, change: number): void {
    this.inside += change;
    if (isLong) this.longInside += change;
    if (!caller) return;
    const now = (this.insideBy.get(caller.id) ?? 0) + change;
    if (now > 0) this.insideBy.set(caller.id, now);
    else this.insideBy.delete(caller.id);
  }

  private mustWait({ caller, isLong }: Visitor): boolean {
    const share = Math.max(1, this.places - 1);
    if (isLong && this.longInside >= share) return true;
    return caller !== undefined && (this.insideBy.get(caller.id) ?? 0) >= share;
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
