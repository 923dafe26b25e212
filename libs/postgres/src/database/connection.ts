import { AsyncHome, isTaskerError, StoreUnavailableError, TaskerError } from '@tasker/core';
import type { Client, QueryConfig, QueryResult, QueryResultRow } from 'pg';
import { cancelledBy } from './cancel-statement';
import { cutClient, endClient } from './open-client';
import { readStoreError } from './store-errors';
import type { Timeline } from './timeline';
import { inTransaction } from './in-transaction';

/** How a connection is opened. */
export interface ConnectionSettings {
  /** Opens a session; a statement of it that has no answer in time fails, and may still commit. */
  readonly open: (signal: AbortSignal) => Promise<Client>;
  /** False behind a transaction-mode pooler, where a statement prepared on one server is unknown to the next. */
  readonly namedStatements: boolean;
  readonly timeline: Timeline;
  /** Behind such a pooler a session keeps no settings: the server stops a statement after this long, milliseconds. */
  readonly eachWithinMs?: number;
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
const GIVEN_UP = 'the connection was given up';

/**
 * One connection: opened on first use and again after it broke. Statements run in the order they were given. Errors come
 * out as the engine's store errors. Sessions are opened, watched and missed in the async context in which this was made:
 * what comes over a socket carries the context of its opening.
 */
export class Connection {
  private readonly home = new AsyncHome();
  private client: Promise<Client> | undefined;
  /** Of the session that is being opened. */
  private opening = new AbortController();
  /** It is open, and has not been told yet where in its history the database is. */
  private entering: Client | undefined;
  private closed = false;
  /** Of the session: where the database was when it was opened, and when that was last known. */
  private opened = { epoch: 0, sureUntil: 0 };
  /** The session's number; undefined while none is open, or something is known to have happened to it. */
  private sessionPid: number | undefined;
  private watch: ConnectionWatch | undefined;
  /** The statement before; each waits for it, because a connection runs one at a time. */
  private previous: Promise<unknown> = Promise.resolve();

  constructor(private readonly settings: ConnectionSettings) {}

  /** Whether there is a session, or one is being opened. */
  get isOpen(): boolean {
    return this.client !== undefined;
  }

  /** The session's number in `pg_stat_activity`; undefined while none is open. */
  get pid(): number | undefined {
    return this.sessionPid ?? (this.entering && pidOf(this.entering));
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

  /** Runs `work` with the bare client, which nobody else has meanwhile. */
  session<T>(work: (client: Client) => Promise<T>): Promise<T> {
    return this.inTurn(async () => {
      try {
        return await work(await this.connected());
      } catch (thrown) {
        throw isTaskerError(thrown) ? thrown : this.read(thrown).error;
      }
    });
  }

  /**
   * Opens the connection, if it is not open. The client is for somebody who has the connection for himself.
   *
   * @throws {StoreUnavailableError}
   */
  open(): Promise<Client> {
    return this.session((client) => Promise.resolve(client));
  }

  /**
   * Looks where the database is, also when the session is an old one.
   *
   * @throws {StoreUnavailableError}
   */
  look(): Promise<void> {
    return this.session((client) => this.settings.timeline.enter(client));
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
    await this.forget()
      ?.then(endClient)
      .catch(() => undefined);
  }

  /** Ends the session at once: what waits for an answer hears that there is none. The next statement opens another. */
  cut(): void {
    this.giveUpOpening();
    void this.forget()
      ?.then(cutClient)
      .catch(() => undefined);
  }

  /** For good; what is under way fails. Takes no longer than a second, whatever the other side does. */
  async close(): Promise<void> {
    this.watch = undefined;
    this.closed = true;
    this.giveUpOpening();
    await this.discard();
  }

  /** As `run`, until the signal fires: then the server is asked to stop it. */
  runUntil<R extends QueryResultRow>(signal: AbortSignal, text: string, values: unknown[]): Promise<QueryResult<R>> {
    const { epoch } = this.settings.timeline;
    return this.inTurn(() =>
      cancelledBy(
        signal,
        () => this.client,
        () => this.attempt<R>(epoch, '', text, values),
      ),
    );
  }

  private giveUpOpening(): void {
    this.opening.abort(new Error(GIVEN_UP));
    if (this.entering) cutClient(this.entering);
  }

  private forget(): Promise<Client> | undefined {
    const { client } = this;
    this.client = undefined;
    this.sessionPid = undefined;
    if (client) this.home.run(() => this.watch?.lost());
    return client;
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
        return await this.send<R>(client, this.statement(name, text, values));
      } catch (thrown) {
        const { error, lostRace } = this.read(thrown);
        if (!lostRace || attempt > RACE_RETRIES) throw error;
      }
    }
  }

