import { storeFault, StoreRefusedError } from '@tasker/core';
import type { ClientBase, QueryResultRow } from 'pg';
import type { Connection } from './connection';
import { currentCaller } from './caller';
import { Session } from './session';

/** How often work that others keep from its rows is tried again. */
const TRIES = 12;

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
        if (!(error instanceof StoreRefusedError) || !error.lostRace || attempt >= TRIES) throw storeFault(error);
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * attempt));
      }
    }
  }

  private async rows(sql: string, values: unknown[]): Promise<QueryResultRow[]> {
    // Nobody waits for the answer of a caller who hung up.
    const signal = currentCaller()?.signal;
    try {
      const { rows } = await this.use((connection) =>
        signal ? connection.runUntil(signal, sql, values) : connection.run('', sql, values),
      );
      return rows;
    } catch (error) {
      throw storeFault(error);
    }
  }
}

/** A process that stops in the middle, frozen or cut off, would otherwise keep its locks as long as its connection. */
async function guarded<T>(client: ClientBase, work: (client: ClientBase) => Promise<T>): Promise<T> {
  await client.query(`set local idle_in_transaction_session_timeout = '10s'`);
  return work(client);
}
