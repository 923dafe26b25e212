/** A request that is answered before any operation sees it: its body cannot or may not be read. @internal */
export class RequestRefused extends Error {
  constructor(
    readonly statusCode: number,
    message: string,
    readonly hint: string,
  ) {
    super(message);
  }
}

/** @internal */
export const notJson = (why: string): RequestRefused =>
  new RequestRefused(400, `The body is not JSON: ${why}.`, 'Send one JSON value in UTF-8.');

/** @internal */
export const tooDeep = (levels: number): RequestRefused =>
  new RequestRefused(
    400,
    `The body is nested deeper than ${levels} levels.`,
    'Send it flatter, or raise limits.depth.',
  );

/** @internal */
export const tooSlow = (ms: number): RequestRefused =>
  new RequestRefused(408, `The body did not arrive within ${ms} ms.`, 'Send it again, or raise limits.bodyMs.');

/** @internal */
export const tooLarge = (limit: number): RequestRefused =>
  new RequestRefused(413, `The body is larger than ${limit} bytes.`, 'Send less at once, or raise limits.bodyBytes.');

/** @internal */
export const unsupported = (what: string): RequestRefused =>
  new RequestRefused(415, `${what} is not supported.`, 'Send application/json, in UTF-8 and not compressed.');
