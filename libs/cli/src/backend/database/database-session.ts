import { Client } from 'pg';
import { migrate, type RunQuery } from '@tasker/postgres';

const CONNECT_WITHIN_MS = 10_000;

/** The one connection on which a command reads, opened with its first statement. @internal */
export class DatabaseSession {
  private client: Promise<Client> | undefined;
  private checked: Promise<unknown> | undefined;

  constructor(
    readonly connectionString: string,
    readonly schema: string,
  ) {}

  /** For the stores of the read side. */
  readonly run: RunQuery = async (sql, values) => {
    this.client ??= this.connect();
    return (await (await this.client).query<Record<string, unknown>>(sql, values)).rows;
  };

  /**
   * Checks first that this version understands the schema: a statement that fails in the middle says less.
   *
   * @throws {TaskerError} TSK_SCHEMA_MISMATCH, TSK_DATABASE_UNAVAILABLE
   */
  async ready(): Promise<void> {
    this.checked ??= migrate({ connectionString: this.connectionString, schema: this.schema, mode: 'verify' });
    await this.checked;
  }

  async transaction<T>(work: (run: RunQuery) => Promise<T>): Promise<T> {
    await this.run('begin', []);
    try {
      const result = await work(this.run);
      await this.run('commit', []);
      return result;
    } catch (error) {
      await this.run('rollback', []);
      throw error;
    }
  }

  async close(): Promise<void> {
    await (await this.client?.catch(() => undefined))?.end();
  }

  private async connect(): Promise<Client> {
    const client = new Client({
      connectionString: this.connectionString,
      application_name: 'tasker-cli',
      connectionTimeoutMillis: CONNECT_WITHIN_MS,
    });
    // A connection that breaks tells its running query as well; without a listener it would end the process.
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }
}
