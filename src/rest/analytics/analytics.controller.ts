import { TaskerError } from '@tasker/core';
import type {
  Bottleneck,
  FailureGroup,
  HealthCounts,
  Performance,
  PerformanceQuery,
  RankedQuery,
  SlowStep,
  SlowTask,
} from '@tasker/postgres';
import type { Principal } from '../../access/access-policy';
import { AccessScope } from '../../access/access-scope';
import { Caller } from '../../access/principal-of';
import { TaskInsights } from '../../insights/task-insights';
import { Sent, type Input } from '../operation/input';
import { Operates } from '../operation/operation.decorator';
import { Resource } from '../operation/resource.decorator';
import {
  SHOW_BOTTLENECKS,
  SHOW_FAILURE_GROUPS,
  SHOW_HEALTH_COUNTS,
  SHOW_PERFORMANCE,
  SHOW_SLOWEST_STEPS,
  SHOW_SLOWEST_TASKS,
} from './analytics.operations';

/** Reports over many tasks, of the caller's namespaces. @internal */
@Resource('analytics', 'analytics')
export class AnalyticsController {
  constructor(
    private readonly insights: TaskInsights,
    private readonly scope: AccessScope,
  ) {}

  @Operates(SHOW_PERFORMANCE)
  performance(@Sent() { query }: Input<PerformanceQuery>, @Caller() caller: Principal): Promise<Performance> {
    return this.insights.performance(this.scope.narrow(caller, query));
  }

  @Operates(SHOW_BOTTLENECKS)
  async bottlenecks(
    @Sent() { query }: Input<RankedQuery>,
    @Caller() caller: Principal,
  ): Promise<{ bottlenecks: Bottleneck[] }> {
    return { bottlenecks: await this.insights.bottlenecks(this.scope.narrow(caller, query)) };
  }

  @Operates(SHOW_FAILURE_GROUPS)
  async failureGroups(
    @Sent() { query }: Input<RankedQuery>,
    @Caller() caller: Principal,
  ): Promise<{ groups: FailureGroup[] }> {
    return { groups: await this.insights.failureGroups(this.scope.narrow(caller, query)) };
  }

  @Operates(SHOW_SLOWEST_STEPS)
  async slowestSteps(
    @Sent() { query }: Input<RankedQuery>,
    @Caller() caller: Principal,
  ): Promise<{ steps: SlowStep[] }> {
    return { steps: await this.insights.slowestSteps(this.scope.narrow(caller, query)) };
  }

  @Operates(SHOW_SLOWEST_TASKS)
  async slowestTasks(
    @Sent() { query }: Input<RankedQuery>,
    @Caller() caller: Principal,
  ): Promise<{ tasks: SlowTask[] }> {
    return { tasks: await this.insights.slowestTasks(this.scope.narrow(caller, query)) };
  }

  @Operates(SHOW_HEALTH_COUNTS)
  healthCounts(@Caller() caller: Principal): Promise<HealthCounts> {
    if (caller.namespaces === '*') return this.insights.healthCounts();
    throw new TaskerError(
      'TSK_FORBIDDEN',
      'The counts are of all namespaces, and the credentials are limited to some.',
    );
  }
}
