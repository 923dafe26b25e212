import type { ErrorCode, ErrorKind } from '@tasker/core';

/** What a script learns from the exit code, whatever the command. @public */
export const EXIT_CODES = {
  ok: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  unavailable: 4,
  unauthorised: 5,
} as const;

/** One of the codes above. @public */
export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES];

/** What each code means, for the reference and for `--help`. @public */
export const EXIT_CODE_MEANINGS: Readonly<Record<keyof typeof EXIT_CODES, string>> = {
  ok: 'Done; also when it was so already.',
  failed: 'Refused or failed: the error says why.',
  usage: 'The command line or the request is malformed; nothing was done.',
  notFound: 'The task, step, template, worker, key, approval or bulk operation does not exist.',
  unavailable: 'The database or the endpoint could not be reached, or is too busy; try again.',
  unauthorised: 'The token is missing or invalid, or does not allow it.',
};

const BY_KIND: Readonly<Record<ErrorKind, ExitCode>> = {
  invalid: EXIT_CODES.failed,
  unauthenticated: EXIT_CODES.unauthorised,
  forbidden: EXIT_CODES.unauthorised,
  not_found: EXIT_CODES.notFound,
  conflict: EXIT_CODES.failed,
  refused: EXIT_CODES.failed,
  busy: EXIT_CODES.unavailable,
  internal: EXIT_CODES.failed,
};

/** What was typed is at fault, not what it is about. */
const MALFORMED: readonly ErrorCode[] = ['TSK_REQUEST_INVALID', 'TSK_OPTIONS_INVALID'];

/** The exit code of an error of Tasker. @internal */
export const exitCodeOf = (code: ErrorCode, kind: ErrorKind): ExitCode =>
  MALFORMED.includes(code) ? EXIT_CODES.usage : BY_KIND[kind];
