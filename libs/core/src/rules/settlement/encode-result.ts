import { utf8Length } from '../../data/utf8-length';
import { TaskerError } from '../../errors/tasker-error';

/** In JSON text from JSON.stringify a lone surrogate or a NUL shows as an escape; a real pair is never escaped. */
const UNSTORABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/;

/**
 * The result of a handler as JSON text that PostgreSQL can hold.
 *
 * @param maxBytes upper bound of the text, in UTF-8 bytes
 * @throws {TaskerError} TSK_RESULT_INVALID, TSK_RESULT_TOO_LARGE
 */
export function encodeResult(value: unknown, maxBytes: number): string {
  const text = stringify(value);
  // A character takes at most three bytes, so short texts need no counting.
  const bytes = text.length * 3 > maxBytes ? utf8Length(text) : 0;
  if (bytes > maxBytes) {
    throw new TaskerError('TSK_RESULT_TOO_LARGE', `The result is ${bytes} bytes; the limit is ${maxBytes}.`);
  }
  if (text.includes('\\u') && UNSTORABLE.test(text)) {
    throw new TaskerError('TSK_RESULT_INVALID', 'The result has a NUL character or half a surrogate pair in a string.');
  }
  return text;
}

function stringify(value: unknown): string {
  if (value === undefined) return 'null';
  try {
    const text = JSON.stringify(value) as string | undefined;
    if (text !== undefined) return text;
  } catch (cause) {
    throw new TaskerError('TSK_RESULT_INVALID', 'The result cannot be written as JSON.', { cause });
  }
  throw new TaskerError('TSK_RESULT_INVALID', `A ${typeof value} is not JSON.`);
}
