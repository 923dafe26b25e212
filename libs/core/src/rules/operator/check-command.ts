import { TaskerError, type Fault } from '../../errors/tasker-error';
import { copyJson } from '../../data/json-data';
import { nearestName } from '../../data/nearest-name';
import { TEXT_LIMITS } from '../request/field-limits';
import { fieldFault } from './field-fault';
import type { OperatorAct, OperatorCommand } from './operator-command';
import type { VerbField } from './verb-fields';
import { OPERATOR_VERBS, requiredFields, verbFields } from './verb-rules';

/** What callers say of every act. `ifVersion` counts acts, so it may be as large as an integer gets. */
const ACT_FIELDS = {
  actor: { type: 'text', maxLength: TEXT_LIMITS.actor, description: 'Who acts.' },
  reason: { type: 'text', maxLength: TEXT_LIMITS.reason, description: 'Why.' },
} as const satisfies Readonly<Record<string, VerbField>>;

/**
 * Checks a command and an act that came from outside.
 *
 * @throws {TaskerError} TSK_REQUEST_INVALID with every fault
 * @public
 */
export function checkCommand(command: OperatorCommand, act: OperatorAct): void {
  const faults = [...actFaults(act), ...commandFaults(command)];
  if (faults.length > 0) throw new TaskerError('TSK_REQUEST_INVALID', 'The command is invalid.', { details: faults });
}

function actFaults({ ifVersion, ...act }: OperatorAct): Fault[] {
  const sound = ifVersion === undefined || (Number.isSafeInteger(ifVersion) && ifVersion >= 0);
  return [
    ...fieldFaults(act, ACT_FIELDS, ['actor'], ['ifVersion']),
    ...(sound ? [] : [{ path: 'ifVersion', message: 'must be an integer' }]),
  ];
}

function commandFaults(command: OperatorCommand): Fault[] {
  const { verb, ...fields } = command as { readonly verb: unknown } & Record<string, unknown>;
  const known = OPERATOR_VERBS.find((name) => name === verb);
  if (known === undefined) return [{ path: 'verb', message: `must be one of ${OPERATOR_VERBS.join(', ')}` }];
  return fieldFaults(fields, verbFields(known), requiredFields(known));
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
  const faults: Fault[] = [];
  // Stored as JSON: every value in it must be some.
  if (field.type === 'record' || field.type === 'json') copyJson(value, path, faults);
  return faults;
}

function unknown(name: string, known: readonly string[]): string {
  const near = nearestName(name, known);
  return `unknown field; ${near === undefined ? `known: ${known.join(', ') || 'none'}` : `did you mean "${near}"?`}`;
}
