import { AsyncLocalStorage } from 'node:async_hooks';

/** For whom something is asked of the database. @public */
export interface DatabaseCaller {
  /** Who shares with others what there is; everything of one id counts together. */
  readonly id: string;
  /** Fires when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** What it asks may look through everything there is: all who do leave a connection to the others. Default false. */
  readonly searches?: boolean;
}

interface Call extends DatabaseCaller {
  over: boolean;
}

const calls = new AsyncLocalStorage<Call>();

/**
 * Whatever `work` asks of the pool of connections is asked for this caller: it gets its share, and leaves the line when it
 * hangs up. What goes on after `work` has ended, such as a loop that it started, is nobody's any more.
 *
 * @public
 */
export async function onBehalfOf<T>(caller: DatabaseCaller, work: () => Promise<T>): Promise<T> {
  const call: Call = { ...caller, over: false };
  try {
    return await calls.run(call, work);
  } finally {
    call.over = true;
  }
}

/** For whom the code that asks runs; undefined: for the application itself. */
export function currentCaller(): DatabaseCaller | undefined {
  const call = calls.getStore();
  return call?.over === false ? call : undefined;
}
