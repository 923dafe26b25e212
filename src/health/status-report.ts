import { Inject, Injectable } from '@nestjs/common';
import { healthFindings, TaskerError } from '@tasker/core';
import { healthFacts, type SystemOverview, type Trends } from '@tasker/postgres';
import { TaskerRegistryStats, type RegistryStats } from '../discovery/registry-stats';
import { HealthWatch } from './health-watch';
import { ReadinessProbe, type Readiness } from './readiness';
import { HEALTH_OPTIONS, type ResolvedHealthOptions } from './tasker-health-options';

/** What `status` answers. @public */
export interface TaskerStatus {
  readonly healthy: boolean;
  /** In words, what is not as it should be; empty when healthy. */
  readonly findings: readonly string[];
  readonly metrics: Pick<SystemOverview, 'tasks' | 'steps' | 'retries'>;
  readonly queue: SystemOverview['queue'];
  readonly workers: SystemOverview['workers'];
  readonly database: SystemOverview['database'] & {
    /** Share of the connections in use, 0 to 1. */
    readonly utilisation: number;
  };
  readonly trends: Trends;
  readonly readiness: Readiness;
  readonly registries: RegistryStats;
  /** Database time of the counts. */
  readonly timestamp: string;
  /** How long it took to gather, milliseconds. */
  readonly generationMs: number;
  /** Somebody else's answer of a moment ago. */
  readonly cached: boolean;
}

/** Gathers the status, once for everybody who asks within the cache time. @internal */
@Injectable()
export class StatusReport {
  private current: { readonly until: number; readonly status: Promise<TaskerStatus> } | undefined;

  constructor(
    private readonly watch: HealthWatch,
    private readonly probe: ReadinessProbe,
    private readonly registries: TaskerRegistryStats,
    @Inject(HEALTH_OPTIONS) private readonly options: ResolvedHealthOptions,
  ) {}

  /** @throws {TaskerError} TSK_DATABASE_UNAVAILABLE */
  async status(): Promise<TaskerStatus> {
    const now = performance.now();
    if (this.current && now < this.current.until) return { ...(await this.current.status), cached: true };
    const status = this.gather();
    this.current = { until: now + this.options.statusCacheMs, status };
    // A failure is not kept: the next who asks tries again.
    status.catch(() => (this.current = undefined));
    return status;
  }

  private async gather(): Promise<TaskerStatus> {
    const startedAt = performance.now();
    const { tasks, steps, retries, queue, workers, database, at } = await this.asked(() => this.watch.overview());
    const trends = await this.asked(() => this.watch.trends());
    const readiness = await this.probe.check();
    const utilisation = round(database.connections / database.maxConnections);
    const findings = healthFindings(healthFacts({ tasks, steps, workers, database }, trends));
    return {
      healthy: findings.length === 0,
      ...{ findings, metrics: { tasks, steps, retries }, queue, workers, database: { ...database, utilisation } },
      ...{ trends, readiness, registries: this.registries.collect(), timestamp: at.toISOString() },
      generationMs: Math.round(performance.now() - startedAt),
      cached: false,
    };
  }

  private async asked<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await question();
    } catch (cause) {
      throw Object.assign(
        new TaskerError('TSK_DATABASE_UNAVAILABLE', 'The database did not say how it stands.', { cause }),
        // For Nest's own exception filter.
        { statusCode: 503 },
      );
    }
  }
}

const round = (share: number): number => Math.round(1_000 * share) / 1_000;
