import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { WatchConnection, type DatabaseGauges } from '@tasker/postgres';
import type { ResolvedTaskerOptions } from '../options/resolved-tasker-options';
import { TASKER_OPTIONS } from '../tasker.constants';
import { METRICS_OPTIONS, type ResolvedMetricsOptions } from './tasker-metrics-options';

/** What one look at the database has come to. @internal */
export interface DatabaseReading {
  /** Null: nobody looks, or nobody knows yet. */
  readonly up: boolean | null;
  readonly leads: boolean;
  /** Null in all processes but the leader. */
  readonly gauges: DatabaseGauges | null;
}

/** Prometheus gives up a scrape after 10 s by default; what is known of this process must get there before. */
const ANSWER_WITHIN_MS = 3_000;
/** A leader nobody scrapes any more leaves the lead to another process: a few times the usual scrape interval. */
const IDLE_MS = 120_000;

/**
 * Looks at the database when somebody scrapes, at most so often, and only in the process that leads: were the figures of
 * the database exported by every process, their sum would be as many times too high.
 *
 * @internal
 */
@Injectable()
export class DatabaseReadings implements OnApplicationShutdown {
  private connection: WatchConnection | undefined;
  private latest: { readonly until: number; readonly reading: Promise<DatabaseReading> } | undefined;
  private idle: NodeJS.Timeout | undefined;

  constructor(
    @Inject(TASKER_OPTIONS) private readonly tasker: ResolvedTaskerOptions,
    @Inject(METRICS_OPTIONS) private readonly options: ResolvedMetricsOptions,
  ) {}

  /** The reading of the moment, the same for all metrics of a scrape; never throws. */
  current(): Promise<DatabaseReading> {
    if (this.options.leaderGauges === 'off') return Promise.resolve({ up: null, leads: false, gauges: null });
    const now = performance.now();
    if (this.latest && now < this.latest.until) return this.latest.reading;
    const reading = this.read();
    const entry = { until: now + ANSWER_WITHIN_MS, reading };
    this.latest = entry;
    // Metrics of one scrape are collected at once: they share the reading even when its age is to be nothing.
    void reading.then(() => {
      if (this.latest === entry)
        this.latest = { reading, until: performance.now() + Math.max(1, this.options.gaugesMaxAgeMs) };
    });
    return reading;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.release();
  }

  private async read(): Promise<DatabaseReading> {
    clearTimeout(this.idle);
    this.idle = setTimeout(() => void this.release(), IDLE_MS).unref();
    try {
      const connection = (this.connection ??= this.open());
      const leads = this.options.leaderGauges === 'always' || (await connection.lead());
      return { up: true, leads, gauges: leads ? await connection.gauges() : null };
    } catch {
      return { up: false, leads: false, gauges: null };
    }
  }

  private open(): WatchConnection {
    const { url: connectionString, schema, pooler } = this.tasker.database;
    return new WatchConnection({ connectionString, schema, pooler, answerWithinMs: ANSWER_WITHIN_MS });
  }

  /** The lead ends with the session. */
  private async release(): Promise<void> {
    clearTimeout(this.idle);
    const { connection } = this;
    this.connection = undefined;
    this.latest = undefined;
    await connection?.close();
  }
}
