import { isTaskerError } from '@tasker/core';
import { Client, type ClientConfig, type QueryConfig, type QueryResult, type QueryResultRow } from 'pg';
import { readStoreError } from './store-errors';
import type { Timeline } from './timeline';

/** How a connection is opened, and how long it waits. */
export interface ConnectionSettings {
  readonly config: ClientConfig;
  /** False behind a transaction-mode pooler, where a statement prepared on one server is unknown to the next. */
  readonly namedStatements: boolean;
  /** After this long without an answer the connection is given up, milliseconds; the statement may still commit. */
  readonly answerWithinMs: number;
  readonly timeline: Timeline;
  /** Whether what its session did belongs to the engine: its loss is told. */
  readonly tellsLoss: boolean;
}

/** Who has something to do whenever the connection was opened, or broke. */
export interface ConnectionWatch {
  /** On the new session, before any statement. */
  opened(client: Client): Promise<void>;
  lost(): void;
}

/** How often a statement that lost a race (deadlock, serialisation) is sent again before the caller hears of it. */
const RACE_RETRIES = 5;
/** Behind a pooler the server may have been replaced under a session: one that was idle for longer is looked at again. */
const SURE_FOR_MS = 500;

/**
 * One connection: opened on first use and again after it broke. Statements run in the order they were given. Errors come
 * out as the engine's store errors.
 */
export class Connection {
  private client: Promise<Client> | undefined;
  private closed = false;
  /** Of the session: where the database was when it was opened, and when that was last known. */
  private opened = { epoch: 0, sureUntil: 0 };
  /** The session was opened, and nothing is known to have happened to it. */
  private isUp = false;
  private watch: ConnectionWatch | undefined;
  /** The statement before; each waits for it, because a connection runs one at a time. */
  private previous: Promise<unknown> = Promise.resolve();

  constructor(private readonly settings: ConnectionSettings) {}

  /** Whether there is a session, or one is being opened. */
  get isOpen(): boolean {
    return this.client !== undefined;
  }

  /** @param name under which the statement is prepared, where that is possible; empty: never */
  run<R extends QueryResultRow>(name: string, text: string, values: unknown[]): Promise<QueryResult<R>> {
    const { epoch } = this.settings.timeline;
    return this.inTurn(() => this.attempt<R>(epoch, name, text, values));
  }

  /** Runs `work` with the bare client inside a transaction. */
  transaction<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const { epoch } = this.settings.timeline;
    return this.inTurn(() => this.attemptTransaction(epoch, work));
  }

  /**
   * Opens the connection, if it is not open. The client is for somebody who has the connection for himself.
   *
   * @throws {StoreUnavailableError}
   */
  open(): Promise<Client> {
    return this.inTurn(async () => {
      try {
        return await this.connected();
      } catch (thrown) {
        throw readStoreError(thrown).error;
      }
    });
  }

  /**
   * Looks where the database is, also when the session is an old one.
   *
   * @throws {StoreUnavailableError}
   */
  look(): Promise<void> {
    return this.inTurn(async () => {
      try {
        await this.settings.timeline.enter(await this.connected());
      } catch (thrown) {
        const { error, connectionUsable } = readStoreError(thrown);
        if (!connectionUsable) void this.broke(error);
        throw error;
      }
    });
  }

  /** Tells `watch` of this opening and each that follows. */
  async watchedBy(watch: ConnectionWatch): Promise<void> {
    await this.inTurn(async () => {
      await this.discard();
      this.watch = watch;
    });
    await this.open();
  }

  /** Ends the session; the next statement opens another. */
  async discard(): Promise<void> {
    const client = this.client;
    if (!client) return;
    this.client = undefined;
    this.isUp = false;
    this.watch?.lost();
    await client.then((c) => c.end()).catch(() => undefined);
  }

  async close(): Promise<void> {
    this.closed = true;
    this.watch = undefined;
    await this.discard();
  }

  private async attempt<R extends QueryResultRow>(
    epoch: number,
    name: string,
    text: string,
    values: unknown[],
  ): Promise<QueryResult<R>> {
    for (let attempt = 1; ; attempt++) {
      try {
        const client = await this.connected(epoch);
        return await client.query<R>(this.statement(name, text, values));
      } catch (thrown) {
        const { error, connectionUsable, lostRace } = readStoreError(thrown);
        if (!connectionUsable) void this.broke(error);
        if (!lostRace || attempt > RACE_RETRIES) throw error;
      }
    }
  }

  private async attemptTransaction<T>(epoch: number, work: (client: Client) => Promise<T>): Promise<T> {
    try {
      const client = await this.connected(epoch);
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
      if (!connectionUsable) void this.broke(error);
      throw error;
    }
  }

  private inTurn<T>(call: () => Promise<T>): Promise<T> {
    const turn = this.previous.then(call, call);
    this.previous = turn.catch(() => undefined);
    return turn;
  }

  private statement(name: string, text: string, values: unknown[]): QueryConfig {
    return this.settings.namedStatements && name !== '' ? { name: `tasker_${name}`, text, values } : { text, values };
  }

  /** The session ended by itself, or is of no use any more. */
  private async broke(cause: Error): Promise<void> {
    const { timeline, tellsLoss } = this.settings;
    if (this.client && this.isUp && tellsLoss) timeline.lost(cause);
    await this.discard();
  }

  /** @param epoch the database's when the statement was given: in another one it is not sent */
  private async connected(epoch?: number): Promise<Client> {
    const { timeline, namedStatements } = this.settings;
    if (this.closed) throw new Error('the database is closed');
    if (this.isUp && this.opened.epoch !== timeline.epoch) await this.discard();
    const client = await (this.client ??= this.connect());
    if (!namedStatements && performance.now() > this.opened.sureUntil) await timeline.enter(client);
    this.opened.sureUntil = performance.now() + SURE_FOR_MS;
    if (epoch !== undefined) timeline.assert(epoch);
    return client;
  }

  private connect(): Promise<Client> {
    const { config, answerWithinMs, timeline } = this.settings;
    const client = new Client({ ...config, query_timeout: answerWithinMs, connectionTimeoutMillis: answerWithinMs });
    const opened = client.connect().then(async () => {
      await timeline.enter(client);
      await this.watch?.opened(client);
      this.opened = { epoch: timeline.epoch, sureUntil: performance.now() + SURE_FOR_MS };
      this.isUp = true;
      return client;
    });
    // Whatever the reason was, such as a password that is right a minute later, the next statement tries again.
    opened.catch(() => {
      if (this.client === opened) this.client = undefined;
      void client.end().catch(() => undefined);
    });
    // Without a listener a connection that breaks while idle would end the process. One that was given up before may
    // report late: then its successor, with a statement under way perhaps, must stay.
    client.on('error', (error) => {
      if (this.client === opened) void this.broke(error);
    });
    return opened;
  }
}
