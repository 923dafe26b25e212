import { copyAsFarAsJson } from '../../data/json-data';
import { isRecord } from '../../data/record';
import { isPermanentError, isRetryableError } from '../../errors/step-errors';
import type { StepFailure } from './step-failure';

const MAX_NAME = 200;
const MAX_MESSAGE = 4_000;
const MAX_STACK = 8_000;
const MAX_CONTEXT = 16_000;

/** A failure as stored, and what the handler said about trying again. */
export interface DescribedFailure {
  readonly failure: StepFailure;
  readonly retryAfterMs: number | undefined;
}

/** Turns whatever a handler threw into bounded, storable data. Never throws, whatever the value is made of. */
export function describeFailure(thrown: unknown): DescribedFailure {
  try {
    return describe(thrown);
  } catch {
    // A proxy, or a getter that throws: looking at it failed, and there is nothing else to tell.
    return {
      failure: { kind: 'error', name: 'Error', message: 'an error that cannot be read' },
      retryAfterMs: undefined,
    };
  }
}

function describe(thrown: unknown): DescribedFailure {
  const error = thrown instanceof Error ? thrown : new Error(describeValue(thrown));
  const marked = isPermanentError(thrown) || isRetryableError(thrown) ? thrown : undefined;
  const code = marked?.code ?? ownCode(error);
  const context = marked?.context && boundedContext(marked.context);
  return {
    failure: {
      kind: isPermanentError(thrown) ? 'permanent' : 'error',
      name: storable(error.name, MAX_NAME),
      message: storable(error.message, MAX_MESSAGE),
      ...(code === undefined ? {} : { code: storable(code, MAX_NAME) }),
      ...(error.stack === undefined ? {} : { stack: storable(error.stack, MAX_STACK) }),
      ...(context === undefined ? {} : { context }),
      ...(error.cause instanceof Error
        ? { cause: { name: storable(error.cause.name, MAX_NAME), message: storable(error.cause.message, MAX_MESSAGE) } }
        : {}),
    },
    retryAfterMs: isRetryableError(thrown) && !Number.isNaN(thrown.retryAfterMs) ? thrown.retryAfterMs : undefined,
  };
}

/** Errors of ours, of Node and of databases carry a string code worth keeping. */
function ownCode(error: Error): string | undefined {
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

/** Every value takes a character at least, so that one that is kept whole is copied whole. */
function boundedContext(context: Record<string, unknown>): Record<string, unknown> {
  const copy = copyAsFarAsJson(context, MAX_CONTEXT);
  const text = JSON.stringify(copy);
  if (text.length > MAX_CONTEXT) return { truncated: storable(text, MAX_CONTEXT) };
  return isRecord(copy) ? copy : { value: copy };
}

/**
 * PostgreSQL's jsonb holds neither NUL nor half a surrogate pair; both would refuse the whole settlement. The types
 * promise strings, but errors made by others keep anything in these fields.
 */
function storable(value: unknown, limit: number): string {
  return describeValue(value).slice(0, limit).replaceAll('\u0000', '').toWellFormed();
}
