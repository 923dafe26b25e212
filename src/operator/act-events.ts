import {
  taskEvent,
  type EventBus,
  type OperatorAct,
  type OperatorCommand,
  type OperatorStepChange,
  type TaskEndings,
  type TaskEventBase,
  type TaskerEvents,
  type TaskPlan,
} from '@tasker/core';
import type { ActOutcome } from '@tasker/postgres';

type Acted = Extract<ActOutcome, { receipt: unknown }>;
type By = Pick<TaskerEvents['task.paused'], 'actor' | 'reason'>;

/**
 * Publishes what an act that has committed changed: the verb's own event, the task's new state, and every step that moved.
 * Steps it freed are `step.ready`; an act that brought its task to an end also has that end's event.
 *
 * @internal
 */
export function publishAct(
  events: EventBus,
  endings: TaskEndings,
  plan: TaskPlan,
  acted: Acted,
  command: OperatorCommand,
  act: OperatorAct,
): void {
  const { task, receipt } = acted;
  if (!receipt.changed) return;
  const base = taskEvent(task.taskId, task.correlationId, plan, receipt.at);
  const by = { actor: act.actor, reason: act.reason ?? null };
  publishVerb(events, base, by, command, receipt.priority);
  if (task.state !== receipt.state) publishState(events, endings, base, by, plan, acted);
  for (const change of receipt.steps) publishStep(events, base, by, change);
}

function publishVerb(events: EventBus, base: TaskEventBase, by: By, command: OperatorCommand, priority: number): void {
  switch (command.verb) {
    case 'pause':
      return events.publish('task.paused', { ...base, ...by });
    case 'resume':
      return events.publish('task.resumed', { ...base, ...by });
    case 'set_priority':
    case 'edit':
      return events.publish('task.edited', { ...base, ...by, priority });
    case 'edit_inputs':
      return events.publish('step.inputs_edited', { ...base, ...by, step: command.step, attempt: 0, workerId: null });
    case 'set_attempts':
      return events.publish('step.attempts_edited', {
        ...{ ...base, ...by, step: command.step, attempt: 0, workerId: null },
        attempts: command.attempts,
      });
    default:
      // What the others do is told by the states it leads to.
      return undefined;
  }
}

function publishState(
  events: EventBus,
  endings: TaskEndings,
  base: TaskEventBase,
  by: By,
  plan: TaskPlan,
  { task, receipt }: Acted,
): void {
  switch (receipt.state) {
    case 'cancelled':
      return events.publish('task.cancelled', { ...base, ...by });
    case 'resolved_manually':
      return events.publish('task.resolved', { ...base, ...by });
    case 'complete':
      return endings.tell('task.completed', base, plan);
    case 'error':
      return endings.tell('task.failed', base, plan);
    default:
      // A task may start by an act, too; only one that had ended is reopened.
      if (task.state === 'error' || task.state === 'complete') events.publish('task.reopened', { ...base, ...by });
  }
}

function publishStep(
  events: EventBus,
  base: TaskEventBase,
  by: By,
  { step, from, to, skipReason = 'operator' }: OperatorStepChange,
): void {
  const event = { ...base, step, attempt: 0, workerId: null };
  switch (to) {
    case 'cancelled':
      return events.publish('step.cancelled', { ...event, ...by });
    case 'skipped':
      // What follows from his choice moved by itself.
      return events.publish('step.skipped', { ...event, ...(skipReason === 'operator' && by), skipReason });
    case 'resolved_manually':
      return events.publish('step.resolved', { ...event, ...by });
    case 'pending':
      return events.publish('step.reset', { ...event, ...by });
    case 'ready':
      // Freed by the act, or given back by its worker: that is no new beginning.
      if (from !== 'pending' && from !== 'in_progress') events.publish('step.reset', { ...event, ...by });
      return events.publish('step.ready', event);
    default:
      return undefined;
  }
}
