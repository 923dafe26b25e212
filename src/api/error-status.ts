import type { ErrorCode, ErrorKind } from '@tasker/core';

const STATUS_OF_KIND: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  refused: 422,
  busy: 503,
  internal: 500,
};

/** Codes whose status HTTP knows better than their kind. */
const STATUS_OF_CODE: Partial<Readonly<Record<ErrorCode, number>>> = {
  // Nobody may know more about it than that the precondition of the request has failed.
  TSK_VERSION_CONFLICT: 412,
  // Whoever sends them is faster than whoever takes them.
  TSK_SIGNAL_FULL: 429,
};

/** The status of an answer that reports this error. @internal */
export const statusOf = ({ code, kind }: { readonly code: ErrorCode; readonly kind: ErrorKind }): number =>
  STATUS_OF_CODE[code] ?? STATUS_OF_KIND[kind];
