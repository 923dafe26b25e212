import { TaskerError } from '../../errors/tasker-error';
import type { NewSignal } from './check-signal';

/** What became of a signal in the store. @public */
export interface SentSignal {
  /**
   * `kept`: for whoever waits next. `dropped`: nobody waits at the key, and it was not to be kept. `full`: as many as may
   * be are kept there. `ended`, `no_task`: the task cannot wait any more, or is none.
   */
  readonly outcome: 'delivered' | 'kept' | 'dropped' | 'duplicate' | 'full' | 'ended' | 'no_task';
  /** How many waits it reached. */
  readonly waits: number;
}

/** What became of a signal. @public */
export interface SignalReceipt {
  /**
   * `delivered` to a step that waits; `kept` for whoever waits next; `dropped`, because nobody waits at the key and it was
   * not to be kept; `duplicate` of one of the same id; `recorded` in the transaction, to be sent after it.
   */
  readonly outcome: 'delivered' | 'kept' | 'dropped' | 'duplicate' | 'recorded';
  /** How many waiting steps it reached. */
  readonly waits: number;
}

/**
 * What the sender is told.
 *
 * @throws {TaskerError} TSK_TASK_NOT_FOUND; TSK_STATE_REFUSED when the task has ended; TSK_SIGNAL_FULL
 * @public
 */
export function signalReceipt({ name, taskId }: NewSignal, { outcome, waits }: SentSignal): SignalReceipt {
  switch (outcome) {
    case 'no_task':
      throw new TaskerError('TSK_TASK_NOT_FOUND', `There is no task ${taskId}.`, { data: { taskId } });
    case 'ended':
      throw new TaskerError('TSK_STATE_REFUSED', `Task ${taskId} has ended: nothing of it waits for a signal.`, {
        data: { taskId },
        hint: 'Look at the task before you send; a signal to a key does not depend on one task.',
      });
    case 'full':
      throw new TaskerError('TSK_SIGNAL_FULL', `As many signals "${name}" as may be are kept there.`, {
        data: { signal: name },
      });
    default:
      return { outcome, waits };
  }
}
