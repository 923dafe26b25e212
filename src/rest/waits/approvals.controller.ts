import type { Approval, ApprovalQuery } from '@tasker/postgres';
import type { Principal } from '../../access/access-policy';
import { Caller } from '../../access/principal-of';
import { ScopedWaits } from '../../api/scoped-waits';
import { Sent, type Input } from '../operation/input';
import { Operates } from '../operation/operation.decorator';
import { Resource } from '../operation/resource.decorator';
import { DECIDE_APPROVAL, DELEGATE_APPROVAL, LIST_APPROVALS, SHOW_APPROVAL } from './wait.operations';

type Listed = Pick<ApprovalQuery, 'state' | 'assignee' | 'taskId' | 'limit' | 'before'>;
interface Decision {
  readonly decision: 'approve' | 'reject';
  readonly answer?: unknown;
}

/** The inbox of decisions that steps wait for. @internal */
@Resource('approvals', 'approvals')
export class ApprovalsController {
  constructor(private readonly waits: ScopedWaits) {}

  @Operates(LIST_APPROVALS)
  async list(@Sent() { query }: Input<Listed>, @Caller() caller: Principal): Promise<{ approvals: Approval[] }> {
    return { approvals: await this.waits.approvals(caller, query) };
  }

  @Operates(SHOW_APPROVAL)
  show(@Sent() { params: { id = '' } }: Input, @Caller() caller: Principal): Promise<Approval> {
    return this.waits.approval(caller, id);
  }

  @Operates(DECIDE_APPROVAL)
  decide(
    @Sent() { params: { id = '' }, body }: Input<object, Decision>,
    @Caller() caller: Principal,
  ): Promise<Approval> {
    return this.waits.decide(caller, id, body);
  }

  @Operates(DELEGATE_APPROVAL)
  delegate(
    @Sent() { params: { id = '' }, body }: Input<object, { readonly to: readonly string[] }>,
    @Caller() caller: Principal,
  ): Promise<Approval> {
    return this.waits.delegate(caller, id, body.to);
  }
}
