import type { AsyncHome } from '../../async/async-home';
import { TaskerError } from '../../errors/tasker-error';
import type { EngineStore, StepFence } from '../../ports/engine-store';
import { StoreRefusedError } from '../../ports/settlement';
import { encodeResult } from '../../rules/settlement/encode-result';
import type { StepWait } from '../../rules/wait/step-wait';
import type { StepInHand } from '../claim/hand';
import type { AttemptContext } from './attempt-context';
import { patientCall, type PatientCaller } from './patient-call';

/** What the calls of handlers to the store need. */
export interface AttemptCaller extends PatientCaller {
  readonly store: Pick<EngineStore, 'saveCheckpoint' | 'results' | 'waits'>;
  readonly resultBytes: number;
  readonly home: AsyncHome;
}

/** The attempt that calls. */
export interface CallingAttempt {
  readonly step: StepInHand;
  readonly workerId: number;
  readonly context: AttemptContext;
}

/** What the row of the step must say for a write of this attempt to count. */
export const fenceOf = ({ step, workerId }: Pick<CallingAttempt, 'step' | 'workerId'>): StepFence => ({
  ...{ taskId: step.task.id, position: step.plan.position },
  ...{ workerId, attempt: step.attempt },
});

/**
 * Writes a checkpoint behind the fence.
 *
 * @returns its JSON text
 * @throws {TaskerError} the reason of the attempt's signal; TSK_RESULT_INVALID when the value cannot be stored;
 * TSK_LEASE_LOST when the step is not this attempt's any more
 */
export async function saveCheckpoint(caller: AttemptCaller, attempt: CallingAttempt, value: unknown): Promise<string> {
  const text = encodeResult(value, caller.resultBytes, 'checkpoint');
  try {
    if (await called(caller, attempt, () => caller.store.saveCheckpoint(fenceOf(attempt), text))) return text;
  } catch (error) {
    throw error instanceof StoreRefusedError ? unstorable(error) : error;
  }
  throw lost(attempt);
}

/**
 * JSON texts of results of the same task, in the order of the positions.
 *
 * @throws {TaskerError} the reason of the attempt's signal; TSK_LEASE_LOST
 */
export async function fetchResults(
  caller: AttemptCaller,
  attempt: CallingAttempt,
  positions: readonly number[],
): Promise<readonly (string | null)[]> {
  const keys = positions.map((position) => ({ taskId: attempt.step.task.id, position }));
  const texts = await called(caller, attempt, () => caller.store.results(keys));
  if (texts) return texts;
  throw lost(attempt);
}

/**
 * What the step has waited for; null: nothing.
 *
 * @throws {TaskerError} the reason of the attempt's signal; TSK_LEASE_LOST
 */
export async function fetchWait(caller: AttemptCaller, attempt: CallingAttempt): Promise<StepWait | null> {
  const { task, plan, generation } = attempt.step;
  const key = { taskId: task.id, position: plan.position, generation };
  const waits = await called(caller, attempt, () => caller.store.waits([key]));
  if (waits) return waits[0] ?? null;
  throw lost(attempt);
}

/** What the worker does about a database that is away is no work of the handler. */
function called<T>(
  caller: AttemptCaller,
  { step, context }: CallingAttempt,
  call: () => Promise<T>,
): Promise<T | undefined> {
  return caller.home.run(() => patientCall(caller, call, context.signal, () => step.dropped || step.concluded));
}

function lost({ step, context }: CallingAttempt): TaskerError {
  const error = new TaskerError('TSK_LEASE_LOST', `Step "${step.plan.name}" is not this attempt's any more.`);
  context.abort(error);
  return error;
}

const unstorable = (cause: Error): TaskerError =>
  new TaskerError('TSK_RESULT_INVALID', `The checkpoint could not be stored: ${cause.message}`, { cause });
