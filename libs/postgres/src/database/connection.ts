import { isTaskerError, StoreRefusedError, StoreUnavailableError, TaskerError } from '@tasker/core';
import { Client, type ClientConfig, type QueryConfig, type QueryResult, type QueryResultRow } from 'pg';
import { readStoreError } from './store-errors';

export interface ConnectionSettings {
  readonly config: ClientConfig;
  /** False behind a transaction-mode pooler, where a statement prepared on one server is unknown to the next. */
  readonly namedStatements: boolean;
  /** After this long without an answer the connection is given up; the statement may still commit. */
  readonly answerWithinMs: number;
}

/** How often a statement that lost a race (deadlock, serialisation) is sent again before the caller hears of it. */
const RACE_RETRIES = 5;

/**
 * One connection of the engine: opened on first use and again after it broke. Statements run in the order they were
 * given. Errors come out as the engine's store errors.
 */
export class EngineConnection {
  private client: Promise<Client> | undefined;
  private closed = false;
  /** The statement before; each waits for it, because a connection runs one at a time. */
  private previous: Promise<unknown> = Promise.resolve();

  constructor(private readonly settings: ConnectionSettings) {}

  run<R extends QueryResultRow>(name: string, text: string, values: unknown[]): Promise<QueryResult<R>> {
    return this.inTurn(() => this.attempt<R>(name, text, values));
  }

  private async attempt<R extends QueryResultRow>(
    name: string,
    text: string,
    values: unknown[],
  ): Promise<QueryResult<R>> {
    for (let attempt = 1; ; attempt++) {
      try {
        const client = await this.connected();
        return await client.query<R>(this.statement(name, text, values));
      } catch (thrown) {
        const { error, connectionUsable, lostRace } = readStoreError(thrown);
        if (!connectionUsable) this.discard();
        if (!lostRace || attempt > RACE_RETRIES) throw error;
      }
    }
  }

  /** Runs `work` with the bare client inside a transaction. */
  transaction<T>(work: (client: Client) => Promise<T>): Promise<T> {
    return this.inTurn(() => this.attemptTransaction(work));
  }

  /**
   * As `transaction`, and again from its beginning when it lost a race for rows, after a pause that grows with each try.
   *
   * @throws {TaskerError} TSK_SATURATED after `tries`, TSK_DATABASE_UNAVAILABLE: it may have been committed
   */
  async raced<T>(tries: number, work: (client: Client) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.transaction(work);
      } catch (error) {
        if (error instanceof StoreUnavailableError) throw unavailable(error);
        if (!(error instanceof StoreRefusedError) || !error.lostRace) throw error;
        if (attempt >= tries) throw saturated(error);
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * attempt));
      }
    }
  }

  private async attemptTransaction<T>(work: (client: Client) => Promise<T>): Promise<T> {
    try {
      const client = await this.connected();
      await client.query('begin');
      try {
        const result = await work(client);
        await client.query('commit');
        return result;
      } catch (thrown) {
        await client.query('rollback');
        throw thrown;
      }
    } catch (thrown) {
      if (isTaskerError(thrown)) throw thrown;
      const { error, connectionUsable } = readStoreError(thrown);
      if (!connectionUsable) this.discard();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    const client = this.client;
    this.client = undefined;
    await client?.then((c) => c.end()).catch(() => undefined);
  }

  private inTurn<T>(call: () => Promise<T>): Promise<T> {
    const turn = this.previous.then(call, call);
    this.previous = turn.catch(() => undefined);
    return turn;
  }

  private statement(name: string, text: string, values: unknown[]): QueryConfig {
    return this.settings.namedStatements ? { name: `tasker_${name}`, text, values } : { text, values };
  }

  private connected(): Promise<Client> {
    if (this.closed) return Promise.reject(new Error('the store is closed'));
    return (this.client ??= this.open());
  }

  private open(): Promise<Client> {
    const { config, answerWithinMs } = this.settings;
    const client = new Client({ ...config, query_timeout: answerWithinMs, connectionTimeoutMillis: answerWithinMs });
    const opened = client.connect().then(() => client);
    // Whatever the reason was, such as a password that is right a minute later, the next statement tries again.
    opened.catch(() => {
      if (this.client === opened) this.client = undefined;
    });
    // Without a listener a connection that breaks while idle would end the process. One that was given up before may
    // report late: then its successor, with a statement under way perhaps, must stay.
    client.on('error', () => {
      if (this.client === opened) this.discard();
    });
    return opened;
  }

  private discard(): void {
    const client = this.client;
    this.client = undefined;
    void client?.then((c) => c.end()).catch(() => undefined);
  }
}

const saturated = (cause: Error): TaskerError =>
  new TaskerError('TSK_SATURATED', 'Others keep the rows busy that this needs.', { cause });

const unavailable = (cause: Error): TaskerError =>
  new TaskerError('TSK_DATABASE_UNAVAILABLE', 'The database did not answer; it may have been done.', {
    cause,
    hint: 'Repeat it: an act that has been done already changes nothing.',
  });
