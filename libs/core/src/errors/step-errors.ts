const RETRYABLE = Symbol.for('tasker.retryable-error');
const PERMANENT = Symbol.for('tasker.permanent-error');

/** Options of the errors a handler throws on purpose. @public */
export interface StepErrorOptions {
  /** Short machine-readable code kept with the error, such as `HTTP_422`. */
  code?: string;
  /** JSON data kept with the error. */
  context?: Record<string, unknown>;
  cause?: unknown;
}

/**
 * Throw it when another attempt may succeed. Any other thrown value counts as retryable too; this one can say when.
 *
 * @public
 */
export class RetryableError extends Error {
  readonly code: string | undefined;
  readonly context: Record<string, unknown> | undefined;
  /** Milliseconds to wait before the next attempt; wins over the backoff of the step, capped by its `max_ms`. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options: StepErrorOptions & { retryAfterMs?: number } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = new.target.name;
    this.code = options.code;
    this.context = options.context;
    this.retryAfterMs = options.retryAfterMs;
    Object.defineProperty(this, RETRYABLE, { value: true });
  }
}

/**
 * Throw it when no further attempt can succeed: the step ends in `error` at once.
 *
 * @public
 */
export class PermanentError extends Error {
  readonly code: string | undefined;
  readonly context: Record<string, unknown> | undefined;

  constructor(message: string, options: StepErrorOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = new.target.name;
    this.code = options.code;
    this.context = options.context;
    Object.defineProperty(this, PERMANENT, { value: true });
  }
}

/**
 * True for a `RetryableError` of any copy of the package.
 * @internal Brand checks: `instanceof` fails when the host has two copies of the package.
 */
export const isRetryableError = (e: unknown): e is RetryableError =>
  typeof e === 'object' && e !== null && RETRYABLE in e;

/** True for a `PermanentError` of any copy of the package. @internal */
export const isPermanentError = (e: unknown): e is PermanentError =>
  typeof e === 'object' && e !== null && PERMANENT in e;
