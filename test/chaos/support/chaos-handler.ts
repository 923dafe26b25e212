import { PermanentError, type HandlerInvoker, type StepContext } from '@tasker/core';
import { resultOf } from '../../model/result-of';
import type { CallRecorder } from './call-recorder';

/** Share of the attempts that fail for no reason and succeed later. */
const NOISE = 0.03;

/** Notes the call, takes its time, and answers with a digest of its parents' results. */
export const chaosHandler =
  (recorder: CallRecorder, longestMs: number): HandlerInvoker =>
  async (step) => {
    const { task, attempt, workerId } = step;
    const { key } = task.context as { key: string };
    const ended = recorder.begin({ taskId: task.id, step: step.name, attempt, workerId });
    try {
      const takesMs = Math.random() * longestMs;
      if (takesMs > 1) await pause(step, takesMs);
      if (step.config['fails'] === true) throw new PermanentError('doomed by its template');
      if (Math.random() < NOISE) throw new Error('noise');
      return resultOf(key, step.name, Object.entries(step.parents));
    } finally {
      ended();
    }
  };

/** Ends early, with an error, when the step is aborted. */
const pause = ({ signal }: StepContext, ms: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    });
  });
