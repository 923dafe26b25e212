import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { AsyncHome } from '@tasker/core';
import { TaskerDatabase, WatchStore, type DatabaseGauges } from '@tasker/postgres';
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
  /** A reading is shared: it is not work of the scrape that came first. */
  private readonly home = new AsyncHome();
  private readonly watch: WatchStore;
  private latest: { readonly until: number; readonly reading: Promise<DatabaseReading> } | undefined;
  private idle: NodeJS.Timeout | undefined;

  constructor(
    database: TaskerDatabase,
    @Inject(METRICS_OPTIONS) private readonly options: ResolvedMetricsOptions,
  ) {
    this.watch = new WatchStore(database, ANSWER_WITHIN_MS);
  }

  /** The reading of the moment, the same for all metrics of a scrape; never throws. */
  current(): Promise<DatabaseReading> {
    if (this.options.leaderGauges === 'off') return Promise.resolve({ up: null, leads: false, gauges: null });
    const now = performance.now();
    if (this.latest && now < this.latest.until) return this.latest.reading;
    const reading = this.home.run(() => this.read());
    const entry = { until: now + ANSWER_WITHIN_MS, reading };
    this.latest = entry;
    // Metrics of one scrape are collected at once: they share the reading even when its age is to be nothing.
    void reading.then(() => {
      if (this.latest === entry)
        this.latest = { reading, until: performance.now() + Math.max(1, this.options.gaugesMaxAgeMs) };
    });
    return reading;
  }

  /** The lead ends with the session. */
  onApplicationShutdown(): void {
    clearTimeout(this.idle);
  }

  private async read(): Promise<DatabaseReading> {
    clearTimeout(this.idle);
    this.idle = setTimeout(() => void this.resign(), IDLE_MS).unref();
    try {
      const leads = this.options.leaderGauges === 'always' || (await this.watch.lead());
      return { up: true, leads, gauges: leads ? await this.watch.gauges() : null };
    } catch {
      return { up: false, leads: false, gauges: null };
    }
  }

  private async resign(): Promise<void> {
    this.latest = undefined;
    // Where that fails the session is gone, and the lead with it.
    await this.watch.resign().catch(() => undefined);
  }
}
