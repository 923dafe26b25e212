import {
  ERROR_CODES,
  StoreRefusedError,
  StoreUnavailableError,
  type ErrorCode,
  type Fault,
  type TaskerError,
} from '@tasker/core';
import { statusOf } from './error-status';

/** What a caller is told of a TaskerError. @internal */
export interface TaskerErrorBody {
  readonly statusCode: number;
  readonly errorCode: ErrorCode;
  readonly message: string;
  readonly details: readonly Fault[];
  readonly hint: string;
  /** Facts for programs, such as the id of the existing task. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** What callers may know; the rest of an error's data, such as the names of all templates, stays inside. */
const PUBLIC_DATA = [
  ...['taskId', 'step', 'steps', 'state', 'legal', 'lockVersion', 'permission', 'namespace', 'bulkId', 'approval'],
];

/** @returns the body, whose `statusCode` is the status to answer with @internal */
export function taskerErrorBody(error: TaskerError): TaskerErrorBody {
  const { code, details, data } = error;
  const { message, hint } = toldOutside(error);
  const [summary = message] = message.split('\n');
  const known = Object.entries(data).filter(([key]) => PUBLIC_DATA.includes(key));
  return {
    ...{ statusCode: statusOf(error), errorCode: code, message: summary, details },
    ...{ hint, data: Object.fromEntries(known) },
  };
}

/** What kept the store is for the log: addresses, tables and words of PostgreSQL are no caller's business. */
function toldOutside(error: TaskerError): Pick<TaskerError, 'message' | 'hint'> {
  const { cause, code } = error;
  if (cause instanceof StoreUnavailableError) {
    return { message: 'The database cannot be reached.', hint: ERROR_CODES[code].hint };
  }
  if (!(cause instanceof StoreRefusedError) && code !== 'TSK_INTERNAL') return error;
  if (code === 'TSK_SATURATED') return error;
  const message = cause instanceof StoreRefusedError && cause.unstorable ? UNSTORABLE : WENT_WRONG;
  return { message, hint: code === 'TSK_REQUEST_INVALID' ? ERROR_CODES[code].hint : LOOK_IN_LOG };
}

/** Of what is nobody's business outside. @internal */
export const WENT_WRONG = 'Something went wrong inside.';
const UNSTORABLE = 'The request has a value that the database cannot hold.';
/** The hint of an error whose cause only the log knows. @internal */
export const LOOK_IN_LOG = 'Look for the correlation id in the log of the application.';
