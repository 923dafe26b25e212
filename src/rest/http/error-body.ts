import { HttpException } from '@nestjs/common';
import { isTaskerError, StoreUnavailableError, TaskerError, type ErrorCode, type Fault } from '@tasker/core';
import { taskerErrorBody } from '../../api/tasker-error-body';

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

/** How the driver says that there is no database behind it. */
const UNREACHABLE = /^(08...|57P0[1235]|53300|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)$/;
const CONNECTION_LOST =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/;

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
  const error = isUnreachable(thrown)
    ? new TaskerError('TSK_DATABASE_UNAVAILABLE', 'The database cannot be reached.')
    : thrown;
  if (isTaskerError(error)) return { ...taskerErrorBody(error), correlationId };
  const hint = 'Look for the correlation id in the log of the application.';
  return {
    ...{ statusCode: 500, errorCode: INTERNAL, message: 'Something went wrong inside.', details: [] },
    ...{ hint, data: {}, correlationId },
  };
}

/** A refusal that no operation of its own has thrown: of a parser or a guard. @internal */
export function refusal(statusCode: number, message: string, hint: string, correlationId: string): ErrorBody {
  const errorCode = CODE_OF_STATUS[statusCode] ?? 'TSK_REQUEST_INVALID';
  return { statusCode, errorCode, message, details: [], hint, data: {}, correlationId };
}

/** What guards and interceptors of the host throw keeps its status and its words. */
function fromHttp(exception: HttpException, correlationId: string): ErrorBody {
  const status = exception.getStatus();
  if (status >= 500 && status !== 503) return { ...errorBody(undefined, correlationId), statusCode: status };
  return refusal(status, exception.message, 'The application refused the request before Tasker saw it.', correlationId);
}

function isUnreachable(thrown: unknown): boolean {
  if (thrown instanceof StoreUnavailableError) return true;
  // Not `instanceof Error`: what the driver and the network throw may be of another realm.
  if (typeof thrown !== 'object' || thrown === null || isTaskerError(thrown)) return false;
  const { code, message } = thrown as { code?: unknown; message?: unknown };
  return (typeof code === 'string' && UNREACHABLE.test(code)) || CONNECTION_LOST.test(String(message));
}
