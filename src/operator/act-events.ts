import { taskEvent, type EventBus, type OperatorAct, type OperatorCommand, type TaskPlan } from '@tasker/core';
import type { ActOutcome } from '@tasker/postgres';

type Acted = Extract<ActOutcome, { receipt: unknown }>;

/**
 * Publishes what an act that has committed changed. Moves that freed steps are `step.ready`; an act that brought its task
 * to an end also has that end's event.
 *
 * @internal
 */
export function publishAct(
  events: EventBus,
  plan: TaskPlan,
  { task, receipt }: Acted,
  command: OperatorCommand,
  act: OperatorAct,
): void {
  if (!receipt.changed) return;
  const by = { actor: act.actor, reason: act.reason ?? null };
  const base = taskEvent(task.taskId, task.correlationId, plan, receipt.at);
  if (command.verb === 'pause') events.publish('task.paused', { ...base, ...by });
  if (command.verb === 'resume') events.publish('task.resumed', { ...base, ...by });
  if (command.verb === 'set_priority' || command.verb === 'edit') {
    events.publish('task.edited', { ...base, ...by, priority: receipt.priority });
  }
  if (task.state !== receipt.state) {
    if (receipt.state === 'cancelled') events.publish('task.cancelled', { ...base, ...by });
    else if (receipt.state === 'resolved_manually') events.publish('task.resolved', { ...base, ...by });
    else if (receipt.state === 'complete') events.publish('task.completed', base);
    else if (receipt.state === 'error') events.publish('task.failed', base);
    else if (task.state === 'error' || task.state === 'complete') events.publish('task.reopened', { ...base, ...by });
  }
  const named = 'step' in command ? command.step : null;
  if (command.verb === 'edit_inputs' && named !== null) {
    events.publish('step.inputs_edited', { ...base, ...by, step: named, attempt: 0, workerId: null });
  }
  for (const { step, from, to } of receipt.steps) {
    const event = { ...base, step, attempt: 0, workerId: null };
    if (to === 'cancelled') events.publish('step.cancelled', { ...event, ...by });
    else if (to === 'skipped') events.publish('step.skipped', { ...event, ...by });
    else if (to === 'resolved_manually') events.publish('step.resolved', { ...event, ...by });
    else if (to === 'pending' || (from !== 'pending' && from !== 'in_progress')) {
      events.publish('step.reset', { ...event, ...by });
    }
    if (to === 'ready') events.publish('step.ready', event);
  }
}
