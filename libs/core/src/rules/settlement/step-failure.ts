/** How an attempt failed, as stored. @public */
export interface StepFailure {
  readonly kind: 'error' | 'permanent' | 'timeout' | 'worker_lost' | 'invalid_input' | 'invalid_result';
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
