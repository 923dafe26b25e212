import { encodeJson } from '../../data/encode-json';
import { utf8Length } from '../../data/utf8-length';
import { TaskerError, type Fault } from '../../errors/tasker-error';

/**
 * What a handler returned, or saves, as JSON text that PostgreSQL can hold. What JSON would change or drop is refused, so
 * that dependents read what was returned; nothing returned is null, a Date is its text.
 *
 * @param maxBytes upper bound of the text, in UTF-8 bytes
 * @param what for messages, and the start of every path
 * @throws {TaskerError} TSK_RESULT_INVALID with every fault, TSK_RESULT_TOO_LARGE
 */
export function encodeResult(value: unknown, maxBytes: number, what: 'result' | 'checkpoint' = 'result'): string {
  const faults: Fault[] = [];
  const text = encodeJson(value ?? null, what, faults, maxBytes);
  if (faults.length > 0) {
    throw new TaskerError('TSK_RESULT_INVALID', `The ${what} cannot be kept as it is.`, { details: faults });
  }
  if (text === null) {
    throw new TaskerError('TSK_RESULT_TOO_LARGE', `The ${what} is larger than ${maxBytes} bytes, the limit.`);
  }
  // A character takes at most three bytes, so short texts need no counting.
  const bytes = text.length * 3 > maxBytes ? utf8Length(text) : 0;
  if (bytes > maxBytes) {
    throw new TaskerError('TSK_RESULT_TOO_LARGE', `The ${what} is ${bytes} bytes; the limit is ${maxBytes}.`);
  }
  return text;
}
