import {
  BOTTLENECKS,
  FAILURE_GROUPS,
  HEALTH_COUNTS,
  PERFORMANCE,
  ROLL_UP_HISTORY,
  SLOWEST_STEPS,
  SLOWEST_TASKS,
} from './analytics-statements';
import type {
  Bottleneck,
  FailureGroup,
  HealthCounts,
  Performance,
  PerformanceGroup,
  PerformanceQuery,
  RankedQuery,
  SlowStep,
  SlowTask,
} from './analytics-views';
import { bottleneckFindings } from './bottleneck-findings';
import { checkAnalyticsQuery } from './check-analytics-query';
import type { Session } from '../database/session';

/**
 * How all tasks stand, and how they went in a window of time. Queries that cannot be are refused with
 * TSK_REQUEST_INVALID.
 *
 * @public
 */
export class AnalyticsStore {
  constructor(private readonly session: Session) {}

  /** How everything stands now. */
  async healthCounts(): Promise<HealthCounts> {
    const [row] = await this.session.rows<HealthCounts>(HEALTH_COUNTS, []);
    if (!row) throw new TypeError('the health counts have no row');
    return row;
  }

  /** Counts and percentiles of what ended in the window, most attempts first. */
  async performance(query: PerformanceQuery): Promise<Performance> {
    const { since, until, groupBy, namespaces, name, version } = checkAnalyticsQuery(query, new Date());
    const values = [since, until, groupBy, namespaces, name, version];
    const rows = await this.session.rows<PerformanceGroup & { exact: boolean }>(PERFORMANCE, values);
    const groups = rows.map(({ exact: _exact, ...group }) =>
      groupBy === 'step' ? { ...group, taskDuration: null } : group,
    );
    return { since, until, exact: rows.every(({ exact }) => exact), groups };
  }

  /** Attempts that ended in the window, longest first. */
  slowestSteps(query: RankedQuery): Promise<SlowStep[]> {
    return this.ranked<SlowStep>(SLOWEST_STEPS, query);
  }

  /** Tasks that ended in the window, longest first. */
  slowestTasks(query: RankedQuery): Promise<SlowTask[]> {
    return this.ranked<SlowTask>(SLOWEST_TASKS, query);
  }

  /** Steps of templates by the time they ran in the window, most first, and what their figures say. */
  async bottlenecks(query: RankedQuery): Promise<Bottleneck[]> {
    const found = await this.ranked<Omit<Bottleneck, 'findings'>>(BOTTLENECKS, query);
    return found.map((row) => ({ ...row, findings: bottleneckFindings(row) }));
  }

  /** Failed attempts of the window, gathered by cause and step, most first. */
  failureGroups(query: RankedQuery): Promise<FailureGroup[]> {
    return this.ranked<FailureGroup>(FAILURE_GROUPS, query);
  }

  /**
   * Counts hours of history that are over, so that reports need not read them again. Safe to call from anywhere: one
   * caller works, others get 0.
   *
   * @param hours most to count in this call, each a transaction's work of some milliseconds to seconds
   * @returns how many were counted; fewer than asked means nothing is left
   */
  async rollUpHistory(hours: number): Promise<number> {
    const [row] = await this.session.rows<{ hours: number }>(ROLL_UP_HISTORY, [hours]);
    return row?.hours ?? 0;
  }

  private async ranked<T>(statement: string, query: RankedQuery): Promise<T[]> {
    const { since, until, limit, namespaces, name, version } = checkAnalyticsQuery(query, new Date());
    return this.session.rows<T>(statement, [since, until, limit, namespaces, name, version]);
  }
}
