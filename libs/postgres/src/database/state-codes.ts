import { STEP_STATES, TASK_STATES, type StepState, type TaskState } from '@tasker/core';

/** @throws {RangeError} for a code this version does not know */
export function stepState(code: number): StepState {
  const state = STEP_STATES[code];
  if (state === undefined) throw new RangeError(`unknown step state ${code}`);
  return state;
}

/** @throws {RangeError} for a code this version does not know */
export function taskState(code: number): TaskState {
  const state = TASK_STATES[code];
  if (state === undefined) throw new RangeError(`unknown task state ${code}`);
  return state;
}
