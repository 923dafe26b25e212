import { errorText, StoreUnavailableError, storeFault, TaskerError } from '@tasker/core';
import type { Client } from 'pg';
import { refusesOptions } from './open-client';
import { assertSuitable, serverStanding } from './server-standing';
import { sqlStateOf } from './store-errors';
import type { TaskerDatabase } from './tasker-database';

/** How long to wait for a database that is still starting. @public */
export interface ReachOptions {
  /** Milliseconds; 0 tries once. */
  readonly withinMs: number;
  /** Told, every few seconds, what keeps it. */
  readonly waiting?: (reason: string) => void;
}

/** What answered. @public */
export interface ReachedDatabase {
  /** Whether a connection pooler is in between: the session is not the one that was opened. */
  readonly pooled: boolean;
}

const AGAIN_MS = 250;
const SAY_EVERY_MS = 5_000;

/** What passes when a server, a container or a network comes up. */
const PASSING_CODE = /^E(CONNREFUSED|CONNRESET|NOTFOUND|AI_AGAIN|TIMEDOUT|HOSTUNREACH|HOSTDOWN|NETUNREACH|PIPE|NOENT)$/;
const PASSING_STATE = /^(57P0\d|53300|08\w{3})$/;
const PASSING_TEXT = /timeout|terminated|is a standby/i;

/**
 * Waits until the database answers, and refuses one that Tasker cannot work with: before anything is written.
 *
 * @throws {TaskerError} TSK_DATABASE_UNAVAILABLE, TSK_DATABASE_UNSUITABLE
 * @public
 */
export async function reachDatabase(
  database: TaskerDatabase,
  { withinMs, waiting = () => undefined }: ReachOptions,
): Promise<ReachedDatabase> {
  const until = performance.now() + withinMs;
  let sayAt = performance.now() + SAY_EVERY_MS;
  for (;;) {
    try {
      return await look(database, withinMs > 0 ? until - performance.now() : undefined);
    } catch (error) {
      const now = performance.now();
      if (!isPassing(error) || now + AGAIN_MS >= until) throw unreachable(error);
      if (now >= sayAt) {
        waiting(errorText((error as Error).cause));
        sayAt = now + SAY_EVERY_MS;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

async function look({ control }: TaskerDatabase, withinMs: number | undefined): Promise<ReachedDatabase> {
  // Whoever says nothing is cut off, and with it the attempt.
  const timer = withinMs === undefined ? undefined : setTimeout(() => control.cut(), Math.max(1, withinMs));
  try {
    return await control.session(async (client) => {
      assertSuitable(await serverStanding(client));
      return { pooled: await isPooled(client) };
    });
  } finally {
    clearTimeout(timer);
  }
}

/** The key of a session that a pooler hands out is its own, and one statement may run on another server than the next. */
async function isPooled(client: Client): Promise<boolean> {
  const { processID } = client as unknown as { readonly processID: number | null };
  for (let look = 0; look < 2; look++) {
    const { rows } = await client.query<{ pid: number }>('select pg_catalog.pg_backend_pid() as pid');
    if (rows[0]?.pid !== processID) return true;
  }
  return false;
}

function isPassing(error: unknown): boolean {
  return error instanceof StoreUnavailableError && passes(error.cause);
}

function passes(cause: unknown): boolean {
  if (typeof cause !== 'object' || cause === null) return false;
  if (refusesOptions(cause)) return false;
  const { code, errors, message } = cause as { code?: unknown; errors?: unknown; message?: unknown };
  if (Array.isArray(errors) && errors.length > 0) return errors.some(passes);
  const state = sqlStateOf(cause);
  if (state !== undefined) return PASSING_STATE.test(state);
  return typeof code === 'string' ? PASSING_CODE.test(code) : PASSING_TEXT.test(String(message));
}

function unreachable(error: unknown): TaskerError {
  const cause = error instanceof StoreUnavailableError ? error.cause : undefined;
  if (cause !== undefined && refusesOptions(cause)) {
    const message = `A connection pooler answers and refuses the session: ${errorText(cause)}.`;
    const hint = "Set database.pooler to 'transaction'.";
    return new TaskerError('TSK_DATABASE_UNAVAILABLE', message, { cause: error, hint });
  }
  return storeFault(
    error,
    'Check host and port, and whether PostgreSQL runs there; database.connectTimeoutMs waits for it.',
  );
}
