import { PermanentError, RetryableError, type HandlerInvoker, type StepContext } from '@tasker/core';
import type { StepScript } from './reference-scheduler';
import { resultOf } from './result-of';

export type TaskScript = ReadonlyMap<string, StepScript>;

/** Plays the scripts of tasks, and notes every call of a handler. */
export class ModelHandler {
  /** Number of calls by `key/step/attempt`. */
  readonly calls = new Map<string, number>();
  /** Number of calls by `key/step`, whatever the attempt: the engine spends some of its own. */
  readonly runs = new Map<string, number>();

  constructor(private readonly scripts: ReadonlyMap<string, TaskScript>) {}

  readonly invoke: HandlerInvoker = async (step) => {
    const { key } = step.task.context as { key: string };
    const call = `${key}/${step.name}/${step.attempt}`;
    this.calls.set(call, (this.calls.get(call) ?? 0) + 1);
    const run = this.runs.get(`${key}/${step.name}`) ?? 0;
    this.runs.set(`${key}/${step.name}`, run + 1);
    const script = this.scripts.get(key)?.get(step.name);
    // Only where nothing can time out: a busy machine must not add failures of its own.
    if (step.template.timeoutMs === null) await pause(call);
    switch (script?.troubles[run]) {
      case 'error':
        throw new Error('as the script says');
      case 'again_at_once':
        throw new RetryableError('as the script says', { retryAfterMs: 0 });
      case 'permanent':
        throw new PermanentError('as the script says');
      case 'timeout':
        return aborted(step);
      case 'invalid_result':
        return 'no database holds \u0000';
      case undefined: {
        const result = resultOf(key, step.name, Object.entries(step.parents));
        return step.template.choices ? step.choose(script?.chosen ?? [], result) : result;
      }
    }
  };
}

/** Most steps answer in the same turn of the event loop, some in the next one, a few later. */
async function pause(call: string): Promise<void> {
  const lot = (call.length * 31 + call.charCodeAt(call.length - 3) * 7) % 10;
  if (lot > 7) await new Promise((resolve) => setTimeout(resolve, lot - 7));
  else if (lot > 4) await new Promise(setImmediate);
}

const aborted = ({ signal }: StepContext): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
