import { encodeJson } from '../../data/encode-json';
import { didYouMean } from '../../data/nearest-name';
import { isRecord } from '../../data/record';
import { utf8Length } from '../../data/utf8-length';
import { TaskerError, type Fault } from '../../errors/tasker-error';
import { TEXT_LIMITS } from '../request/field-limits';
import { isTaskId } from '../filter/check-task-filter';
import { isSignalKey } from './plan-wait';

/** To whom a signal goes and what it brings. @public */
export interface SignalRequest {
  /** The task whose step waits for it. Either this or `key`. */
  readonly taskId?: string | undefined;
  /** What the waiting steps gave as their `correlation`. Text of at most 255 characters that does not begin with `@`. */
  readonly key?: string | undefined;
  /** Of the waiting tasks. Default: `default`, or that of the task. */
  readonly namespace?: string | undefined;
  /** JSON data. Default null. */
  readonly payload?: unknown;
  /** Another signal of the same name and id to the same task or key is the same one, for 7 days. */
  readonly id?: string | undefined;
  /**
   * How long it is kept when nobody waits for it, milliseconds; 0: not at all. Default: to a task as long as the task is
   * there, to a key a day.
   */
  readonly ttlMs?: number | undefined;
}

/** A signal as the store takes it. @public */
export interface NewSignal {
  /** Null: that of the task. */
  readonly namespace: string | null;
  readonly name: string;
  readonly taskId: string | null;
  readonly key: string | null;
  /** JSON text. */
  readonly payload: string;
  readonly id: string | null;
  /** Null: as long as there is something to wait. */
  readonly ttlMs: number | null;
}

/** How long a signal to a key is kept where nothing is said. */
const KEY_TTL_MS = 86_400_000;
/** A hundred years. */
const LONGEST_MS = 36_500 * 86_400_000;
const KNOWN = ['taskId', 'key', 'namespace', 'payload', 'id', 'ttlMs'];

/**
 * Checks a signal.
 *
 * @param payloadBytes upper bound of the payload as JSON text, in UTF-8 bytes
 * @throws {TaskerError} TSK_REQUEST_INVALID with every fault
 * @public
 */
export function checkSignal(name: string, request: SignalRequest, payloadBytes: number): NewSignal {
  if (!isRecord(request)) throw invalid([{ path: '', message: 'must be an object' }]);
  const { taskId, key, namespace, id, ttlMs }: SignalRequest = request;
  const faults = unknownFields(request);
  text(faults, 'name', name, TEXT_LIMITS.signalName);
  if (namespace !== undefined) text(faults, 'namespace', namespace, TEXT_LIMITS.namespace);
  if (id !== undefined) text(faults, 'id', id, TEXT_LIMITS.signalId);
  faults.push(...addressFaults(request), ...timeFaults(ttlMs));
  const payload = encoded(faults, request['payload'] ?? null, payloadBytes);
  if (faults.length > 0) throw invalid(faults);
  const toTask = key === undefined;
  return {
    ...{ name, payload, taskId: taskId ?? null, key: key ?? null, id: id ?? null },
    namespace: namespace ?? (toTask ? null : 'default'),
    ttlMs: ttlMs === undefined ? (toTask ? null : KEY_TTL_MS) : Math.trunc(ttlMs),
  };
}

function unknownFields(request: object): Fault[] {
  return Object.keys(request)
    .filter((key) => !KNOWN.includes(key))
    .map((path) => ({ path, message: `unknown field${didYouMean(path, KNOWN)}` }));
}

function addressFaults({ taskId, key }: SignalRequest): Fault[] {
  if ((taskId === undefined) === (key === undefined)) {
    return [{ path: 'taskId', message: 'must be given, or key: exactly one of them' }];
  }
  if (taskId !== undefined && !isTaskId(taskId)) return [{ path: 'taskId', message: 'must be the id of a task' }];
  if (key === undefined || (typeof key === 'string' && isSignalKey(key))) return [];
  const message = `must be text of 1 to ${TEXT_LIMITS.signalKey} characters that does not begin with @`;
  return [{ path: 'key', message }];
}

function timeFaults(ttlMs: number | undefined): Fault[] {
  if (ttlMs === undefined || (typeof ttlMs === 'number' && ttlMs >= 0 && ttlMs <= LONGEST_MS)) return [];
  return [{ path: 'ttlMs', message: `must be a number from 0 to ${LONGEST_MS}` }];
}

function encoded(faults: Fault[], payload: unknown, bytes: number): string {
  const json = encodeJson(payload, 'payload', faults, bytes);
  if (json !== null && utf8Length(json) <= bytes) return json;
  faults.push({ path: 'payload', message: `must have at most ${bytes} bytes as JSON` });
  return '';
}

function text(faults: Fault[], path: string, value: unknown, limit: number): void {
  if (typeof value === 'string' && value.length > 0 && value.length <= limit && !value.includes('\0')) return;
  faults.push({ path, message: `must be text of 1 to ${limit} characters` });
}

const invalid = (details: readonly Fault[]): TaskerError =>
  new TaskerError('TSK_REQUEST_INVALID', 'The signal is invalid.', { details });
