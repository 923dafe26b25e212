import { HttpException } from '@nestjs/common';
import {
  ERROR_CODES,
  isTaskerError,
  StoreRefusedError,
  StoreUnavailableError,
  type ErrorCode,
  type Fault,
  type TaskerError,
} from '@tasker/core';
import { statusOf } from './error-status';
import { RequestRefused } from './request-refused';

/** The body of every answer that reports an error. @internal */
export interface ErrorBody {
  readonly statusCode: number;
  readonly errorCode: ErrorCode | typeof INTERNAL;
  readonly message: string;
  readonly details: readonly Fault[];
  readonly hint: string;
  /** Facts for programs, such as the id of the existing task. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly correlationId: string;
}

const INTERNAL = 'TSK_INTERNAL';

/** What callers may know; the rest of an error's data, such as the names of all templates, stays inside. */
const PUBLIC_DATA = ['taskId', 'step', 'steps', 'state', 'legal', 'lockVersion', 'permission', 'namespace', 'bulkId'];

const CODE_OF_STATUS: Readonly<Record<number, ErrorCode>> = {
  401: 'TSK_UNAUTHENTICATED',
  403: 'TSK_FORBIDDEN',
  404: 'TSK_TASK_NOT_FOUND',
  429: 'TSK_SATURATED',
  503: 'TSK_SATURATED',
};

/** @returns the body, whose `statusCode` is the status to answer with @internal */
export function errorBody(thrown: unknown, correlationId: string): ErrorBody {
  if (thrown instanceof HttpException) return fromHttp(thrown, correlationId);
  if (thrown instanceof RequestRefused) return refusal(thrown.statusCode, thrown.message, thrown.hint, correlationId);
  if (isTaskerError(thrown)) return fromTasker(thrown, correlationId);
  return {
    ...{ statusCode: 500, errorCode: INTERNAL, message: WENT_WRONG, details: [] },
    ...{ hint: LOOK_IN_LOG, data: {}, correlationId },
  };
}

/** A refusal that no operation of its own has thrown: of a parser or a guard. @internal */
export function refusal(statusCode: number, message: string, hint: string, correlationId: string): ErrorBody {
  const errorCode = CODE_OF_STATUS[statusCode] ?? 'TSK_REQUEST_INVALID';
  return { statusCode, errorCode, message, details: [], hint, data: {}, correlationId };
}

/** What kept the store is for the log: addresses, tables and words of PostgreSQL are no caller's business. */
function toldOutside(error: TaskerError): Pick<TaskerError, 'message' | 'hint'> {
  const { cause, code } = error;
  if (cause instanceof StoreUnavailableError) {
    return { message: 'The database cannot be reached.', hint: ERROR_CODES[code].hint };
  }
  if (!(cause instanceof StoreRefusedError) && code !== INTERNAL) return error;
  if (code === 'TSK_SATURATED') return error;
  const message = cause instanceof StoreRefusedError && cause.unstorable ? UNSTORABLE : WENT_WRONG;
  return { message, hint: code === 'TSK_REQUEST_INVALID' ? ERROR_CODES[code].hint : LOOK_IN_LOG };
}

const WENT_WRONG = 'Something went wrong inside.';
const UNSTORABLE = 'The request has a value that the database cannot hold.';
const LOOK_IN_LOG = 'Look for the correlation id in the log of the application.';

function fromTasker(error: TaskerError, correlationId: string): ErrorBody {
  const { code, details, data } = error;
  const { message, hint } = toldOutside(error);
  const [summary = message] = message.split('\n');
  const known = Object.entries(data).filter(([key]) => PUBLIC_DATA.includes(key));
  return {
    ...{ statusCode: statusOf(error), errorCode: code, message: summary, details },
    ...{ hint, data: Object.fromEntries(known), correlationId },
  };
}

/** What guards and interceptors of the host throw keeps its status and its words. */
function fromHttp(exception: HttpException, correlationId: string): ErrorBody {
  const status = exception.getStatus();
  if (status >= 500 && status !== 503) return { ...errorBody(undefined, correlationId), statusCode: status };
  return refusal(status, exception.message, 'The application refused the request before Tasker saw it.', correlationId);
}
