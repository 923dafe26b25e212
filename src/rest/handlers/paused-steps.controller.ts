import type { StepPause } from '@tasker/core';
import type { Principal } from '../../access/access-policy';
import { mayUseNamespace } from '../../access/namespaces';
import { Caller } from '../../access/principal-of';
import { TaskOperator } from '../../operator/task-operator';
import { Operates } from '../operation/operation.decorator';
import { Resource } from '../operation/resource.decorator';
import { LIST_PAUSES } from './handler.operations';

/** Steps that are paused everywhere. @internal */
@Resource('paused_steps', 'handlers')
export class PausedStepsController {
  constructor(private readonly operator: TaskOperator) {}

  @Operates(LIST_PAUSES)
  async list(@Caller() caller: Principal): Promise<{ pausedSteps: StepPause[] }> {
    const paused = await this.operator.pausedSteps();
    return { pausedSteps: paused.filter(({ namespace }) => mayUseNamespace(caller, namespace)) };
  }
}
