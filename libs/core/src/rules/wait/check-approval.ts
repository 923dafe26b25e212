import { encodeJson } from '../../data/encode-json';
import { utf8Length } from '../../data/utf8-length';
import { TaskerError, type Fault } from '../../errors/tasker-error';
import { LIST_LIMITS, TEXT_LIMITS } from '../request/field-limits';

/**
 * An answer as JSON text, checked against the form. Whoever rejects need not have filled it in.
 *
 * @param check finds what is wrong with data
 * @param bytes upper bound of the text, in UTF-8 bytes
 * @throws {TaskerError} TSK_REQUEST_INVALID with every fault
 * @internal
 */
export function encodeAnswer(
  check: ((value: unknown, path: string) => Fault[]) | null,
  decision: 'approve' | 'reject',
  answer: unknown,
  bytes: number,
): string | null {
  if (decision !== 'approve' && decision !== 'reject')
    throw invalid([{ path: 'decision', message: 'must be approve or reject' }]);
  if (answer === undefined && (decision === 'reject' || !check)) return null;
  const faults: Fault[] = [];
  const text = encodeJson(answer ?? null, 'answer', faults, bytes);
  if (text === null || utf8Length(text) > bytes) {
    faults.push({ path: 'answer', message: `must have at most ${bytes} bytes as JSON` });
  } else if (check && decision === 'approve') faults.push(...check(JSON.parse(text), 'answer'));
  if (faults.length > 0) throw invalid(faults);
  return text;
}

/**
 * Checks whom a decision is delegated to.
 *
 * @throws {TaskerError} TSK_REQUEST_INVALID
 * @public
 */
export function checkAssignees(to: readonly string[]): void {
  const sound =
    Array.isArray(to) &&
    to.length > 0 &&
    to.length <= LIST_LIMITS.assignees &&
    to.every(
      (one) => typeof one === 'string' && one.length <= TEXT_LIMITS.assignee && /^(user|role):[^\0]+$/.test(one),
    );
  if (sound) return;
  const message = `must be 1 to ${LIST_LIMITS.assignees} entries, each user:<principal id> or role:<role>`;
  throw invalid([{ path: 'to', message }]);
}

const invalid = (details: readonly Fault[]): TaskerError =>
  new TaskerError('TSK_REQUEST_INVALID', 'The decision is invalid.', { details });
