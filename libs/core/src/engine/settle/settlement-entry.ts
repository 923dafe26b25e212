import type { SettlementReceipt } from '../../ports/settlement';
import type { NextStep } from '../../rules/settlement/settlement-batch';
import type { StepFailure } from '../../rules/settlement/step-failure';
import type { GraphDecision } from '../../rules/settlement/plan-graph-settlement';
import { decideSettlement, type DecidedSettlement } from '../../rules/settlement/decide-settlement';
import type { Outcome } from '../../rules/settlement/outcome';
import type { TaskPlan } from '../../rules/template/task-plan';
import { stepKey, type StepInHand } from '../claim/hand';

/** An attempt with what it came to, and what is told about it once that is settled. */
export interface SettlementEntry extends GraphDecision {
  readonly correlationId: string;
  /** Database time, epoch milliseconds. */
  readonly startedAt: number;
  /** When the task was requested, likewise. */
  readonly requestedAt: number;
}

/** The entry of a step in this worker's hands. It reads through to the step: there is one for every step that runs. */
export class EntryInHand implements SettlementEntry {
  readonly decided: DecidedSettlement;

  constructor(
    readonly step: StepInHand,
    readonly outcome: Outcome,
    readonly worker: number,
    random: () => number,
    /** Another outcome of the attempt, in whose place this one came; it may have been recorded all the same. */
    readonly instead?: EntryInHand,
  ) {
    this.decided = decideSettlement(step.plan.definition, step.attempt, outcome, random, step.granted);
  }

  get taskId(): string {
    return this.step.task.id;
  }

  get plan(): TaskPlan {
    return this.step.task.plan;
  }

  get priority(): number {
    return this.step.task.priority;
  }

  get correlationId(): string {
    return this.step.task.correlationId;
  }

  get position(): number {
    return this.step.plan.position;
  }

  get attempt(): number {
    return this.step.attempt;
  }

  get admitted(): boolean {
    return this.step.admitted;
  }

  get generation(): number {
    return this.step.generation;
  }

  get startedAt(): number {
    return this.step.startedAt;
  }

  get requestedAt(): number {
    return this.step.task.requestedAt;
  }
}

/** What is recorded of an outcome that the database cannot hold. */
export function storableInstead(outcome: Outcome, why: string): Outcome {
  const failure: StepFailure =
    outcome.kind === 'failed'
      ? { kind: outcome.failure.kind, name: 'UnstorableError', message: `The error could not be stored: ${why}` }
      : { kind: 'invalid_result', name: 'UnstorableResult', message: why, code: 'TSK_RESULT_INVALID' };
  return { kind: 'failed', failure, retryAfterMs: outcome.kind === 'failed' ? outcome.retryAfterMs : undefined };
}

/** Of dependents that a worker was to have: an operator's hand is on some, and the store has counted them for itself. */
export function withoutDeclined(next: readonly NextStep[], { declined }: SettlementReceipt): readonly NextStep[] {
  if (declined.length === 0) return next;
  const keys = new Set(declined.map(stepKey));
  return next.filter((step) => !keys.has(stepKey(step)));
}
