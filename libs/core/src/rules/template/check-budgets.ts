import type { Fault } from '../../errors/tasker-error';
import type { StepTemplateDefinition } from './definition';

/**
 * Times of a step of which one can never be reached, because another ends before it.
 *
 * @param path of the step, a dot at its end
 * @internal
 */
export function budgetFaults(step: StepTemplateDefinition, path: string): Fault[] {
  const { timeoutMs, heartbeatTimeoutMs, startTimeoutMs, totalTimeoutMs } = step;
  const limit = timeoutMs ?? undefined;
  return [
    ...notBelow(heartbeatTimeoutMs, limit, `${path}heartbeatTimeoutMs`, 'the time-out of an attempt'),
    ...notBelow(heartbeatTimeoutMs, totalTimeoutMs, `${path}heartbeatTimeoutMs`, 'the time for all attempts'),
    ...notBelow(startTimeoutMs, totalTimeoutMs, `${path}startTimeoutMs`, 'the time for all attempts'),
    ...notBelow(limit, totalTimeoutMs, `${path}timeoutMs`, 'the time for all attempts'),
  ];
}

/** Other types than numbers are faults of their own. */
function notBelow(own: unknown, other: unknown, path: string, what: string): Fault[] {
  if (typeof own !== 'number' || typeof other !== 'number' || own < other) return [];
  return [{ path, message: `must be less than ${what}, ${other} ms, which ends before it` }];
}
