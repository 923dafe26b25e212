import type { StepPauseReceipt } from '@tasker/postgres';
import type { Principal } from '../../access/access-policy';
import { AccessScope } from '../../access/access-scope';
import { mayUseNamespace } from '../../access/namespaces';
import { Caller } from '../../access/principal-of';
import { HandlerDocuments } from '../../api/handler-documents';
import { actOf } from '../../api/scoped-tasks';
import { TaskOperator } from '../../operator/task-operator';
import { Sent, type Input } from '../operation/input';
import { Operates } from '../operation/operation.decorator';
import { Resource } from '../operation/resource.decorator';
import {
  LIST_NAMESPACES,
  PAUSE_EVERYWHERE,
  RESUME_EVERYWHERE,
  SHOW_HANDLER,
  SHOW_NAMESPACE,
  UNPAUSE_EVERYWHERE,
} from './handler.operations';

interface PauseFields {
  readonly version?: string;
  readonly reason?: string;
}

/** Templates and the handlers of their steps. @internal */
@Resource('handlers', 'handlers')
export class HandlersController {
  constructor(
    private readonly documents: HandlerDocuments,
    private readonly operator: TaskOperator,
    private readonly scope: AccessScope,
  ) {}

  @Operates(LIST_NAMESPACES)
  list(@Caller() caller: Principal): object {
    const namespaces = this.documents.namespaces().filter(({ name }) => mayUseNamespace(caller, name));
    return { namespaces, totalNamespaces: namespaces.length };
  }

  @Operates(SHOW_NAMESPACE)
  namespace(@Sent() { params: { namespace = '' } }: Input, @Caller() caller: Principal): object {
    this.scope.assertNamespace(caller, namespace);
    return this.documents.namespace(namespace);
  }

  @Operates(SHOW_HANDLER)
  show(
    @Sent() { params: { namespace = '', name = '' }, query }: Input<{ version?: string }>,
    @Caller() caller: Principal,
  ): Promise<object> {
    this.scope.assertNamespace(caller, namespace);
    return this.documents.handler(namespace, name, query.version);
  }

  @Operates(PAUSE_EVERYWHERE)
  pause(@Sent() { params, body }: Input<object, PauseFields>, @Caller() caller: Principal): Promise<StepPauseReceipt> {
    return this.operator.pauseStep(this.target(params, caller, body.version), actOf(caller, body));
  }

  @Operates(RESUME_EVERYWHERE)
  resume(@Sent() { params, body }: Input<object, PauseFields>, @Caller() caller: Principal): Promise<StepPauseReceipt> {
    return this.operator.resumeStep(this.target(params, caller, body.version), actOf(caller, body));
  }

  @Operates(UNPAUSE_EVERYWHERE)
  unpause(@Sent() { params, query }: Input<PauseFields>, @Caller() caller: Principal): Promise<StepPauseReceipt> {
    return this.operator.resumeStep(this.target(params, caller, query.version), actOf(caller, query));
  }

  private target({ namespace = '', name = '', step = '' }: Input['params'], caller: Principal, version?: string) {
    this.scope.assertNamespace(caller, namespace);
    return { namespace, name, step, ...(version !== undefined && { version }) };
  }
}
