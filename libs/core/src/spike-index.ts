export * from './ports/settlement'; export * from './step/step-state'; export * from './task/task-state'; export * from './errors/tasker-error';
export { compilePlan } from './template/compile-plan'; export { templateDigest } from './template/digest';
