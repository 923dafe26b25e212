import { AsyncResource } from 'node:async_hooks';

/** Nobody watches when these end. */
const UNTRACKED = { requireManualDestroy: true };

/**
 * Where work runs that outlives the call that began it: in the async context in which this was made, whoever calls. What
 * a caller keeps in an `AsyncLocalStorage`, such as a transaction, a tenant or a request, is for what he waits for, and
 * is over or wrong by the time other work runs.
 *
 * @public
 */
export class AsyncHome {
  /** Nothing but the line in `run` is ever called in it, so that no `enterWith` can change it. */
  private readonly anchor = new AsyncResource('Tasker', UNTRACKED);

  /** Runs `work` in a context of its own, a fresh copy: what it enters is gone with it. */
  run<T>(work: () => T): T {
    return this.anchor.runInAsyncScope(() => new AsyncResource('Tasker', UNTRACKED).runInAsyncScope(work));
  }
}
