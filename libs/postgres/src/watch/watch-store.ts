import type { Connection } from '../database/connection';
import type { TaskerDatabase } from '../database/tasker-database';
import { withSchema } from '../database/with-schema';
import { GAUGES, readGauges, type DatabaseGauges, type GaugesRow } from './gauges';
import { READINESS, readReadiness, type ReadinessFacts, type ReadinessRow } from './readiness';
import { OVERVIEW, readOverview, type OverviewRow, type SystemOverview } from './system-overview';
import { isWhole, readTrends, TREND_LIMIT, TREND_WINDOWS_MS, TRENDS, type Trends, type TrendsRow } from './trends';

/**
 * What probes and scrapes ask, over a connection that they share and nobody else uses. Opened at first use, and again
 * after it broke.
 *
 * @public
 */
export class WatchStore {
  private readonly connection: () => Connection;
  private readonly lock: string;

  /** @param answerWithinMs after this long without an answer the connection is given up */
  constructor(
    private readonly database: TaskerDatabase,
    answerWithinMs: number,
  ) {
    this.connection = database.watch(answerWithinMs);
    this.lock = `${database.channel}/watch`;
  }

  /**
   * @param workerId the worker of this process; null: it has none
   * @throws {StoreUnavailableError} no answer in time, or none at all
   */
  async readiness(workerId: number | null): Promise<ReadinessFacts> {
    return readReadiness(await this.row<ReadinessRow>('readiness', READINESS, [workerId]));
  }

  /** @throws {StoreUnavailableError} */
  async overview(): Promise<SystemOverview> {
    return readOverview(await this.row<OverviewRow>('overview', OVERVIEW, []));
  }

  /** @throws {StoreUnavailableError} */
  async trends(): Promise<Trends> {
    let found: Trends | undefined;
    for (const windowMs of TREND_WINDOWS_MS) {
      const row = await this.row<TrendsRow>('trends', TRENDS, [windowMs, TREND_LIMIT]);
      if (found && !isWhole(row)) break;
      found = readTrends(row, windowMs);
      if (!isWhole(row)) break;
    }
    return found as Trends;
  }

  /** @throws {StoreUnavailableError} */
  async gauges(): Promise<DatabaseGauges> {
    return readGauges(await this.row<GaugesRow>('gauges', GAUGES, []));
  }

  /**
   * Tries to be the one process of the schema that leads. Kept until `resign`, or until the connection breaks; so ask
   * before every use. Behind a transaction-mode pooler sessions are shared, and everybody leads.
   *
   * @throws {StoreUnavailableError}
   */
  async lead(): Promise<boolean> {
    if (!this.database.keepsSessions) return true;
    const { rows } = await this.database.run<{ leads: boolean }>(this.connection(), 'watch/lead', [this.lock]);
    return rows[0]?.leads === true;
  }

  /**
   * Lets another process lead.
   *
   * @throws {StoreUnavailableError}
   */
  async resign(): Promise<void> {
    if (this.database.keepsSessions) await this.database.run(this.connection(), 'watch/resign', [this.lock]);
  }

  private async row<R extends object>(name: string, sql: string, values: unknown[]): Promise<R> {
    const { rows } = await this.connection().run<R>(`watch/${name}`, withSchema(sql, this.database.schema), values);
    return rows[0] as R;
  }
}
