import { Inject, Injectable } from '@nestjs/common';
import { Engine, EventBus } from '@tasker/core';
import {
  ApprovalStore,
  TaskerDatabase,
  type Approval,
  type ApprovalDecision,
  type ApprovalDelegation,
  type ApprovalQuery,
} from '@tasker/postgres';
import type { ResolvedTaskerOptions } from '../options/resolved-tasker-options';
import { TASKER_OPTIONS } from '../tasker.constants';

/**
 * Decisions that steps wait for: the inbox, and what people do with it. Whether somebody may decide at all is for the
 * caller to know; whether he is one of the assignees is checked here.
 *
 * @public
 */
@Injectable()
export class TaskApprovals {
  private readonly store: ApprovalStore;

  constructor(
    database: TaskerDatabase,
    @Inject(TASKER_OPTIONS) { limits }: ResolvedTaskerOptions,
    private readonly engine: Engine,
    private readonly events: EventBus,
  ) {
    this.store = new ApprovalStore(database.session, limits.contextBytes);
  }

  /**
   * Newest first.
   *
   * @throws {TaskerError} TSK_REQUEST_INVALID
   */
  list(query?: ApprovalQuery): Promise<Approval[]> {
    return this.store.list(query);
  }

  /** @throws {TaskerError} TSK_APPROVAL_NOT_FOUND */
  get(id: string): Promise<Approval> {
    return this.store.get(id);
  }

  /**
   * Decides. The first decision counts, and a deadline that has passed before it.
   *
   * @throws {TaskerError} TSK_APPROVAL_NOT_FOUND; TSK_APPROVAL_ENDED with the approval as it was decided in
   *   `data.approval`; TSK_APPROVAL_NOT_ASSIGNED; TSK_REQUEST_INVALID when the answer does not satisfy the form
   */
  async decide(id: string, decision: ApprovalDecision): Promise<Approval> {
    const { approval, woken } = await this.store.decide(id, decision);
    this.engine.queued(woken);
    const decided = decision.decision === 'approve' ? 'approved' : 'rejected';
    this.events.publish('approval.decided', { ...eventOf(approval), actor: decision.actor, decision: decided });
    return approval;
  }

  /**
   * Asks others instead; whoever may decide may do so.
   *
   * @throws {TaskerError} as `decide`
   */
  async delegate(id: string, delegation: ApprovalDelegation): Promise<Approval> {
    const approval = await this.store.delegate(id, delegation);
    const { actor, to } = delegation;
    this.events.publish('approval.delegated', { ...eventOf(approval), actor, assignees: to });
    return approval;
  }
}

const eventOf = ({ id, taskId, namespace, task, step, endedAt }: Approval) => ({
  ...{ approvalId: id, taskId, namespace, task, step },
  at: endedAt?.getTime() ?? Date.now(),
});
