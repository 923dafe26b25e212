import type { ServerResponse } from 'node:http';
import { Inject } from '@nestjs/common';
import { isTaskFinished } from '@tasker/core';
import type {
  CriticalPath,
  DependencyLevel,
  ErrorChain,
  ExecutionContext,
  Parallelism,
  StepReadiness,
  TaskExplanation,
} from '@tasker/postgres';
import type { Principal } from '../../access/access-policy';
import { mayUse } from '../../access/check-access';
import { Caller } from '../../access/principal-of';
import { ScopedTasks } from '../../api/scoped-tasks';
import { TaskInsights } from '../../insights/task-insights';
import type { TaskDocument } from '../../api/task-documents';
import type { TaskDetail, TaskHistory } from '../../tasks/task-views';
import { hangUpOf } from '../http/hang-up';
import { RawResponse } from '../http/raw-response.decorator';
import { Sent, type Input } from '../operation/input';
import { Operates } from '../operation/operation.decorator';
import { Resource } from '../operation/resource.decorator';
import { REST_LIMITS, type RestLimits } from '../rest-options';
import {
  EXPLAIN,
  SHOW_CONTEXT,
  SHOW_CRITICAL_PATH,
  SHOW_DIAGRAM,
  SHOW_ERROR_CHAINS,
  SHOW_HISTORY,
  SHOW_LEVELS,
  SHOW_PARALLELISM,
  SHOW_READINESS,
  WAIT,
} from './task-view.operations';

const DEFAULT_WAIT_MS = 30_000;

/** Ways to look at one task. @internal */
@Resource('tasks', 'views')
export class TaskViewsController {
  constructor(
    private readonly tasks: ScopedTasks,
    private readonly insights: TaskInsights,
    @Inject(REST_LIMITS) private readonly limits: RestLimits,
  ) {}

  @Operates(EXPLAIN)
  async explain(@Sent() input: Input, @Caller() caller: Principal): Promise<TaskExplanation> {
    return this.tasks.explain(caller, idOf(input));
  }

  @Operates(SHOW_READINESS)
  async readiness(@Sent() input: Input, @Caller() caller: Principal): Promise<{ steps: StepReadiness[] }> {
    return { steps: await this.tasks.readiness(caller, idOf(input)) };
  }

  @Operates(SHOW_CONTEXT)
  async context(@Sent() input: Input, @Caller() caller: Principal): Promise<ExecutionContext> {
    return this.insights.executionContext(await this.ownId(input, caller));
  }

  @Operates(SHOW_DIAGRAM)
  async diagram(@Sent() input: Input, @Caller() caller: Principal): Promise<{ format: 'mermaid'; diagram: string }> {
    return { format: 'mermaid', diagram: await this.insights.taskDiagram(await this.ownId(input, caller)) };
  }

  @Operates(SHOW_HISTORY)
  async history(@Sent() input: Input, @Caller() caller: Principal): Promise<TaskHistory> {
    return this.tasks.history(caller, idOf(input));
  }

  @Operates(SHOW_CRITICAL_PATH)
  async criticalPath(@Sent() input: Input, @Caller() caller: Principal): Promise<CriticalPath> {
    return this.insights.criticalPath(await this.ownId(input, caller));
  }

  @Operates(SHOW_ERROR_CHAINS)
  async errorChains(@Sent() input: Input, @Caller() caller: Principal): Promise<{ chains: ErrorChain[] }> {
    return { chains: await this.tasks.errorChains(caller, idOf(input)) };
  }

  @Operates(SHOW_LEVELS)
  async levels(@Sent() input: Input, @Caller() caller: Principal): Promise<{ levels: DependencyLevel[] }> {
    return { levels: await this.insights.levels(await this.ownId(input, caller)) };
  }

  @Operates(SHOW_PARALLELISM)
  async parallelism(@Sent() input: Input, @Caller() caller: Principal): Promise<Parallelism> {
    return this.insights.parallelism(await this.ownId(input, caller));
  }

  @Operates(WAIT)
  async wait(
    @Sent() input: Input<{ timeoutMs?: number }>,
    @Caller() caller: Principal,
    @RawResponse() response: ServerResponse,
  ): Promise<{ finished: boolean; task: TaskDocument }> {
    const { timeoutMs = DEFAULT_WAIT_MS } = input.query;
    const limits = { timeoutMs: Math.min(timeoutMs, this.limits.waitMs), signal: hangUpOf(response) };
    const task = await this.tasks.wait(caller, idOf(input), limits);
    return { finished: isTaskFinished(task.state), task: shown(caller, task) };
  }

  /** For views that are the same for everybody who may see the task. */
  private async ownId(input: Input<unknown>, caller: Principal): Promise<string> {
    const id = idOf(input);
    await this.tasks.assert(caller, id);
    return id;
  }
}

const idOf = ({ params: { id = '' } }: Input<unknown>): string => id;

/** The steps are for who may list them. */
function shown(caller: Principal, { steps, ...task }: TaskDetail): TaskDocument {
  return mayUse(caller, 'tasker.workflow_step:index') ? { ...task, steps } : task;
}
