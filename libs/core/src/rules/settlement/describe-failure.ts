import { copyAsFarAsJson } from '../../data/json-data';
import { isRecord } from '../../data/record';
import { errorText } from '../../errors/error-text';
import { isPermanentError, isRetryableError } from '../../errors/step-errors';
import type { FailureCause, StepFailure } from './step-failure';

const MAX_NAME = 200;
const MAX_MESSAGE = 4_000;
const MAX_STACK = 8_000;
const MAX_CONTEXT = 16_000;
const MAX_CAUSES = 3;

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
  const error: ErrorLike = isErrorLike(thrown) ? thrown : new Error(describeValue(thrown));
  const marked = isPermanentError(thrown) || isRetryableError(thrown) ? thrown : undefined;
  const code = marked?.code ?? ownCode(error);
  const context = marked?.context && boundedContext(marked.context);
  const cause = causeOf(error, MAX_CAUSES);
  return {
    failure: {
      kind: isPermanentError(thrown) ? 'permanent' : 'error',
      name: storable(error.name ?? 'Error', MAX_NAME),
      message: storable(messageOf(error), MAX_MESSAGE),
      ...codeField(code),
      ...(error.stack === undefined ? {} : { stack: storable(error.stack, MAX_STACK) }),
      ...(context === undefined ? {} : { context }),
      ...(cause === undefined ? {} : { cause }),
    },
    retryAfterMs: isRetryableError(thrown) && !Number.isNaN(thrown.retryAfterMs) ? thrown.retryAfterMs : undefined,
  };
}

const codeField = (code: string | undefined): { code?: string } =>
  code === undefined ? {} : { code: storable(code, MAX_NAME) };

/** As much of an error as anybody may rely on; the fields may hold anything. */
interface ErrorLike {
  readonly name?: unknown;
  readonly message: unknown;
  readonly stack?: unknown;
  readonly cause?: unknown;
  /** Of an AggregateError. */
  readonly errors?: unknown;
}

/** Also of another realm, such as a worker's or Jest's: those are no `instanceof Error`. */
const isErrorLike = (thrown: unknown): thrown is ErrorLike =>
  typeof thrown === 'object' &&
  thrown !== null &&
  (Object.prototype.toString.call(thrown) === '[object Error]' ||
    thrown instanceof Error ||
    typeof (thrown as ErrorLike).message === 'string');

/** Errors without a message of their own, such as several in one, have something to say all the same. */
const messageOf = (error: ErrorLike): unknown => (error.message === '' ? errorText(error) : error.message);

function causeOf({ cause, errors }: ErrorLike, depth: number): FailureCause | undefined {
  if (depth === 0) return undefined;
  if (cause === undefined || cause === null) {
    const [first] = Array.isArray(errors) ? (errors as unknown[]) : [];
    if (first === undefined) return undefined;
    return {
      ...described(first, depth),
      message: storable(errorText(new AggregateError(errors as unknown[])), MAX_MESSAGE),
    };
  }
  return described(cause, depth);
}

function described(cause: unknown, depth: number): FailureCause {
  if (!isErrorLike(cause)) return { name: 'Error', message: storable(cause, MAX_MESSAGE) };
  const [code, deeper] = [ownCode(cause), causeOf(cause, depth - 1)];
  return {
    name: storable(cause.name ?? 'Error', MAX_NAME),
    message: storable(messageOf(cause), MAX_MESSAGE),
    ...codeField(code),
    ...(deeper === undefined ? {} : { cause: deeper }),
  };
}

/** Errors of ours, of Node and of databases carry a string code worth keeping. */
function ownCode(error: ErrorLike): string | undefined {
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
