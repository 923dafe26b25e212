import { TaskerError, type Fault } from '../../errors/tasker-error';
import { copyJson } from '../../data/json-data';
import { nearestName } from '../../data/nearest-name';
import { LIST_LIMITS, TEXT_LIMITS } from '../request/field-limits';
import type { OperatorAct, OperatorCommand, OperatorVerb } from './operator-command';
import { isStepVerb, STEP_VERBS, TASK_VERBS } from './verb-rules';

type Check = (value: unknown) => string | null;

const isRecord = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
const text =
  (most: number): Check =>
  (value) =>
    typeof value === 'string' && value.length >= 1 && value.length <= most && !value.includes('\0')
      ? null
      : `must be a text of 1 to ${most} characters`;
const running: Check = (value) => (value === 'abort' || value === 'finish' ? null : "must be 'abort' or 'finish'");
const inputs: Check = (value) =>
  isRecord(value) ? null : 'must be an object: fields of the context with other values';

/** What each verb takes beside its own name and, for verbs on steps, the step. */
const FIELDS: Readonly<Record<OperatorVerb, Readonly<Record<string, Check>>>> = {
  cancel: { running },
  retry: {},
  resolve: {},
  pause: { running },
  resume: {},
  set_priority: {
    priority: (value) =>
      Number.isInteger(value) && Math.abs(value as number) <= 100 ? null : 'must be an integer from -100 to 100',
  },
  edit: {
    tags: (value) =>
      Array.isArray(value) &&
      value.length <= LIST_LIMITS.tags &&
      value.every((tag) => text(TEXT_LIMITS.tag)(tag) === null)
        ? null
        : `must be at most ${LIST_LIMITS.tags} texts of 1 to ${TEXT_LIMITS.tag} characters`,
    taskReason: (value) => (value === null ? null : text(TEXT_LIMITS.reason)(value)),
  },
  rerun: { inputs },
  retry_step: {},
  cancel_step: {},
  skip_step: { force: (value) => (typeof value === 'boolean' ? null : 'must be true or false') },
  resolve_step: { result: () => null },
  edit_inputs: { inputs: (value) => (value === null ? null : inputs(value)) },
};
/** Stored as JSON: every value in them must be some. */
const DATA: ReadonlySet<string> = new Set(['inputs', 'result']);
const REQUIRED: Partial<Record<OperatorVerb, string>> = { set_priority: 'priority', edit_inputs: 'inputs' };

/** Every verb there is. @public */
export const OPERATOR_VERBS = [...Object.keys(TASK_VERBS), ...Object.keys(STEP_VERBS)] as OperatorVerb[];

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

function actFaults(act: OperatorAct): Fault[] {
  const version: Check = (value) =>
    Number.isSafeInteger(value) && (value as number) >= 0 ? null : 'must be an integer';
  const checks = { actor: text(TEXT_LIMITS.actor), reason: text(TEXT_LIMITS.reason), ifVersion: version };
  return fieldFaults(act as unknown as Record<string, unknown>, checks, ['actor']);
}

function commandFaults(command: OperatorCommand): Fault[] {
  const { verb, ...fields } = command as { readonly verb: unknown } & Record<string, unknown>;
  if (typeof verb !== 'string' || !OPERATOR_VERBS.includes(verb as OperatorVerb)) {
    return [{ path: 'verb', message: `must be one of ${OPERATOR_VERBS.join(', ')}` }];
  }
  const known = verb as OperatorVerb;
  const checks = { ...FIELDS[known], ...(isStepVerb(known) && { step: text(TEXT_LIMITS.stepName) }) };
  const required = [...(isStepVerb(known) ? ['step'] : []), ...(REQUIRED[known] ? [REQUIRED[known]] : [])];
  return fieldFaults(fields, checks, required);
}

function fieldFaults(
  fields: Readonly<Record<string, unknown>>,
  checks: Readonly<Record<string, Check>>,
  required: readonly string[],
): Fault[] {
  const faults: Fault[] = [];
  for (const [path, value] of Object.entries(fields)) {
    const check = Object.hasOwn(checks, path) ? checks[path] : undefined;
    if (!check) faults.push({ path, message: unknown(path, Object.keys(checks)) });
    else if (value !== undefined) {
      const message = check(value);
      if (message !== null) faults.push({ path, message });
      else if (DATA.has(path)) copyJson(value, path, faults);
    }
  }
  for (const path of required) if (fields[path] === undefined) faults.push({ path, message: 'is required' });
  return faults;
}

function unknown(name: string, known: readonly string[]): string {
  const near = nearestName(name, known);
  return `unknown field; ${near === undefined ? `known: ${known.join(', ') || 'none'}` : `did you mean "${near}"?`}`;
}
