import { isTaskerError, StoreRefusedError, StoreUnavailableError, TaskerError } from '@tasker/core';
import type { ClientBase, QueryResultRow } from 'pg';
import type { Connection } from './connection';
import { Session } from './session';

/** How often work that others keep from its rows is tried again. */
const TRIES = 12;
/** SQLSTATE of a statement that the server stopped because it took too long. */
const TOOK_TOO_LONG = '57014';

/** Lends a connection for one piece of work, and says in Tasker's errors what the database made of it. @public */
export abstract class Lender {
  /** Statements one by one. */
  readonly session: Session;

  /** @param schema the bare name, unquoted */
  protected constructor(schema: string) {
    this.session = new Session((sql, values) => this.rows(sql, values), schema);
  }

  /** @throws {TaskerError} TSK_SATURATED when no connection becomes free in time */
  protected abstract use<T>(work: (connection: Connection) => Promise<T>): Promise<T>;

  /**
   * Runs `work` in a transaction; again from its beginning when it lost a race for rows, after a pause that grows with
   * each try.
   *
   * @throws {TaskerError} TSK_SATURATED when the rows do not become free, TSK_DATABASE_UNAVAILABLE: it may have been
   *   committed
   */
  async transaction<T>(work: (client: ClientBase) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.use((connection) => connection.transaction((client) => guarded(client, work)));
      } catch (error) {
        if (!(error instanceof StoreRefusedError) || !error.lostRace) throw readable(error);
        if (attempt >= TRIES) throw busy('Others keep the rows busy that this needs.', error);
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * attempt));
      }
    }
  }

  private async rows(sql: string, values: unknown[]): Promise<QueryResultRow[]> {
    try {
      return (await this.use((connection) => connection.run('', sql, values))).rows;
    } catch (error) {
      throw readable(error);
    }
  }
}

/** A process that stops in the middle, frozen or cut off, would otherwise keep its locks as long as its connection. */
async function guarded<T>(client: ClientBase, work: (client: ClientBase) => Promise<T>): Promise<T> {
  await client.query(`set local idle_in_transaction_session_timeout = '10s'`);
  return work(client);
}

function readable(error: unknown): unknown {
  if (isTaskerError(error)) return error;
  if (error instanceof StoreUnavailableError) return unavailable(error);
  if (!(error instanceof StoreRefusedError)) return error;
  const { code } = error.cause as { readonly code?: unknown };
  return code === TOOK_TOO_LONG ? busy('The database took too long over this.', error) : error;
}

const busy = (message: string, cause: Error): TaskerError => new TaskerError('TSK_SATURATED', message, { cause });

const unavailable = (cause: Error): TaskerError =>
  new TaskerError('TSK_DATABASE_UNAVAILABLE', 'The database did not answer; it may have been done.', {
    cause,
    hint: 'Repeat it: an act that has been done already changes nothing.',
  });
