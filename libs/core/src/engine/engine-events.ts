import type { StepEventBase, TaskEventBase } from '../events/event-catalogue';
import type { TaskPlan } from '../rules/template/task-plan';
import type { StepInHand } from './claim/hand';
import type { SettlementEntry } from './settle/settlement-entry';
import { stepAt } from '../rules/template/plan-graph';

/** The task's part of an event. @public */
export function taskEvent(taskId: string, correlationId: string, plan: TaskPlan, at: number): TaskEventBase {
  const { namespace, name, version } = plan.definition;
  return { taskId, namespace, task: name, version, correlationId, at };
}

/** The step's part of an event about an attempt in hand. Written out, not spread: it is made several times per step. */
export function stepEvent({ task, plan, attempt }: StepInHand, workerId: number, at: number): StepEventBase {
  const { namespace, name, version } = task.plan.definition;
  const { id: taskId, correlationId } = task;
  return { taskId, namespace, task: name, version, correlationId, at, step: plan.name, attempt, workerId };
}

/** The same for an attempt with its outcome, in whosever hands it was. */
export function attemptEvent(entry: SettlementEntry, at: number): StepEventBase {
  const { taskId, plan, position, attempt, worker: workerId, correlationId } = entry;
  const { namespace, name, version } = plan.definition;
  const step = stepName(plan, position);
  return { taskId, namespace, task: name, version, correlationId, at, step, attempt, workerId };
}

/** The same with how long the attempt took. */
export function timedAttemptEvent(entry: SettlementEntry, at: number, durationMs: number) {
  const { taskId, plan, position, attempt, worker: workerId, correlationId } = entry;
  const { namespace, name, version } = plan.definition;
  const step = stepName(plan, position);
  return { taskId, namespace, task: name, version, correlationId, at, step, attempt, workerId, durationMs };
}

/** The name of a step; of a position that its plan does not know, the number. */
export const stepName = (plan: TaskPlan, position: number): string => stepAt(plan, position)?.name ?? String(position);
