import { TaskerError } from '../../errors/tasker-error';
import type { SuspendOptions } from '../../handler/step-suspension';
import { TEXT_LIMITS } from '../../rules/request/field-limits';
import { isSignalKey } from '../../rules/wait/plan-wait';
import type { NewWait, NewWaitSignal } from '../../rules/wait/step-wait';
import type { StepInHand } from '../claim/hand';

/** A hundred years. */
const LONGEST_MS = 36_500 * 86_400_000;

/**
 * What a step waits for whose handler suspends it.
 *
 * @param limit most times that one step may be suspended
 * @throws {TaskerError} TSK_SUSPEND_REFUSED
 */
export function suspensionWait({ plan, granted }: StepInHand, options: SuspendOptions, limit: number): NewWait {
  const { name, definition } = plan;
  if (definition.suspends !== true) throw refused(`Step "${name}" does not say that it suspends.`);
  if (granted >= limit) throw refused(`Step "${name}" has been suspended ${granted} times, the limit.`);
  const { untilMs, signal } = options;
  if (untilMs !== undefined && !(typeof untilMs === 'number' && untilMs >= 0 && untilMs <= LONGEST_MS)) {
    throw refused(`Step "${name}" is suspended for no time: untilMs must be a number from 0 to ${LONGEST_MS}.`);
  }
  if (untilMs === undefined && signal === undefined) {
    throw refused(`Step "${name}" is suspended for ever: give untilMs, a signal or both.`);
  }
  const signals = signal === undefined ? [] : [signalOf(name, signal)];
  const due = untilMs === undefined ? null : { inMs: untilMs };
  return { kind: 'suspended', signals, all: false, due, interim: null, approval: null };
}

function signalOf(step: string, signal: NonNullable<SuspendOptions['signal']>): NewWaitSignal {
  const { name, key } = typeof signal === 'string' ? { name: signal, key: undefined } : signal;
  const isSound =
    typeof name === 'string' && name.length > 0 && name.length <= TEXT_LIMITS.signalName && !name.includes('\0');
  if (isSound && (key === undefined || (typeof key === 'string' && isSignalKey(key)))) {
    return { name, key: key ?? null, max: 1 };
  }
  throw refused(`Step "${step}" is suspended until a signal that has no name, or for a key that is none.`);
}

const refused = (message: string): TaskerError => new TaskerError('TSK_SUSPEND_REFUSED', message);
