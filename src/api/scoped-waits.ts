import { Injectable } from '@nestjs/common';
import { TaskerError, type SignalReceipt, type SignalRequest } from '@tasker/core';
import type { Approval, ApprovalDecision, ApprovalQuery } from '@tasker/postgres';
import type { Principal } from '../access/access-policy';
import { AccessScope } from '../access/access-scope';
import { mayUseNamespace } from '../access/namespaces';
import { TaskerService } from '../tasker.service';
import { TaskApprovals } from '../waits/task-approvals';
import { actOf } from './scoped-tasks';

/** Signals and approvals as one caller may send, see and decide them. @internal */
@Injectable()
export class ScopedWaits {
  constructor(
    private readonly tasker: TaskerService,
    private readonly inbox: TaskApprovals,
    private readonly scope: AccessScope,
  ) {}

  /** @throws {TaskerError} TSK_FORBIDDEN for another namespace; what `TaskerService.signal` throws */
  async signal(caller: Principal, name: string, request: SignalRequest): Promise<SignalReceipt> {
    if (request.taskId === undefined) this.scope.assertNamespace(caller, request.namespace);
    else await this.scope.assertTask(caller, request.taskId);
    return this.tasker.signal(name, request);
  }

  /** @param query `assignee: 'me'` is what the caller may decide */
  async approvals(caller: Principal, { assignee, ...query }: ApprovalQuery): Promise<Approval[]> {
    return this.inbox.list({
      ...query,
      namespaces: caller.namespaces,
      ...(assignee === 'me' ? { decidableBy: claimsOf(caller) } : assignee !== undefined && { assignee }),
    });
  }

  /** @throws {TaskerError} TSK_APPROVAL_NOT_FOUND, also for one of another namespace */
  async approval(caller: Principal, id: string): Promise<Approval> {
    const approval = await this.inbox.get(id);
    if (mayUseNamespace(caller, approval.namespace)) return approval;
    throw new TaskerError('TSK_APPROVAL_NOT_FOUND', `There is no approval ${id}.`);
  }

  /** Decides in the caller's name; see `TaskApprovals.decide` for what it throws. */
  async decide(
    caller: Principal,
    id: string,
    { decision, answer }: Pick<ApprovalDecision, 'decision' | 'answer'>,
  ): Promise<Approval> {
    await this.approval(caller, id);
    return this.inbox.decide(id, { decision, answer, actor: actOf(caller, {}).actor, claims: claimsOf(caller) });
  }

  /** Asks others in the caller's name; see `TaskApprovals.delegate` for what it throws. */
  async delegate(caller: Principal, id: string, to: readonly string[]): Promise<Approval> {
    await this.approval(caller, id);
    return this.inbox.delegate(id, { to, actor: actOf(caller, {}).actor, claims: claimsOf(caller) });
  }
}

/** Who the caller is, as assignees are written. */
const claimsOf = ({ id, roles = [] }: Principal): string[] => [`user:${id}`, ...roles.map((role) => `role:${role}`)];
