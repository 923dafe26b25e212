import { createHash } from 'node:crypto';
import { AsyncHome } from '@tasker/core';
import type { Client, QueryResult, QueryResultRow } from 'pg';
import { addressOf, type DatabaseAddress } from './address';
import { Connection } from './connection';
import { BackgroundLane, ConnectionPool, SharedLane } from './connection-pool';
import { resolveDatabaseOptions, type ResolvedDatabaseOptions, type TaskerDatabaseOptions } from './database-options';
import { openClient } from './open-client';
import type { Session } from './session';
import { ServerProbe } from './silence-watch';
import { Statements } from './statements';
import { Timeline } from './timeline';
import { TransactionPool } from '../transactional/transaction-pool';

const POOL = 'pool';
/** A filter may look through millions of tasks before it finds a batch; nothing of the pool takes nearly as long. */
const POOL_STATEMENT_MS = 60_000;
/** The server speaks first, so that a connection whose statement took too long can still be used. */
const GRACE_MS = 5_000;
/** A key is found by an index: whoever waits longer than this for one would not want the answer any more. */
const KEYS_MS = 5_000;
const KEYS_LIMITS = { waiting: 1_000, waitMs: KEYS_MS };
/** Who answers at all has let one in by then. */
const CONNECT_MS = 10_000;
const POOL_LIMITS = { waiting: 5_000, waitMs: 10_000 };
/** Nobody waits for what runs here, so it has time: longer than the longest statement before it. */
const BACKGROUND_LIMITS = { waiting: 256, waitMs: 2 * POOL_STATEMENT_MS };

/**
 * One schema of one database, and every connection of this process to it: each with a purpose of its own and opened with
 * its first statement. All stores are made from it.
 *
 * At most `settleConnections` + 5 + `poolSize`, which is 10 by default; and `transactionalConnections`, which is 4, in a
 * process that runs transactional steps.
 *
 * @public
 */
export class TaskerDatabase {
  readonly schema: string;
  /** Of announcements, and the beginning of every advisory lock's key. */
  readonly channel: string;
  /** False behind a transaction-mode pooler: nothing of a session lasts longer than a transaction. */
  readonly keepsSessions: boolean;
  readonly statements: Statements;
  /** Where the database is in its history, and who wants to hear when a connection broke. */
  readonly timeline: Timeline;
  /** Longest that a statement of the engine may take, milliseconds. */
  readonly leaseMs: number;

  /** Record outcomes. */
  readonly settlers: readonly Connection[];
  /** Claims, renews the lease and promotes what is due, in this order: a floor is never raised over a claim. */
  readonly claimer: Connection;
  readonly creator: Connection;
  /** Whatever else the engine asks. */
  readonly control: Connection;
  /** Listens for announcements, and holds the lock of who rescues: its own work is done over the others. */
  readonly listener: Connection;
  /** For operators, bulk operations and everybody who reads. */
  readonly pool: ConnectionPool;
  /** For transactional steps: handlers speak over these, with the settings and the types of the host. */
  readonly transactions: TransactionPool;
  /** A way to the pool for retention, bulk operations and rollups: together they take one connection of it at most. */
  readonly background: BackgroundLane;

  private readonly home = new AsyncHome();
  private readonly options: ResolvedDatabaseOptions;
  private located: DatabaseAddress | undefined;
  private watcher: Connection | undefined;
  private watchWithinMs = 0;
  private keyLane: SharedLane | undefined;

  constructor(options: TaskerDatabaseOptions) {
    this.options = resolveDatabaseOptions(options);
    const { schema, pooler, leaseMs, settleConnections, poolSize, applicationName } = this.options;
    this.schema = schema;
    this.channel = channelOf(schema);
    this.keepsSessions = pooler === 'none';
    this.statements = new Statements(schema);
    this.timeline = new Timeline(this.statements.get('engine/enter-timeline'));
    this.leaseMs = leaseMs;
    const engine = (purpose: string): Connection => this.connection(purpose, leaseMs, leaseMs, true);
    this.settlers = Array.from({ length: settleConnections }, () => engine('settle'));
    [this.claimer, this.creator] = [engine('claim'), engine('create')];
    [this.control, this.listener] = [engine('control'), engine('listen')];
    const open = (): Connection => this.connection(POOL, POOL_STATEMENT_MS, POOL_STATEMENT_MS + GRACE_MS);
    const probe = new ServerProbe(() => this.address, `${applicationName}-probe`, this.keepsSessions);
    this.pool = new ConnectionPool({ schema, size: poolSize, limits: POOL_LIMITS, open, probe });
    this.transactions = new TransactionPool({
      ...{ size: this.options.transactionalConnections, leaseMs, probe },
      open: () => this.hostConnection(),
    });
    this.background = new BackgroundLane(this.pool, schema, BACKGROUND_LIMITS);
  }

