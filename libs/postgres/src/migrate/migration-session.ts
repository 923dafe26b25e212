import { isTaskerError, TaskerError } from '@tasker/core';
import { Client } from 'pg';
import { AppliedMigrations, type RunSql } from './applied-migrations';
import { assertServerVersion } from './server-version';

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
   * @throws {TaskerError} TSK_DATABASE_UNAVAILABLE when the server cannot be reached, TSK_MIGRATION_FAILED when it is
   * too old or refuses a statement
   */
  static async open<T>(
    connectionString: string,
    schema: string,
    work: (session: MigrationSession) => Promise<T>,
  ): Promise<T> {
    const client = await connectForMigrations(connectionString);
    try {
      const [row] = (await client.query<{ n: number }>(`select current_setting('server_version_num')::int as n`)).rows;
      assertServerVersion(row?.n ?? 0);
      return await work(new MigrationSession(client, schema));
    } catch (error) {
      if (isTaskerError(error)) throw error;
      throw migrationFailed(`Schema "${schema}" could not be read or written`, error);
    } finally {
      await client.end();
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
    const giveUp = (): void => void this.client.end().catch(() => undefined);
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
      await this.client.query('set local statement_timeout = 0');
      await work();
      await this.client.query('commit');
    } catch (error) {
      await this.client.query('rollback').catch(() => undefined);
      throw migrationFailed(`Migration ${name} failed`, error);
    }
  }
}

/**
 * @throws {TaskerError} TSK_DATABASE_UNAVAILABLE
 */
export async function connectForMigrations(connectionString: string): Promise<Client> {
  const client = new Client({ connectionString, application_name: 'tasker migrations' });
  // A connection that breaks tells its running query as well; without a listener it would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    throw new TaskerError('TSK_DATABASE_UNAVAILABLE', `Cannot connect to run migrations: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** The rows of the last statement; `pg` answers several statements with several results. */
const runOn =
  (client: Client): RunSql =>
  async (sql, values) => {
    const answer: unknown = await client.query(sql, values);
    const last: unknown = Array.isArray(answer) ? answer.at(-1) : answer;
    return (last as { rows: unknown[] }).rows;
  };

const migrationFailed = (what: string, cause: unknown): TaskerError =>
  new TaskerError('TSK_MIGRATION_FAILED', `${what}: ${messageOf(cause)}`, { cause });

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
