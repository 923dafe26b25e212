import type { ErrorCode, Fault, TaskerError } from '@tasker/core';
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
const PUBLIC_DATA = ['taskId', 'step', 'steps', 'state', 'legal', 'lockVersion', 'permission', 'namespace', 'bulkId'];

/** @returns the body, whose `statusCode` is the status to answer with @internal */
export function taskerErrorBody(error: TaskerError): TaskerErrorBody {
  const { code, message, details, hint, data } = error;
  const [summary = message] = message.split('\n');
  const known = Object.entries(data).filter(([key]) => PUBLIC_DATA.includes(key));
  return {
    ...{ statusCode: statusOf(error), errorCode: code, message: summary, details },
    ...{ hint, data: Object.fromEntries(known) },
  };
}
