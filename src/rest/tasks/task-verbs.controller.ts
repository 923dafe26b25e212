import type { OperatorCommand, OperatorReceipt, RunningOption } from '@tasker/core';
import type { TaskAnnotation } from '@tasker/postgres';
import type { Principal } from '../../access/access-policy';
import { Caller } from '../../access/principal-of';
import { actOf, ScopedTasks, type ActDetails } from '../../api/scoped-tasks';
import { TaskOperator } from '../../operator/task-operator';
import { versionIn } from '../http/entity-tag';
import { Sent, type Input } from '../operation/input';
import { Operates } from '../operation/operation.decorator';
import { Resource } from '../operation/resource.decorator';
import {
  ANNOTATE,
  ANNOTATIONS,
  CANCEL,
  PAUSE,
  PRIORITISE,
  RERUN,
  RESOLVE,
  RESUME,
  RETRY,
} from './task-verb.operations';

type VerbInput<Fields = object> = Input<object, Fields & Pick<ActDetails, 'reason'>>;

/** What operators do to one task. @internal */
@Resource('tasks', 'verbs')
export class TaskVerbsController {
  constructor(
    private readonly tasks: ScopedTasks,
    private readonly operator: TaskOperator,
  ) {}

  @Operates(CANCEL)
  cancel(@Sent() input: VerbInput<RunningOption>, @Caller() caller: Principal): Promise<OperatorReceipt> {
    const { running } = input.body;
    return this.act(input, caller, { verb: 'cancel', ...(running && { running }) });
  }

  @Operates(RETRY)
  retry(@Sent() input: VerbInput, @Caller() caller: Principal): Promise<OperatorReceipt> {
    return this.act(input, caller, { verb: 'retry' });
  }

  @Operates(RESOLVE)
  resolve(@Sent() input: VerbInput, @Caller() caller: Principal): Promise<OperatorReceipt> {
    return this.act(input, caller, { verb: 'resolve' });
  }

  @Operates(PAUSE)
  pause(@Sent() input: VerbInput<RunningOption>, @Caller() caller: Principal): Promise<OperatorReceipt> {
    const { running } = input.body;
    return this.act(input, caller, { verb: 'pause', ...(running && { running }) });
  }

  @Operates(RESUME)
  resume(@Sent() input: VerbInput, @Caller() caller: Principal): Promise<OperatorReceipt> {
    return this.act(input, caller, { verb: 'resume' });
  }

  @Operates(RERUN)
  rerun(
    @Sent() input: VerbInput<{ step: string; inputs?: Record<string, unknown> }>,
    @Caller() caller: Principal,
  ): Promise<OperatorReceipt> {
    const { step, inputs } = input.body;
    return this.act(input, caller, { verb: 'rerun', step, ...(inputs && { inputs }) });
  }

  @Operates(PRIORITISE)
  prioritise(@Sent() input: VerbInput<{ priority: number }>, @Caller() caller: Principal): Promise<OperatorReceipt> {
    return this.act(input, caller, { verb: 'set_priority', priority: input.body.priority });
  }

  @Operates(ANNOTATIONS)
  async annotations(
    @Sent() { params: { id = '' } }: Input,
    @Caller() caller: Principal,
  ): Promise<{ annotations: TaskAnnotation[] }> {
    // Also tells a task without notes from one that does not exist.
    await this.tasks.get(caller, id);
    return { annotations: await this.operator.annotations(id) };
  }

  @Operates(ANNOTATE)
  async annotate(
    @Sent() { params: { id = '' }, body }: VerbInput<{ type: string; annotation: unknown }>,
    @Caller() caller: Principal,
  ): Promise<TaskAnnotation> {
    const { type, annotation, reason } = body;
    await this.tasks.assert(caller, id);
    return this.operator.annotate(id, { type, annotation }, actOf(caller, { reason }));
  }

  private act(
    { params: { id = '' }, body, headers }: VerbInput,
    caller: Principal,
    command: OperatorCommand,
  ): Promise<OperatorReceipt> {
    return this.tasks.act(caller, id, command, { reason: body.reason, ifVersion: versionIn(headers['If-Match']) });
  }
}
