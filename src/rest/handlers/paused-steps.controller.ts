import type { StepPause } from '@tasker/core';
import type { Principal } from '../../access/access-policy';
import { Caller } from '../../access/principal-of';
import { TaskOperator } from '../../operator/task-operator';
import { Operates } from '../operation/operation.decorator';
import { Resource } from '../operation/resource.decorator';
import { LIST_PAUSES } from './handler.operations';

/** Entries of the list. */
const LISTED = 1_000;

/** Steps that are paused everywhere. @internal */
@Resource('paused_steps', 'handlers')
export class PausedStepsController {
  constructor(private readonly operator: TaskOperator) {}

  @Operates(LIST_PAUSES)
  async list(@Caller() { namespaces }: Principal): Promise<{ pausedSteps: StepPause[]; truncated: boolean }> {
    const paused = await this.operator.pausedSteps(namespaces === '*' ? null : namespaces, LISTED + 1);
    return { pausedSteps: paused.slice(0, LISTED), truncated: paused.length > LISTED };
  }
}
