import type { EventBus } from '../events/event-bus';
import type { StepFailure } from '../rules/settlement/step-failure';
import type { SettlementReceipt } from '../ports/settlement';
import type { EngineLog } from './engine-log';
import { stepEvent, taskEvent } from './engine-events';
import type { StepInHand, TaskInHand } from './hand';
import type { SettlementEntry } from './settlement-builder';

/** Turns committed settlements into events and log lines. Nothing here can affect a settlement. */
export class SettlementReporter {
  constructor(
    private readonly events: EventBus,
    private readonly log: EngineLog,
    private readonly workerId: () => number,
  ) {}

  report(
    entries: readonly SettlementEntry[],
    next: readonly { taskId: string; position: number; mine: boolean }[],
    receipt: SettlementReceipt,
  ): void {
    const tasks = new Map<string, TaskInHand>();
    for (const entry of entries) {
      tasks.set(entry.step.task.id, entry.step.task);
      this.settled(entry, receipt.at);
    }
    if (this.events.wants('step.ready')) {
      for (const { taskId, position } of [...next.filter((n) => !n.mine), ...receipt.ready]) {
        const task = tasks.get(taskId);
        if (task) this.events.publish('step.ready', readyEvent(task, position, receipt.at));
      }
    }
    for (const { taskId, state } of receipt.ended) {
      const task = tasks.get(taskId);
      if (task) this.ended(task, state === 'complete' ? 'task.completed' : 'task.failed', receipt.at);
    }
  }

  /** @param durationMs from sending the settlement to its answer */
  committed(outcomes: number, durationMs: number, at: number): void {
    if (!this.events.wants('engine.settled')) return;
    this.events.publish('engine.settled', { workerId: this.workerId(), outcomes, durationMs, at });
  }

  taken(steps: readonly StepInHand[]): void {
    if (!this.events.wants('step.execution_requested')) return;
    for (const step of steps) {
      this.events.publish('step.execution_requested', {
        ...stepEvent(step, this.workerId(), step.startedAt),
        waitedMs: step.waitedMs,
      });
    }
  }

  started(task: TaskInHand, at: number): void {
    if (!this.events.wants('task.start_requested')) return;
    this.events.publish('task.start_requested', taskEvent(task.id, task.correlationId, task.plan, at));
  }

  dropped(step: StepInHand): void {
    const at = step.startedAt;
    this.log.warn('A late outcome was dropped: the step belongs to another attempt.', this.fields(step));
    this.events.publish('step.outcome_dropped', stepEvent(step, this.workerId(), at));
  }

  /** A settlement that committed although its answer never came. */
  confirmed(entry: SettlementEntry, at: number): void {
    this.settled(entry, at);
  }

  ended(task: TaskInHand, name: 'task.completed' | 'task.failed', at: number): void {
    const { namespace, name: taskName, version } = task.plan.definition;
    const message = `Task ${taskName} ${task.id} ${name === 'task.completed' ? 'completed' : 'failed'}.`;
    const fields = { taskId: task.id, namespace, task: taskName, version, correlationId: task.correlationId };
    if (name === 'task.completed') this.log.info(message, fields);
    else this.log.warn(message, fields);
    if (this.events.wants(name)) this.events.publish(name, taskEvent(task.id, task.correlationId, task.plan, at));
  }

  private settled({ step, outcome, decided }: SettlementEntry, at: number): void {
    const error = outcome.kind === 'failed' ? outcome.failure : undefined;
    if (error) this.logFailure(step, error, decided.delayMs);
    const name = eventOf(decided.state, outcome.kind);
    if (!this.events.wants(name)) return;
    const base = stepEvent(step, this.workerId(), at);
    const timed = { ...base, durationMs: Math.max(0, at - step.startedAt) };
    if (name === 'step.completed') this.events.publish(name, timed);
    else if (name === 'step.failed' && error) this.events.publish(name, { ...timed, error });
    else if (name === 'step.retry_requested' && error) {
      this.events.publish(name, { ...timed, error, delayMs: decided.delayMs ?? 0 });
    } else if (name === 'step.skipped' || name === 'step.released') this.events.publish(name, base);
  }

  private logFailure(step: StepInHand, error: StepFailure, delayMs: number | null): void {
    const then = delayMs === null ? 'it is final' : `next attempt in ${delayMs} ms`;
    this.log.warn(`Step ${step.plan.name} failed (${error.kind}): ${error.message}; ${then}.`, this.fields(step));
  }

  private fields(step: StepInHand): Record<string, unknown> {
    return {
      taskId: step.task.id,
      step: step.plan.name,
      attempt: step.attempt,
      workerId: this.workerId(),
      correlationId: step.task.correlationId,
    };
  }
}

const eventOf = (state: string, kind: string) => {
  if (state === 'complete') return 'step.completed';
  if (state === 'error') return 'step.failed';
  if (state === 'skipped') return 'step.skipped';
  return kind === 'released' ? 'step.released' : 'step.retry_requested';
};

const readyEvent = (task: TaskInHand, position: number, at: number) => ({
  ...taskEvent(task.id, task.correlationId, task.plan, at),
  step: task.plan.steps[position]?.name ?? String(position),
  attempt: 0,
  workerId: null,
});
