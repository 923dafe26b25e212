import { isPermanentError, isRetryableError } from '../errors/step-errors';
import { isTaskerError } from '../errors/tasker-error';
import type { StepFailure } from '../events/event-catalogue';

const MAX_MESSAGE = 4_000;
const MAX_STACK = 8_000;
const MAX_CONTEXT = 16_000;

/** A failure as stored, and what the handler said about trying again. */
export interface DescribedFailure {
  readonly failure: StepFailure;
  readonly retryAfterMs: number | undefined;
}

/** Turns whatever a handler threw into bounded, storable data. */
export function describeFailure(thrown: unknown): DescribedFailure {
  const error = thrown instanceof Error ? thrown : new Error(describeValue(thrown));
  const marked = isPermanentError(thrown) || isRetryableError(thrown) ? thrown : undefined;
  const code = marked?.code ?? ownCode(error);
  const context = marked?.context && boundedContext(marked.context);
  return {
    failure: {
      kind: isPermanentError(thrown) ? 'permanent' : 'error',
      name: storable(error.name, 200),
      message: storable(error.message, MAX_MESSAGE),
      ...(code === undefined ? {} : { code: storable(code, 200) }),
      ...(error.stack === undefined ? {} : { stack: storable(error.stack, MAX_STACK) }),
      ...(context === undefined ? {} : { context }),
      ...(error.cause instanceof Error
        ? { cause: { name: storable(error.cause.name, 200), message: storable(error.cause.message, MAX_MESSAGE) } }
        : {}),
    },
    retryAfterMs: isRetryableError(thrown) ? thrown.retryAfterMs : undefined,
  };
}

/** Errors of Node and of databases carry a string code worth keeping. */
function ownCode(error: Error): string | undefined {
  if (isTaskerError(error)) return error.code;
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' ? code : undefined;
}

function describeValue(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown;
  try {
    return JSON.stringify(thrown) ?? String(thrown);
  } catch {
    return Object.prototype.toString.call(thrown);
  }
}

function boundedContext(context: Record<string, unknown>): Record<string, unknown> | undefined {
  try {
    const text = JSON.stringify(context);
    if (text.length > MAX_CONTEXT) return { truncated: storable(text, MAX_CONTEXT) };
    return JSON.parse(storable(text, MAX_CONTEXT)) as Record<string, unknown>;
  } catch {
    return { unserialisable: true };
  }
}

/** PostgreSQL's jsonb holds neither NUL nor half a surrogate pair; both would refuse the whole settlement. */
function storable(text: string, limit: number): string {
  return text.slice(0, limit).replaceAll('\u0000', '').toWellFormed();
}