  /** Where it is; of a handle that learns it late, from when that is known. */
  get address(): DatabaseAddress {
    this.located ??= this.options.locate?.() ?? addressOf(this.options);
    return this.located;
  }

  /** Statements one by one over the pool: what the stores of the read side are made from. */
  get session(): Session {
    return this.pool.session;
  }

  /**
   * The connection of probes, scrapes and API keys: an exhausted pool must not make them fail, nor they exhaust it. They share it,
   * so the longest that any of them waits is the limit of all; say it before the first statement.
   *
   * @param answerWithinMs after this long without an answer the connection is given up
   */
  watch(answerWithinMs: number): () => Connection {
    this.watchWithinMs = Math.max(this.watchWithinMs, answerWithinMs);
    const open = (): Connection => this.connection('watch', this.watchWithinMs, this.watchWithinMs);
    // Made with the first statement, but not in the context of the scrape that sends it.
    return () => (this.watcher ??= this.home.run(open));
  }

  /** Judges API keys, over the connection of probes: who calls is known at once, however long the readers take. */
  get keys(): SharedLane {
    return (this.keyLane ??= new SharedLane(this.watch(KEYS_MS), this.schema, KEYS_LIMITS));
  }

  /** Runs a statement of `sql/` on one of the connections, prepared where that is possible. */
  run<R extends QueryResultRow>(on: Connection, statement: string, values: unknown[]): Promise<QueryResult<R>> {
    return on.run<R>(statement, this.statements.get(statement), values);
  }

  /** Ends every connection. What is under way fails; nothing can be run any more. */
  async close(): Promise<void> {
    const { settlers, claimer, creator, control, listener, watcher } = this;
    const engine = [...settlers, claimer, creator, control, listener, ...(watcher ? [watcher] : [])];
    const pools = [this.pool, this.transactions];
    await Promise.all([...engine, ...pools].map((connection) => connection.close()));
  }

  /** Without settings and limits of ours: what a handler does in its transaction is the host's. */
  private hostConnection(): Connection {
    const { timeline, keepsSessions: namedStatements, options } = this;
    const settings = {
      ...{ applicationName: `${options.applicationName}-transaction`, connectWithinMs: CONNECT_MS },
      ...{ pinned: false, readsAsHost: true },
    };
    const open = (signal: AbortSignal): Promise<Client> => openClient(this.address, { ...settings, signal });
    return new Connection({ open, namedStatements, timeline, tellsLoss: false });
  }

  private connection(purpose: string, statementMs: number, answerWithinMs: number, tellsLoss = false): Connection {
    const { applicationName } = this.options;
    const settings = {
      ...{ applicationName: `${applicationName}-${purpose}`, answerWithinMs, pinned: this.keepsSessions },
      connectWithinMs: Math.min(answerWithinMs, CONNECT_MS),
      // A pooler would not let it through.
      ...(this.keepsSessions ? { statementMs } : {}),
    };
    const { timeline, keepsSessions: namedStatements } = this;
    const open = (signal: AbortSignal): Promise<Client> => openClient(this.address, { ...settings, signal });
    // The engine's own statements are short, and its connections pay for every round trip.
    const each = namedStatements || purpose !== POOL ? {} : { eachWithinMs: statementMs };
    return new Connection({ open, namedStatements, timeline, tellsLoss, ...each });
  }
}

/** Channels are identifiers of at most 63 bytes, schema names may be awkward: a digest serves both. */
const channelOf = (schema: string): string =>
  `tasker_${createHash('sha256').update(schema).digest('hex').slice(0, 16)}`;
