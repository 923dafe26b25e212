import type { SuspendOptions } from '../../handler/step-suspension';
import type { Outcome } from '../../rules/settlement/outcome';
import { fetchWait, saveCheckpoint, type AttemptCaller, type CallingAttempt } from './attempt-calls';
import { suspensionWait } from './suspension-wait';

/** Tells the context what has woken the step. False: what brought it here was of an earlier time, and it waits on. */
export async function isWoken(caller: AttemptCaller, attempt: CallingAttempt): Promise<boolean> {
  const wait = attempt.step.attempt === 1 ? null : await fetchWait(caller, attempt);
  if (wait === null) return true;
  if (wait.wokenBy === null) return false;
  const by = wait.wokenBy === 'time' ? 'time' : 'signal';
  attempt.context.woken = { by, signal: by === 'time' ? null : (wait.signals[0]?.taken[0] ?? null) };
  return true;
}

/**
 * What a handler came to that suspends its step. The checkpoint first: should this process end in between, the handler is
 * called again with it.
 *
 * @param limit most times that one step may be suspended
 * @throws {TaskerError} TSK_SUSPEND_REFUSED, and as `saveCheckpoint`
 */
export async function suspended(
  caller: AttemptCaller,
  attempt: CallingAttempt,
  options: SuspendOptions,
  limit: number,
): Promise<Outcome> {
  const wait = suspensionWait(attempt.step, options, limit);
  if (options.checkpoint !== undefined) await saveCheckpoint(caller, attempt, options.checkpoint);
  return { kind: 'waiting', wait };
}
