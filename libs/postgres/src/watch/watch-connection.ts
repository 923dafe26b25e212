import { withSchema } from '../database/with-schema';
import { EngineConnection } from '../database/connection';
import { channelOf } from '../engine/open-store';
import { GAUGES, readGauges, type DatabaseGauges, type GaugesRow } from './gauges';
import { READINESS, readReadiness, type ReadinessFacts, type ReadinessRow } from './readiness';
import { readStanding, STANDING, type Standing, type StandingRow } from './standing';
import { isWhole, readTrends, TREND_LIMIT, TREND_WINDOWS_MS, TRENDS, type Trends, type TrendsRow } from './trends';

/** How to reach the database for watching it. @public */
export interface OpenWatchOptions {
  readonly connectionString: string;
  readonly schema: string;
  /** `transaction`: a pooler such as PgBouncer is in between; leadership cannot be kept there. */
  readonly pooler: 'none' | 'transaction';
  /** After this long without an answer the connection is given up, milliseconds. */
  readonly answerWithinMs: number;
}

/** Takes the lock unless this very session has it: a lock taken twice would have to be given back twice. */
const LEAD = `
select coalesce((select true from pg_locks l
                  where l.locktype = 'advisory' and l.pid = pg_backend_pid() and l.granted and l.objsubid = 1
                    and l.classid = (k.key >> 32 & 4294967295)::bigint::oid and l.objid = (k.key & 4294967295)::bigint::oid
                  limit 1),
                pg_try_advisory_lock(k.key)) as leads
  from (select hashtextextended($1, 0) as key) k`;

/**
 * A connection of its own for probes and scrapes: an exhausted pool must not make them fail, nor they exhaust it. Opened
 * at first use, and again after it broke.
 *
 * @public
 */
export class WatchConnection {
  private readonly connection: EngineConnection;

  constructor(private readonly options: OpenWatchOptions) {
    const { connectionString, pooler, answerWithinMs } = options;
    const direct = pooler === 'none';
    this.connection = new EngineConnection({
      config: {
        connectionString,
        application_name: 'tasker-watch',
        ...(direct ? { statement_timeout: answerWithinMs } : {}),
      },
      namedStatements: direct,
      answerWithinMs,
    });
  }

  /**
   * @param workerId the worker of this process; null: it has none
   * @throws {StoreUnavailableError} no answer in time, or none at all
   */
  async readiness(workerId: number | null): Promise<ReadinessFacts> {
    return readReadiness(await this.row<ReadinessRow>('readiness', READINESS, [workerId]));
  }

  /** @throws {StoreUnavailableError} */
  async standing(): Promise<Standing> {
    return readStanding(await this.row<StandingRow>('standing', STANDING, []));
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
   * Tries to be the one process of the schema that leads. Kept until `close`, or until the connection breaks; so ask
   * before every use. Behind a transaction-mode pooler sessions are shared, and everybody leads.
   *
   * @throws {StoreUnavailableError}
   */
  async lead(): Promise<boolean> {
    if (this.options.pooler === 'transaction') return true;
    const lock = `${channelOf(this.options.schema)}/watch`;
    return (await this.row<{ leads: boolean }>('lead', LEAD, [lock])).leads;
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  private async row<R extends object>(name: string, sql: string, values: unknown[]): Promise<R> {
    const text = withSchema(sql, this.options.schema);
    const { rows } = await this.connection.run<R>(`watch_${name}`, text, values);
    return rows[0] as R;
  }
}
