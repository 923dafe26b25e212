/** What failed: the handler, its data, its worker, or one of the times that were set. @public */
export const FAILURE_KINDS = [
  'error',
  'permanent',
  'timeout',
  'heartbeat_timeout',
  'start_timeout',
  'total_timeout',
  'deadline',
  'worker_lost',
  'invalid_input',
  'invalid_result',
] as const;
/** One of the kinds above. @public */
export type FailureKind = (typeof FAILURE_KINDS)[number];

/** How an attempt failed, as stored. @public */
export interface StepFailure {
  readonly kind: FailureKind;
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly context?: Record<string, unknown>;
  readonly cause?: FailureCause;
}

/** What lies behind a failure, and what behind that: at most three deep. @public */
export interface FailureCause {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly cause?: FailureCause;
}