  private async attemptTransaction<T>(epoch: number, work: (client: Client) => Promise<T>): Promise<T> {
    try {
      const client = await this.connected(epoch);
      return await inTransaction(client, this.settings.eachWithinMs, () => work(client));
    } catch (thrown) {
      throw isTaskerError(thrown) ? thrown : this.read(thrown).error;
    }
  }

  private send<R extends QueryResultRow>(client: Client, query: QueryConfig): Promise<QueryResult<R>> {
    if (this.settings.eachWithinMs === undefined) return client.query<R>(query);
    return inTransaction(client, this.settings.eachWithinMs, () => client.query<R>(query));
  }

  private read(thrown: unknown): { readonly error: unknown; readonly lostRace: boolean } {
    if (this.closed) return { error: new StoreUnavailableError(closed()), lostRace: false };
    const { error, connectionUsable, lostRace } = readStoreError(thrown);
    // Not ended in good order: whoever is on the other side may have nothing to say to that.
    if (!connectionUsable) this.broke(error as Error);
    return { error, lostRace };
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
  private broke(cause: Error): void {
    const { timeline, tellsLoss } = this.settings;
    if (this.sessionPid !== undefined && tellsLoss) timeline.lost(cause);
    this.cut();
  }

  /** @param epoch the database's when the statement was given: in another one it is not sent */
  private async connected(epoch?: number): Promise<Client> {
    const { timeline, namedStatements } = this.settings;
    if (this.closed) throw closed();
    if (this.sessionPid !== undefined && this.opened.epoch !== timeline.epoch) await this.discard();
    const client = await (this.client ??= this.home.run(() => this.connect()));
    if (!namedStatements && performance.now() > this.opened.sureUntil) await timeline.enter(client);
    this.opened.sureUntil = performance.now() + SURE_FOR_MS;
    if (epoch !== undefined) timeline.assert(epoch);
    return client;
  }

  private connect(): Promise<Client> {
    this.opening = new AbortController();
    const opened = this.settings.open(this.opening.signal).then(async (client) => {
      // One that was given up before may report late: then its successor, with a statement under way perhaps, must stay.
      client.on('error', (error) => {
        if (this.client === opened) this.broke(error);
      });
      this.entering = client;
      try {
        await this.enter(client);
      } finally {
        if (this.entering === client) this.entering = undefined;
      }
      return client;
    });
    // Whatever the reason was, such as a password that is right a minute later, the next statement tries again.
    opened.catch(() => {
      if (this.client === opened) this.client = undefined;
    });
    return opened;
  }

  private async enter(client: Client): Promise<void> {
    const { timeline } = this.settings;
    try {
      await timeline.enter(client);
      await this.watch?.opened(client);
    } catch (error) {
      cutClient(client);
      throw error;
    }
    this.opened = { epoch: timeline.epoch, sureUntil: performance.now() + SURE_FOR_MS };
    this.sessionPid = pidOf(client);
  }
}

/** As the server has told it; no part of the driver's declared types. */
const pidOf = (client: Client): number | undefined =>
  (client as unknown as { readonly processID: number | null }).processID ?? undefined;

const closed = (): TaskerError =>
  new TaskerError('TSK_SHUTTING_DOWN', 'This process has closed its connections to the database.');
