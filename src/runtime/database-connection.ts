import { Inject, Injectable } from '@nestjs/common';
import { errorText, type Clock, type EngineLog, type Timer } from '@tasker/core';
import { PostgresEngineStore, reachDatabase, TaskerDatabase } from '@tasker/postgres';
import type { ResolvedTaskerOptions } from '../options/resolved-tasker-options';
import { TASKER_CLOCK, TASKER_ENGINE_STORE, TASKER_LOG, TASKER_OPTIONS } from '../tasker.constants';
import type { TaskerStore } from './tasker-store';

/** What is left to do when the drain is over, such as signing off and ending a batch, has this long. */
const CLOSE_WITHIN_MS = 5_000;
/** PgBouncer's `server_login_retry` by default, and the renewal before it. */
const LEASE_FOR_POOLER_MS = 22_500;

/** The beginning and the end of the connections of an application. @internal */
@Injectable()
export class DatabaseConnection {
  private limit: Timer | undefined;

  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedTaskerOptions,
    @Inject(TASKER_LOG) private readonly log: EngineLog,
    @Inject(TASKER_CLOCK) private readonly clock: Clock,
    @Inject(TASKER_ENGINE_STORE) private readonly store: TaskerStore,
    private readonly database: TaskerDatabase,
  ) {}

  /**
   * Waits for a database that is still starting. Somebody else's store has none.
   *
   * @throws {TaskerError} TSK_DATABASE_UNAVAILABLE, TSK_DATABASE_UNSUITABLE
   */
  async reach(): Promise<void> {
    if (!(this.store instanceof PostgresEngineStore)) return;
    const { connectTimeoutMs: withinMs, pooler } = this.options.database;
    const waiting = (reason: string): void => this.log.warn(`Waiting for the database: ${reason}`);
    const { pooled } = await reachDatabase(this.database, { withinMs, waiting });
    if (pooled && pooler === 'none') {
      this.log.warn(
        "A connection pooler answers for the database. When it pools transactions, set database.pooler to 'transaction'.",
      );
    }
    if (pooled || pooler === 'transaction') this.checkLease();
  }

  /** Once the schema is there: whether this role may be told of failovers. */
  async lookAtHistory(): Promise<void> {
    if (!(this.store instanceof PostgresEngineStore)) return;
    await this.database.control.look();
    const { refusal } = this.database.timeline;
    if (!refusal) return;
    this.log.warn(
      `The database does not say where in its history it is, so a failover would not be noticed: ${errorText(refusal)}`,
    );
  }

  /** From the first moment of the shutdown: whatever the database does, every hook comes to its end. */
  closeInTime(): void {
    const { role, worker } = this.options;
    const drainMs = role === 'api' ? 0 : worker.shutdownGraceMs + worker.leaseMs / 3;
    this.limit = this.clock.after(drainMs + CLOSE_WITHIN_MS, () => {
      this.log.warn('The database does not answer; its connections are cut, so that the process can end.');
      void this.database.close();
    });
  }

  /** Ends every connection, at most a second later. */
  async close(): Promise<void> {
    this.limit?.cancel();
    await this.database.close();
  }

  private checkLease(): void {
    const { role, worker } = this.options;
    if (role === 'api' || worker.leaseMs >= LEASE_FOR_POOLER_MS) return;
    const { leaseMs } = worker;
    this.log.warn(
      `A lease of ${leaseMs} ms may end before PgBouncer tries a database again that was away (server_login_retry, 15 s ` +
        'by default), and every attempt that runs is spent then. Set server_login_retry to 1, or worker.leaseMs to 30000.',
      { leaseMs },
    );
  }
}
