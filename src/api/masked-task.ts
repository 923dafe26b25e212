import { TaskerError, type DataMask, type TaskFilter } from '@tasker/core';
import type { StepDetail, TaskDetail } from '../tasks/task-views';

/** The task as callers of a transport may see it: without what the application masks. @internal */
export const maskedTask = (mask: DataMask, task: TaskDetail): TaskDetail => ({
  ...task,
  context: mask.of(task.context),
  steps: task.steps.map((step) => maskedStep(mask, step)),
});

const maskedStep = (mask: DataMask, step: StepDetail): StepDetail => ({
  ...step,
  result: mask.of(step.result),
  inputs: mask.of(step.inputs),
});

/**
 * What is masked is not to be found out by asking for it, one guess after the other.
 *
 * @throws {TaskerError} TSK_REQUEST_INVALID
 * @internal
 */
export function assertNotMasked(mask: DataMask, { context }: Pick<TaskFilter, 'context'>): void {
  if (JSON.stringify(mask.of(context)) === JSON.stringify(context)) return;
  throw new TaskerError('TSK_REQUEST_INVALID', 'The filter is invalid.', {
    details: [{ path: 'context', message: 'must not ask for what the application masks' }],
  });
}
