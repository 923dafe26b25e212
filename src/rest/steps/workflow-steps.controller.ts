import { TaskerError, type OperatorReceipt, type OperatorVerb } from '@tasker/core';
import type { BlastRadius } from '@tasker/postgres';
import type { Principal } from '../../access/access-policy';
import { Caller } from '../../access/principal-of';
import { ScopedTasks } from '../../api/scoped-tasks';
import { TaskInsights } from '../../insights/task-insights';
import type { StepDetail } from '../../tasks/task-views';
import { versionIn } from '../http/entity-tag';
import { Sent, type Input } from '../operation/input';
import { Operates } from '../operation/operation.decorator';
import { Resource } from '../operation/resource.decorator';
import { commandOf, VerbRoutes, type AppliesVerbs, type VerbInput } from '../verbs/verb-routes.decorator';
import { DESTROY_STEP, EDIT_STEP, LIST_STEPS, SHOW_BLAST_RADIUS, SHOW_STEP } from './step.operations';

/** The steps of a task, and what operators do to one of them. @internal */
@Resource('tasks/:taskId/workflow_steps', 'steps')
@VerbRoutes('step')
export class WorkflowStepsController implements AppliesVerbs {
  constructor(
    private readonly tasks: ScopedTasks,
    private readonly insights: TaskInsights,
  ) {}

  @Operates(LIST_STEPS)
  async list(
    @Sent() { params: { taskId = '' } }: Input,
    @Caller() caller: Principal,
  ): Promise<{ steps: readonly StepDetail[] }> {
    const { steps } = await this.tasks.get(caller, taskId);
    return { steps };
  }

  @Operates(SHOW_STEP)
  async show(@Sent() { params: { taskId = '', step = '' } }: Input, @Caller() caller: Principal): Promise<StepDetail> {
    const { steps } = await this.tasks.get(caller, taskId);
    const found = steps.find(({ name }) => name === step);
    if (found) return found;
    throw new TaskerError('TSK_STEP_NOT_FOUND', `Task ${taskId} has no step "${step}".`, {
      data: { taskId, steps: steps.map(({ name }) => name) },
    });
  }

  @Operates(SHOW_BLAST_RADIUS)
  async blastRadius(
    @Sent() { params: { taskId = '', step = '' } }: Input,
    @Caller() caller: Principal,
  ): Promise<BlastRadius> {
    await this.tasks.assert(caller, taskId);
    return this.insights.blastRadius(taskId, step);
  }

  @Operates(EDIT_STEP)
  edit(@Sent() input: VerbInput, @Caller() caller: Principal): Promise<OperatorReceipt> {
    return this.apply('edit_inputs', input, caller);
  }

  @Operates(DESTROY_STEP)
  destroy(
    @Sent() { params: { taskId = '', step = '' }, query, headers }: Input<{ reason?: string }>,
    @Caller() caller: Principal,
  ): Promise<OperatorReceipt> {
    const details = { reason: query.reason, ifVersion: versionIn(headers['If-Match']) };
    return this.tasks.act(caller, taskId, { verb: 'cancel_step', step }, details);
  }

  apply(verb: OperatorVerb, input: VerbInput, caller: Principal): Promise<OperatorReceipt> {
    const { taskId = '', step = '' } = input.params;
    const details = { reason: input.body.reason, ifVersion: versionIn(input.headers['If-Match']) };
    return this.tasks.act(caller, taskId, commandOf(verb, input, { step }), details);
  }
}
