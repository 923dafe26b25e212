import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { EventBus } from '@tasker/core';
import { collectDefaultMetrics } from 'prom-client';
import { TaskerDatabase } from '@tasker/postgres';
import type { ResolvedTaskerOptions } from '../options/resolved-tasker-options';
import { TASKER_OPTIONS } from '../tasker.constants';
import { version } from '../tasker.version';
import { DatabaseReadings, type DatabaseReading } from './database-reading';
import { DATABASE_SAMPLES } from './database-samples';
import { EventCounts } from './event-counts';
import { MetricSet, type AnyMetric, type Sample } from './metric-set';
import { definitionOf, METRICS, type MetricDefinition } from './metric-table';
import { COUNTER_SAMPLES, HISTOGRAM_SAMPLES } from './process-samples';
import { METRICS_OPTIONS, type ResolvedMetricsOptions } from './tasker-metrics-options';

/** The metrics of this application, from the first event to its shutdown. @internal */
@Injectable()
export class TaskerMetrics implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  private readonly counts: EventCounts;
  private readonly set: MetricSet;
  private stop = (): void => undefined;

  constructor(
    @Inject(METRICS_OPTIONS) private readonly options: ResolvedMetricsOptions,
    @Inject(TASKER_OPTIONS) private readonly tasker: ResolvedTaskerOptions,
    private readonly database: TaskerDatabase,
    private readonly events: EventBus,
    private readonly readings: DatabaseReadings,
  ) {
    this.counts = new EventCounts(options.maxSeries, options.versions);
    this.set = new MetricSet(options.registry);
    this.addCounters();
    this.addGaugesOfProcess();
    if (options.leaderGauges !== 'off') this.addGaugesOfDatabase();
  }

  /** @returns undefined for one that this application does not export */
  metric(name: string): AnyMetric | undefined {
    return this.set.get(name);
  }

  onModuleInit(): void {
    this.stop = this.counts.listen(this.events);
  }

  onApplicationBootstrap(): void {
    const { registry, defaultMetrics } = this.options;
    if (defaultMetrics && !registry.getSingleMetric('process_cpu_user_seconds_total')) {
      collectDefaultMetrics({ register: registry });
    }
    this.set.register();
  }

  onApplicationShutdown(): void {
    this.stop();
    this.set.remove();
  }

  private addCounters(): void {
    for (const [name, read] of Object.entries(COUNTER_SAMPLES))
      this.set.add(this.definition(name), () => read(this.counts));
    for (const [name, read] of Object.entries(HISTOGRAM_SAMPLES)) {
      this.set.addHistogram(this.definition(name), () => read(this.counts));
    }
  }

  private addGaugesOfProcess(): void {
    const gauge = (name: string, read: () => readonly Sample[]): void => this.set.add(definitionOf(name), read);
    gauge('tasker_build_info', () => [[{ version, role: this.tasker.role }, 1]]);
    gauge('tasker_metrics_series', () => [[{}, this.counts.steps.size]]);
    gauge('tasker_metrics_series_limit', () => [[{}, this.options.maxSeries]]);
    gauge('tasker_pool_connections', () => {
      const { busy, idle } = this.database.pool.counts;
      return [
        [{ state: 'busy' }, busy],
        [{ state: 'idle' }, idle],
      ];
    });
    gauge('tasker_pool_waiting', () => [[{}, this.database.pool.counts.waiting]]);
  }

  private addGaugesOfDatabase(): void {
    const gauge = (definition: MetricDefinition, read: (reading: DatabaseReading) => readonly Sample[]): void =>
      this.set.add(definition, async () => read(await this.readings.current()));
    gauge(definitionOf('tasker_database_up'), ({ up }) => [[{}, up === true ? 1 : 0]]);
    gauge(definitionOf('tasker_gauges_leader'), ({ leads }) => [[{}, leads ? 1 : 0]]);
    for (const definition of METRICS.filter(({ scope }) => scope === 'database')) {
      const read = DATABASE_SAMPLES[definition.name];
      if (read) gauge(definition, ({ gauges }) => (gauges ? read(gauges) : []));
    }
  }

  /** With the label of the version behind that of the task, where it is asked for. */
  private definition(name: string): MetricDefinition {
    const found = definitionOf(name);
    if (!this.options.versions || !found.labels.includes('task')) return found;
    return { ...found, labels: found.labels.flatMap((label) => (label === 'task' ? ['task', 'version'] : [label])) };
  }
}
