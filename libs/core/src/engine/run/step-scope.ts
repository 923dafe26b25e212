import type { StepLogger } from '../../handler/step-context';

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

/** What the host supplies around the run of a handler. @public */
export interface StepSurroundings {
  /** Runs the handler inside the scope, such as an AsyncLocalStorage. */
  run<T>(scope: StepScope, work: () => Promise<T>): Promise<T>;
  logger(scope: StepScope): StepLogger;
}
