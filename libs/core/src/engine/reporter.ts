import type { EventBus } from '../events/event-bus';
import type { StepFailure } from '../rules/settlement/step-failure';
import type { SettlementReceipt } from '../ports/settlement';
import type { Outcome } from '../rules/settlement/outcome';
import {
  isGraphBatch,
  type GraphSettlementBatch,
  type NextStep,
  type SettlementBatch,
} from '../rules/settlement/settlement-batch';
import { planBatch } from '../rules/settlement/plan-batch';
import type { StepState } from '../rules/states/step-state';
import type { StepInHand } from './claim/hand';
import { attemptEvent, stepEvent, stepName, taskEvent, timedAttemptEvent } from './engine-events';
import type { EngineLog } from './engine-log';
import type { SettlementEntry } from './settle/settlement-entry';
import type { TaskEndings } from './task-endings';
import type { WorkerHost } from './worker-host';

/** Turns committed claims and settlements into events and log lines. Nothing here can affect either. */
export class Reporter {
  constructor(
    private readonly events: EventBus,
    private readonly log: EngineLog,
    private readonly host: WorkerHost,
    private readonly endings: TaskEndings,
  ) {}

  taken(steps: readonly StepInHand[]): void {
    if (!this.events.wants('step.execution_requested')) return;
    for (const step of steps) {
      if (step.leftOut) continue;
      this.events.publish('step.execution_requested', {
        ...stepEvent(step, this.host.workerId, step.startedAt),
        waitedMs: step.waitedMs,
      });
    }
  }

  /** Tasks have begun with these steps. A task may have begun with several; it began once, and the last one tells when. */
  started(steps: readonly StepInHand[]): void {
    if (!this.events.wants('task.start_requested')) return;
    for (const { task, startedAt } of new Map(steps.map((step) => [step.task, step])).values()) {
      this.events.publish('task.start_requested', taskEvent(task.id, task.correlationId, task.plan, startedAt));
    }
  }

  /** @param next dependents with one parent, without those that were declined */
  report(
    entries: readonly SettlementEntry[],
    batch: SettlementBatch,
    next: readonly NextStep[],
    receipt: SettlementReceipt,
  ): void {
    const tasks = new Map<string, SettlementEntry>();
    for (const entry of entries) {
      tasks.set(entry.taskId, entry);
      this.settled(entry, receipt.at);
    }
    if (isGraphBatch(batch)) this.skipped(batch, tasks, receipt.at);
    if (this.events.wants('step.ready')) {
      for (const { taskId, position } of [...next.filter(({ worker }) => worker === null), ...receipt.ready]) {
        const entry = tasks.get(taskId);
        if (entry) this.events.publish('step.ready', untakenEvent(entry, position, receipt.at));
      }
    }
    for (const { taskId, state } of receipt.ended) {
      const entry = tasks.get(taskId);
      if (entry) this.ended(entry, state === 'complete' ? 'task.completed' : 'task.failed', receipt.at);
    }
  }

  /** Steps that the graph alone left out. */
  private skipped({ skips }: GraphSettlementBatch, tasks: ReadonlyMap<string, SettlementEntry>, at: number): void {
    if (!this.events.wants('step.skipped')) return;
    for (const { taskId, position, reason } of skips) {
      const entry = tasks.get(taskId);
      if (entry) this.events.publish('step.skipped', { ...untakenEvent(entry, position, at), skipReason: reason });
    }
  }

  /** @param durationMs from sending the settlement to its answer */
  committed(outcomes: number, durationMs: number, at: number): void {
    if (!this.events.wants('engine.settled')) return;
    this.events.publish('engine.settled', { workerId: this.host.workerId, outcomes, durationMs, at });
  }

  /** One outcome was recorded. */
  private settled(entry: SettlementEntry, at: number): void {
    const { outcome, decided } = entry;
    if (outcome.kind === 'failed') return this.failed(entry, outcome.failure, at);
    const name = eventOf(decided.state, outcome.kind);
    if (!this.events.wants(name)) return;
    if (name === 'step.completed') this.events.publish(name, timedEvent(entry, at));
    else if (name === 'step.skipped')
      this.events.publish(name, { ...attemptEvent(entry, at), skipReason: reasonOf(outcome) });
    else this.events.publish(name, attemptEvent(entry, at));
  }

  /** A settlement whose answer never came has recorded it: with what the graph alone left out by it. */
  settledUnheard(entry: SettlementEntry, at: number): void {
    this.settled(entry, at);
    const batch = planBatch([entry], () => null);
    if (isGraphBatch(batch)) this.skipped(batch, new Map([[entry.taskId, entry]]), at);
  }

  private failed(entry: SettlementEntry, error: StepFailure, at: number): void {
    const { state, delayMs } = entry.decided;
    this.logFailure(entry, error, delayMs);
    if (!this.events.wants('step.failed') && !this.events.wants('step.retry_requested')) return;
    const [timed, final] = [timedEvent(entry, at), state === 'error'];
    this.events.publish('step.failed', { ...timed, error, final });
    if (!final) this.events.publish('step.retry_requested', { ...timed, error, delayMs: delayMs ?? 0 });
  }

  dropped(entry: SettlementEntry): void {
    this.log.warn('A late outcome was dropped: the step belongs to another attempt.', this.fields(entry));
    this.events.publish('step.outcome_dropped', attemptEvent(entry, entry.startedAt));
  }

  ended(entry: SettlementEntry, name: 'task.completed' | 'task.failed', at: number): void {
    const { taskId, plan, correlationId, requestedAt } = entry;
    if (name === 'task.failed') {
      const { namespace, name: task, version } = plan.definition;
      this.log.warn(`Task ${task} ${taskId} failed.`, { taskId, namespace, task, version, correlationId });
    }
    this.endings.tell(name, taskEvent(taskId, correlationId, plan, at), plan, requestedAt);
  }

  private logFailure(entry: SettlementEntry, error: StepFailure, delayMs: number | null): void {
    const fields = this.fields(entry);
    const then = delayMs === null ? 'it is final' : `next attempt in ${delayMs} ms`;
    this.log.warn(`Step ${fields.step} failed (${error.kind}): ${error.message}; ${then}.`, fields);
  }

  private fields({ taskId, plan, position, attempt, worker: workerId, correlationId }: SettlementEntry) {
    const step = stepName(plan, position);
    return { taskId, step, attempt, workerId, correlationId };
  }
}

const eventOf = (state: StepState, kind: Outcome['kind']) => {
  if (state === 'complete') return 'step.completed';
  if (state === 'skipped' || state === 'not_taken') return 'step.skipped';
  if (state === 'waiting') return 'step.waiting';
  // Its condition holds, and it waits in the queue for a worker that has its handler.
  return kind === 'granted' ? 'step.ready' : 'step.released';
};

const reasonOf = (outcome: Outcome) =>
  outcome.kind === 'not_taken'
    ? outcome.reason
    : outcome.kind === 'skipped'
      ? (outcome.reason ?? 'bypassed')
      : 'bypassed';

const timedEvent = (entry: SettlementEntry, at: number) =>
  timedAttemptEvent(entry, at, Math.max(0, at - entry.startedAt));

/** Of a step that no worker has. */
const untakenEvent = ({ taskId, correlationId, plan }: SettlementEntry, position: number, at: number) => ({
  ...taskEvent(taskId, correlationId, plan, at),
  step: stepName(plan, position),
  attempt: 0,
  workerId: null,
});
