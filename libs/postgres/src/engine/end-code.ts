import { ATTEMPT_ENDS, STEP_STATE_CODES, type StepState } from '@tasker/core';

/** Codes of the states in which an attempt may end; the fence sees to the state it starts from. */
const CODES = new Map<StepState, number>(ATTEMPT_ENDS.map((state) => [state, STEP_STATE_CODES[state]]));

/** @throws {RangeError} for a state in which no attempt may end */
export function endCode(state: StepState): number {
  const code = CODES.get(state);
  if (code === undefined) throw new RangeError(`no attempt may end in the state ${state}`);
  return code;
}
