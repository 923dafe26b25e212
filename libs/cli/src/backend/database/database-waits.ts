import { checkSignal, COMMAND_LIMITS, signalReceipt, type SignalReceipt, type SignalRequest } from '@tasker/core';
import { ApprovalStore, type Approval, type PostgresEngineStore, type TaskerDatabase } from '@tasker/postgres';
import type { ApprovalListQuery, ApprovalVerdict, DelegatedTo } from '../backend-views';

/** As the application has it by default: limits are its options, which nobody knows here. */
const KEPT_SIGNALS = 10_000;

/** Signals and approvals in the database; workers are told of what is woken. */
export class DatabaseWaits {
  private readonly inbox: ApprovalStore;

  constructor(
    database: TaskerDatabase,
    private readonly engine: PostgresEngineStore,
  ) {
    this.inbox = new ApprovalStore(database.session, COMMAND_LIMITS.resultBytes);
  }

  async signal(name: string, request: SignalRequest): Promise<SignalReceipt> {
    const signal = checkSignal(name, request, COMMAND_LIMITS.contextBytes);
    const { sent, woken } = await this.engine.sendSignals([signal], KEPT_SIGNALS);
    this.tell(woken);
    return signalReceipt(signal, sent[0] ?? { outcome: 'dropped', waits: 0 });
  }

  list({ assignee, state, taskId, limit }: ApprovalListQuery, actor: string): Promise<Approval[]> {
    return this.inbox.list({
      ...(state !== undefined && { state }),
      ...(taskId !== undefined && { taskId }),
      ...(limit !== undefined && { limit }),
      ...(assignee === 'me' ? { decidableBy: [`user:${actor}`] } : assignee !== undefined && { assignee }),
    });
  }

  async decide(id: string, { decision, answer, actor, roles }: ApprovalVerdict): Promise<Approval> {
    const { approval, woken } = await this.inbox.decide(id, { decision, answer, actor, claims: claims(actor, roles) });
    this.tell(woken);
    return approval;
  }

  delegate(id: string, { to, actor, roles }: DelegatedTo): Promise<Approval> {
    return this.inbox.delegate(id, { to, actor, claims: claims(actor, roles) });
  }

  private tell(count: number): void {
    if (count > 0) this.engine.announce({ count, priority: 0 });
  }
}

const claims = (actor: string, roles: readonly string[]): string[] => [
  `user:${actor}`,
  ...roles.map((role) => `role:${role}`),
];
