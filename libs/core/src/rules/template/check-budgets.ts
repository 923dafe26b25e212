import type { Fault } from '../../errors/tasker-error';
import type { StepTemplateDefinition } from './definition';

/**
 * What a step that writes in a transaction of Tasker's cannot do: a transaction does not wait for days.
 *
 * @param path of the step, a dot at its end
 * @internal
 */
export const transactionFaults = ({ transactional, suspends }: StepTemplateDefinition, path: string): Fault[] =>
  transactional === true && suspends === true
    ? [{ path: `${path}transactional`, message: 'a step that suspends cannot be transactional' }]
    : [];

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
