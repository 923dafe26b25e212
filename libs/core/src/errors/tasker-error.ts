import { ERROR_CODES, type ErrorCode, type ErrorKind } from './error-codes';

/** One fault of several: where it is and what is wrong with it. @public */
export interface Fault {
  /** Path inside the input, such as `step_templates[2].depends_on_step`; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

/** Symbol shared by every copy of the package, so that `isTaskerError` survives duplicate installs. */
const BRAND = Symbol.for('tasker.error');

/**
 * The one error class Tasker throws at callers.
 *
 * @public
 */
export class TaskerError extends Error {
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  /** All faults found, in input order; empty when the message says it all. */
  readonly details: readonly Fault[];
  /** A sentence that names the fix. */
  readonly hint: string;
  /** Data for programs, such as the id of the existing task of a duplicate. */
  readonly data: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    message: string,
    extra: { details?: readonly Fault[]; cause?: unknown; data?: Record<string, unknown>; hint?: string } = {},
  ) {
    super(withFaults(message, extra.details ?? []), extra.cause === undefined ? {} : { cause: extra.cause });
    this.name = 'TaskerError';
    this.code = code;
    this.kind = ERROR_CODES[code].kind;
    this.details = extra.details ?? [];
    this.hint = extra.hint ?? ERROR_CODES[code].hint;
    this.data = extra.data ?? {};
    Object.defineProperty(this, BRAND, { value: true });
  }
}

/** True for a `TaskerError` of any copy of the package. @public */
export function isTaskerError(error: unknown): error is TaskerError {
  return typeof error === 'object' && error !== null && BRAND in error;
}

function withFaults(message: string, faults: readonly Fault[]): string {
  if (faults.length === 0) return message;
  return `${message}\n${faults.map((f) => `  - ${f.path === '' ? '' : `${f.path}: `}${f.message}`).join('\n')}`;
}
