import type { DataMask } from '@tasker/core';
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
