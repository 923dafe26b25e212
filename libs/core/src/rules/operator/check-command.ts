import { TaskerError, type Fault } from '../../errors/tasker-error';
import { copyJson } from '../../data/json-data';
import { utf8Length } from '../../data/utf8-length';
import { nearestName } from '../../data/nearest-name';
import { TEXT_LIMITS } from '../request/field-limits';
import { fieldFault } from './field-fault';
import type { OperatorAct, OperatorCommand } from './operator-command';
import type { VerbField } from './verb-fields';
import { OPERATOR_VERBS, requiredFields, verbFields } from './verb-rules';

/** How large the JSON of a command may be, UTF-8 bytes. @public */
export interface CommandLimits {
  /** Of inputs: they take the place of fields of the context. */
  readonly contextBytes: number;
  /** Of a result that is given by hand. */
  readonly resultBytes: number;
}

/** Where nobody says otherwise. @public */
export const COMMAND_LIMITS: CommandLimits = { contextBytes: 1_048_576, resultBytes: 1_048_576 };

/** What callers say of every act. `ifVersion` counts acts, so it may be as large as an integer gets. */
const ACT_FIELDS = {
  actor: { type: 'text', maxLength: TEXT_LIMITS.actor, description: 'Who acts.' },
  reason: { type: 'text', maxLength: TEXT_LIMITS.reason, description: 'Why.' },
} as const satisfies Readonly<Record<string, VerbField>>;

/**
 * Checks a command and an act that came from outside.
 *
 * @param limits how large the JSON in it may be
 * @throws {TaskerError} TSK_REQUEST_INVALID with every fault
 * @public
 */
export function checkCommand(command: OperatorCommand, act: OperatorAct, limits = COMMAND_LIMITS): void {
  const faults = [...actFaults(act), ...commandFaults(command, limits)];
  if (faults.length > 0) throw new TaskerError('TSK_REQUEST_INVALID', 'The command is invalid.', { details: faults });
}

function actFaults({ ifVersion, ...act }: OperatorAct): Fault[] {
  const sound = ifVersion === undefined || (Number.isSafeInteger(ifVersion) && ifVersion >= 0);
  return [
    ...fieldFaults(act, ACT_FIELDS, ['actor'], ['ifVersion']),
    ...(sound ? [] : [{ path: 'ifVersion', message: 'must be an integer' }]),
  ];
}

function commandFaults(command: OperatorCommand, limits: CommandLimits): Fault[] {
  const { verb, ...fields } = command as { readonly verb: unknown } & Record<string, unknown>;
  const known = OPERATOR_VERBS.find((name) => name === verb);
  if (known === undefined) return [{ path: 'verb', message: `must be one of ${OPERATOR_VERBS.join(', ')}` }];
  const faults = fieldFaults(fields, verbFields(known), requiredFields(known));
  return [...faults, ...sizeFaults(fields, verbFields(known), limits)];
}

function fieldFaults(
  given: Readonly<Record<string, unknown>>,
  fields: Readonly<Record<string, VerbField>>,
  required: readonly string[],
  alsoKnown: readonly string[] = [],
): Fault[] {
  const faults: Fault[] = [];
  for (const [path, value] of Object.entries(given)) {
    const field = Object.hasOwn(fields, path) ? fields[path] : undefined;
    if (!field) faults.push({ path, message: unknown(path, [...Object.keys(fields), ...alsoKnown]) });
    else if (value !== undefined) faults.push(...valueFaults(path, field, value));
  }
  for (const path of required) if (given[path] === undefined) faults.push({ path, message: 'is required' });
  return faults;
}

function valueFaults(path: string, field: VerbField, value: unknown): Fault[] {
  const message = fieldFault(field, value);
  if (message !== null) return [{ path, message }];
  return [];
}

/** What is stored as JSON: every value in it must be some, and it must not be too large. */
function sizeFaults(
  given: Readonly<Record<string, unknown>>,
  fields: Readonly<Record<string, VerbField>>,
  { contextBytes, resultBytes }: CommandLimits,
): Fault[] {
  const faults: Fault[] = [];
  for (const [path, field] of Object.entries(fields)) {
    const value = given[path];
    if (value === undefined || (field.type !== 'record' && field.type !== 'json')) continue;
    if (fieldFault(field, value) !== null) continue;
    const most = field.type === 'record' ? contextBytes : resultBytes;
    const before = faults.length;
    const copy = copyJson(value, path, faults, most);
    if (faults.length === before && utf8Length(JSON.stringify(copy)) > most) faults.push(tooLarge(path, most));
  }
  return faults;
}

const tooLarge = (path: string, most: number): Fault => ({
  path,
  message: `must have at most ${most} bytes as JSON`,
});

function unknown(name: string, known: readonly string[]): string {
  const near = nearestName(name, known);
  return `unknown field; ${near === undefined ? `known: ${known.join(', ') || 'none'}` : `did you mean "${near}"?`}`;
}
