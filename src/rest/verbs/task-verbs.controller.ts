import type { OperatorReceipt, OperatorVerb } from '@tasker/core';
import type { Principal } from '../../access/access-policy';
import { ScopedTasks } from '../../api/scoped-tasks';
import { versionIn } from '../http/entity-tag';
import { Resource } from '../operation/resource.decorator';
import { commandOf, VerbRoutes, type AppliesVerbs, type VerbInput } from './verb-routes.decorator';

/** What operators do to one task: a route per verb. @internal */
@Resource('tasks', 'verbs')
@VerbRoutes('task')
export class TaskVerbsController implements AppliesVerbs {
  constructor(private readonly tasks: ScopedTasks) {}

  apply(verb: OperatorVerb, input: VerbInput, caller: Principal): Promise<OperatorReceipt> {
    const { params, body, headers } = input;
    const details = { reason: body.reason, ifVersion: versionIn(headers['If-Match']) };
    return this.tasks.act(caller, params['id'] ?? '', commandOf(verb, input), details);
  }
}
