import { HttpException } from '@nestjs/common';
import { isTaskerError, type ErrorCode, type Fault } from '@tasker/core';
import { LOOK_IN_LOG, taskerErrorBody, WENT_WRONG } from '../../api/tasker-error-body';
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
  if (isTaskerError(thrown)) return { ...taskerErrorBody(thrown), correlationId };
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

/** What guards and interceptors of the host throw keeps its status and its words. */
function fromHttp(exception: HttpException, correlationId: string): ErrorBody {
  const status = exception.getStatus();
  if (status >= 500 && status !== 503) return { ...errorBody(undefined, correlationId), statusCode: status };
  return refusal(status, exception.message, 'The application refused the request before Tasker saw it.', correlationId);
}
