import type { StepLogger } from '../../handler/step-context';
import type { StepInHand } from '../claim/hand';

/** Who is running: what logs, traces and nested creations attach to. @public */
export interface StepScope {
  readonly taskId: string;
  readonly namespace: string;
  readonly task: string;
  readonly version: string;
  readonly step: string;
  readonly attempt: number;
  readonly workerId: number;
  readonly correlationId: string;
  readonly traceParent: string | null;
}

/** The scope of a run of this step. */
export function scopeOf({ task, plan, attempt }: StepInHand, workerId: number): StepScope {
  const { namespace, name, version } = task.plan.definition;
  const { id: taskId, correlationId, traceParent } = task;
  return { taskId, namespace, task: name, version, step: plan.name, attempt, workerId, correlationId, traceParent };
}

/** What the host supplies around the run of a handler. @public */
export interface StepSurroundings {
  /** Runs the handler inside the scope, such as an AsyncLocalStorage. */
  run<T>(scope: StepScope, work: () => Promise<T>): Promise<T>;
  logger(scope: StepScope): StepLogger;
}
