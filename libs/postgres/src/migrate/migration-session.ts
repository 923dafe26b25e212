import { errorText, isTaskerError, storeFault, StoreRefusedError, TaskerError } from '@tasker/core';
import type { Client } from 'pg';
import { assertAddress, type DatabaseAddress } from '../database/address';
import { endClient, openClient, refusesOptions } from '../database/open-client';
import { assertServer, serverStanding } from '../database/server-standing';
import { PIN_LOCALLY } from '../database/session-settings';
import { readStoreError } from '../database/store-errors';
import { AppliedMigrations, type RunSql } from './applied-migrations';

/** Who answers at all has let somebody in by then. */
const CONNECT_MS = 10_000;

/** One connection on which migrations run, each in a transaction of its own. */
export class MigrationSession {
  readonly applied: AppliedMigrations;

  private constructor(
    private readonly client: Client,
    schema: string,
  ) {
    this.applied = new AppliedMigrations(runOn(client), schema);
  }

  /**
   * Opens a session for `work` and closes it whatever happens.
   *
   * @throws {TaskerError} TSK_DATABASE_UNAVAILABLE when the server cannot be reached, TSK_DATABASE_UNSUITABLE when
   * Tasker cannot work with it, TSK_MIGRATION_FAILED when it refuses a statement
   */
  static async open<T>(
    address: DatabaseAddress,
    schema: string,
    work: (session: MigrationSession) => Promise<T>,
  ): Promise<T> {
    const client = await connectForMigrations(address);
    try {
      assertServer(await serverStanding(client));
      return await work(new MigrationSession(client, schema));
    } catch (error) {
      throw migrationFailed(`Schema "${schema}" could not be read or written`, error);
    } finally {
      await endClient(client);
    }
  }

  /** Rows of one query. */
  async rows<T extends object>(sql: string): Promise<T[]> {
    return (await this.client.query<T>(sql)).rows;
  }

  /**
   * Runs a statement that cannot be in a transaction, for as long as it takes.
   *
   * @param signal gives the connection up; the server goes on by itself
   */
  async alone(sql: string, signal?: AbortSignal): Promise<void> {
    const giveUp = (): void => void endClient(this.client);
    signal?.throwIfAborted();
    signal?.addEventListener('abort', giveUp);
    try {
      // A limit meant for the application's statements would cut an index build short.
      await this.client.query('set statement_timeout = 0');
      await this.client.query(sql);
    } finally {
      signal?.removeEventListener('abort', giveUp);
      // Behind a pooler the session is somebody else's next.
      await this.client.query('reset statement_timeout').catch(() => undefined);
    }
  }

  /**
   * @param name what the error calls it
   * @throws {TaskerError} TSK_MIGRATION_FAILED; nothing of it remains
   */
  async transaction(name: string, work: () => Promise<void>): Promise<void> {
    try {
      await this.client.query('begin');
      // A limit meant for the application's statements would cut an index build short.
      await this.client.query(PIN_LOCALLY);
      await work();
      await this.client.query('commit');
    } catch (error) {
      await this.client.query('rollback').catch(() => undefined);
      throw migrationFailed(`Migration ${name} failed`, error);
    }
  }
}

/**
 * @throws {TaskerError} TSK_DATABASE_UNAVAILABLE; TSK_OPTIONS_INVALID for an address that is none
 */
export async function connectForMigrations(address: DatabaseAddress): Promise<Client> {
  assertAddress(address);
  try {
    return await openClient(address, { ...OPENING, pinned: true }).catch((error: unknown) => {
      // A pooler takes no options: then each transaction sees to itself.
      if (!refusesOptions(error)) throw error;
      return openClient(address, { ...OPENING, pinned: false });
    });
  } catch (error) {
    throw storeFault(readStoreError(error).error);
  }
}

const OPENING = { applicationName: 'tasker migrations', connectWithinMs: CONNECT_MS };

/** The rows of the last statement; `pg` answers several statements with several results. */
const runOn =
  (client: Client): RunSql =>
  async (sql, values) => {
    const answer: unknown = await client.query(sql, values);
    const last: unknown = Array.isArray(answer) ? answer.at(-1) : answer;
    return (last as { rows: unknown[] }).rows;
  };

/** What the server refused is the migration's failure; an answer that did not come, or a mistake of ours, is not. */
function migrationFailed(what: string, thrown: unknown): TaskerError {
  if (isTaskerError(thrown)) return thrown;
  const { error } = readStoreError(thrown);
  if (!(error instanceof StoreRefusedError)) return storeFault(error);
  return new TaskerError('TSK_MIGRATION_FAILED', `${what}: ${errorText(thrown)}`, { cause: thrown });
}
