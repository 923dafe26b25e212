import type { StepEventBase, TaskEventBase } from '../events/event-catalogue';
import type { TaskPlan } from '../template/task-plan';
import type { StepInHand } from './hand';

/** The task's part of an event. */
export function taskEvent(taskId: string, correlationId: string, plan: TaskPlan, at: number): TaskEventBase {
  const { namespace, name, version } = plan.definition;
  return { taskId, namespace, task: name, version, correlationId, at };
}

/** The step's part of an event about an attempt in hand. */
export function stepEvent(step: StepInHand, workerId: number, at: number): StepEventBase {
  return {
    ...taskEvent(step.task.id, step.task.correlationId, step.task.plan, at),
    step: step.plan.name,
    attempt: step.attempt,
    workerId,
  };
}
