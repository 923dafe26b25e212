import { ERROR_CODES, type ErrorCode } from '@tasker/core';
import type { ErrorBody } from '../http/error-body';
import { statusOf } from '../../api/error-status';
import type { AnswerSpec, OperationSpec } from '../operation/operation-spec';
import { Model } from './model';
import { integer, list, object, record, text } from './schema-parts';

const FAULT = object('One fault of several.', {
  path: text('Where it is, such as `context.items[0].price`; empty for the whole.', { example: 'limit' }),
  message: text('What is wrong there.', { example: 'must be <= 500' }),
});

/** The one body of all errors. @internal */
export const ERROR = new Model(
  'TaskerError',
  object('What every error is answered with.', {
    statusCode: integer('As in the status line.', { example: 400 }),
    errorCode: text('Stable; docs/reference/errors.md lists all.', { example: 'TSK_REQUEST_INVALID' }),
    message: text('What is wrong, for people.', { example: 'The request is invalid.' }),
    details: list(FAULT, 'All faults that were found; empty when the message says it all.'),
    hint: text('A sentence that names the fix.', { example: ERROR_CODES.TSK_REQUEST_INVALID.hint }),
    data: record('Facts for programs, such as `taskId` of the existing task, or the verbs that are `legal`.'),
    correlationId: text('Stands in the log beside this request.', { example: '4f6f2a4e-6f0e-4b43-8e0b-2f4f1f6b2f10' }),
  }),
);

const ALWAYS: readonly ErrorCode[] = [
  ...(['TSK_REQUEST_INVALID', 'TSK_UNAUTHENTICATED', 'TSK_FORBIDDEN'] as const),
  ...(['TSK_SATURATED', 'TSK_DATABASE_UNAVAILABLE'] as const),
];

/** Errors of an operation by status, each with its codes. @internal */
export function errorAnswers({ errors = [], body }: OperationSpec): Map<number, AnswerSpec> {
  const codes = [...new Set([...ALWAYS, ...errors])];
  const statuses = [...new Set(codes.map((code) => statusOf({ code, kind: ERROR_CODES[code].kind })))].sort();
  const answers = new Map(statuses.map((status) => [status, errorAnswer(status, codes)]));
  if (body) {
    answers.set(408, plain('TSK_REQUEST_INVALID', 'The body did not arrive in time.'));
    answers.set(413, plain('TSK_REQUEST_INVALID', 'The body is larger than the application allows.'));
    answers.set(415, plain('TSK_REQUEST_INVALID', 'The body is not application/json.'));
  }
  answers.set(431, {
    description: 'The headers are larger than the server takes; Node answers so before anybody sees the request.',
  });
  return answers.set(500, plain('TSK_INTERNAL', 'Something went wrong inside; the log knows the correlation id.'));
}

function errorAnswer(status: number, codes: readonly ErrorCode[]): AnswerSpec {
  const own = codes.filter((code) => statusOf({ code, kind: ERROR_CODES[code].kind }) === status);
  const description = own.map((code) => `\`${code}\`: ${ERROR_CODES[code].hint}`).join('\n\n');
  const headers = status === 503 ? { 'Retry-After': 'Seconds after which to try again.' } : undefined;
  return { description, schema: ERROR, ...(headers && { headers }) };
}

const plain = (code: ErrorBody['errorCode'], message: string): AnswerSpec => ({
  description: `\`${code}\`: ${message}`,
  schema: ERROR,
});
