import { checkApprovalAnswer, checkAssignees, isTaskId, TaskerError, type Fault } from '@tasker/core';
import type { Session } from '../database/session';
import type { Approval, ApprovalDecision, ApprovalDelegation, ApprovalQuery } from './approval';
import { DECIDE_APPROVAL, DELEGATE_APPROVAL, FIND_APPROVAL, LIST_APPROVALS } from './approval-statements';

type Outcome = 'decided' | 'none' | 'ended' | 'not_assigned' | 'initiator';

const MAX_LISTED = 500;
const DEFAULT_LISTED = 100;

/** An approval somebody has just decided. @public */
export interface DecidedApproval {
  readonly approval: Approval;
  /** Steps that were queued. */
  readonly woken: number;
}

/** Decisions that people are asked for: the inbox, and what they do with it. @public */
export class ApprovalStore {
  /** @param answerBytes how large an answer may be */
  constructor(
    private readonly session: Session,
    private readonly answerBytes: number,
  ) {}

  /** @throws {TaskerError} TSK_APPROVAL_NOT_FOUND */
  async get(id: string): Promise<Approval> {
    const [row] = isTaskId(id) ? await this.session.rows<Approval>(FIND_APPROVAL, [id]) : [];
    if (row) return row;
    throw new TaskerError('TSK_APPROVAL_NOT_FOUND', `There is no approval ${id}.`, { data: { id } });
  }

  /**
   * Newest first.
   *
   * @throws {TaskerError} TSK_REQUEST_INVALID
   */
  async list(query: ApprovalQuery = {}): Promise<Approval[]> {
    checkQuery(query);
    const { limit = DEFAULT_LISTED, before = null, taskId = null, state = null, namespaces = '*' } = query;
    const { decidableBy = null, assignee = null } = query;
    return this.session.rows<Approval>(LIST_APPROVALS, [
      ...[limit, before, state, taskId, namespaces === '*' ? null : namespaces],
      ...[decidableBy, assignee, userOf(decidableBy)],
    ]);
  }

  /**
   * Decides. The first decision counts, and a deadline that has passed before it.
   *
   * @throws {TaskerError} TSK_APPROVAL_NOT_FOUND; TSK_APPROVAL_ENDED with the approval as it was decided in
   *   `data.approval`; TSK_APPROVAL_NOT_ASSIGNED; TSK_REQUEST_INVALID when the answer does not satisfy the form
   */
  async decide(id: string, decision: ApprovalDecision): Promise<DecidedApproval> {
    const { actor, claims = [`user:${actor}`] } = decision;
    const before = await this.get(id);
    const answer = checkApprovalAnswer(before.form, decision.decision, decision.answer, this.answerBytes);
    const values = [id, decision.decision === 'approve', actor, claims, answer];
    const [row] = await this.session.rows<{ outcome: Outcome; woken: number }>(DECIDE_APPROVAL, values);
    const approval = await this.get(id);
    refuse(row?.outcome ?? 'none', approval);
    return { approval, woken: row?.woken ?? 0 };
  }

  /**
   * Asks others instead; whoever may decide may do so.
   *
   * @throws {TaskerError} as `decide`
   */
  async delegate(id: string, { to, actor, claims = [`user:${actor}`] }: ApprovalDelegation): Promise<Approval> {
    checkAssignees(to);
    await this.get(id);
    const [row] = await this.session.rows<{ outcome: Outcome }>(DELEGATE_APPROVAL, [id, claims, to]);
    const approval = await this.get(id);
    refuse(row?.outcome ?? 'none', approval);
    return approval;
  }
}

function refuse(outcome: Outcome, approval: Approval): void {
  const { id, state, actor } = approval;
  if (outcome === 'ended') {
    const by = actor === null ? '' : ` by ${actor}`;
    throw new TaskerError('TSK_APPROVAL_ENDED', `The approval ${id} is ${state}${by}.`, { data: { approval } });
  }
  if (outcome === 'not_assigned' || outcome === 'initiator') {
    const why = outcome === 'initiator' ? 'whoever asked for the task may not decide' : 'it is assigned to others';
    throw new TaskerError('TSK_APPROVAL_NOT_ASSIGNED', `The approval ${id} is not yours to decide: ${why}.`);
  }
}

function checkQuery({ limit = DEFAULT_LISTED, before, taskId }: ApprovalQuery): void {
  const details: Fault[] = [];
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LISTED)
    details.push({ path: 'limit', message: `must be an integer from 1 to ${MAX_LISTED}` });
  for (const [path, value] of Object.entries({ before, taskId })) {
    if (value !== undefined && !isTaskId(value)) details.push({ path, message: 'must be an id' });
  }
  if (details.length > 0) throw new TaskerError('TSK_REQUEST_INVALID', 'The query is invalid.', { details });
}

const userOf = (claims: readonly string[] | null): string | null =>
  claims?.find((claim) => claim.startsWith('user:'))?.slice('user:'.length) ?? null;
