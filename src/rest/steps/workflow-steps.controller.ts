import { TaskerError, type OperatorCommand, type OperatorReceipt } from '@tasker/core';
import type { BlastRadius } from '@tasker/postgres';
import type { Principal } from '../../access/access-policy';
import { Caller } from '../../access/principal-of';
import { ScopedTasks, type ActDetails } from '../../api/scoped-tasks';
import { TaskInsights } from '../../insights/task-insights';
import type { StepDetail } from '../../tasks/task-views';
import { versionIn } from '../http/entity-tag';
import { Sent, type Input } from '../operation/input';
import { Operates } from '../operation/operation.decorator';
import { Resource } from '../operation/resource.decorator';
import {
  CANCEL_STEP,
  DESTROY_STEP,
  EDIT_STEP,
  LIST_STEPS,
  RERUN_STEP,
  RESOLVE_STEP,
  RETRY_STEP,
  SHOW_BLAST_RADIUS,
  SHOW_STEP,
  SKIP_STEP,
} from './step.operations';

type StepInput<Fields = object> = Input<object, Fields & Pick<ActDetails, 'reason'>>;

/** The steps of a task, and what operators do to one of them. @internal */
@Resource('tasks/:taskId/workflow_steps', 'steps')
export class WorkflowStepsController {
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
  edit(
    @Sent() input: StepInput<{ inputs: Record<string, unknown> | null }>,
    @Caller() caller: Principal,
  ): Promise<OperatorReceipt> {
    return this.act(input, caller, { verb: 'edit_inputs', inputs: input.body.inputs });
  }

  @Operates(DESTROY_STEP)
  destroy(
    @Sent() { params: { taskId = '', step = '' }, query, headers }: Input<{ reason?: string }>,
    @Caller() caller: Principal,
  ): Promise<OperatorReceipt> {
    const how = { reason: query.reason, ifVersion: versionIn(headers['If-Match']) };
    return this.tasks.act(caller, taskId, { verb: 'cancel_step', step }, how);
  }

  @Operates(RETRY_STEP)
  retry(@Sent() input: StepInput, @Caller() caller: Principal): Promise<OperatorReceipt> {
    return this.act(input, caller, { verb: 'retry_step' });
  }

  @Operates(CANCEL_STEP)
  cancel(@Sent() input: StepInput, @Caller() caller: Principal): Promise<OperatorReceipt> {
    return this.act(input, caller, { verb: 'cancel_step' });
  }

  @Operates(SKIP_STEP)
  skip(@Sent() input: StepInput<{ force?: boolean }>, @Caller() caller: Principal): Promise<OperatorReceipt> {
    const { force } = input.body;
    return this.act(input, caller, { verb: 'skip_step', ...(force !== undefined && { force }) });
  }

  @Operates(RESOLVE_STEP)
  resolve(@Sent() input: StepInput<{ result?: unknown }>, @Caller() caller: Principal): Promise<OperatorReceipt> {
    const { result = null } = input.body;
    return this.act(input, caller, { verb: 'resolve_step', result });
  }

  @Operates(RERUN_STEP)
  rerun(
    @Sent() input: StepInput<{ inputs?: Record<string, unknown> }>,
    @Caller() caller: Principal,
  ): Promise<OperatorReceipt> {
    const { inputs } = input.body;
    return this.act(input, caller, { verb: 'rerun', ...(inputs && { inputs }) });
  }

  private act(
    { params: { taskId = '', step = '' }, body, headers }: StepInput,
    caller: Principal,
    command: Unplaced<OperatorCommand>,
  ): Promise<OperatorReceipt> {
    const placed = { ...command, step } as OperatorCommand;
    return this.tasks.act(caller, taskId, placed, { reason: body.reason, ifVersion: versionIn(headers['If-Match']) });
  }
}

/** A verb over a step that does not say yet which. */
type Unplaced<C> = C extends { readonly step: string } ? Omit<C, 'step'> : never;
