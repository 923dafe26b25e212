import { isRecord } from '../../data/record';
import { TaskerError } from '../../errors/tasker-error';

/** Values of variables by name; undefined is not set. @public */
export type LiveEnvironment = Readonly<Record<string, string | undefined>>;

/** `$$env{` is a literal `$env{`; otherwise a name and perhaps a default. */
const REFERENCE = /\$\$env\{|\$env\{([^}]*)\}/g;
const CONTENT = /^([A-Za-z_]\w*)(?::-(.*))?$/s;

/**
 * What is wrong with the references `$env{NAME}` and `$env{NAME:-default}` in the texts of a value: variables that are not
 * set and have no default, and what is no reference at all.
 *
 * @internal
 */
export function liveFaults(value: unknown, env: LiveEnvironment): string[] {
  const faults: string[] = [];
  resolve(value, env, faults);
  return faults;
}

/**
 * The value with its references replaced; itself when it has none.
 *
 * @throws {TaskerError} TSK_OPTIONS_INVALID with every fault
 * @internal
 */
export function resolveLive<T>(value: T, env: LiveEnvironment): T {
  const faults: string[] = [];
  const resolved = resolve(value, env, faults);
  if (faults.length === 0) return resolved as T;
  throw new TaskerError('TSK_OPTIONS_INVALID', 'The environment of this worker lacks what a step is configured with.', {
    details: faults.map((message) => ({ path: 'handler_config', message })),
    hint: 'Set the variables where this worker runs, or give them defaults: $env{NAME:-default}.',
  });
}

function resolve(value: unknown, env: LiveEnvironment, faults: string[]): unknown {
  if (typeof value === 'string') return value.includes('$env{') ? replaced(value, env, faults) : value;
  if (Array.isArray(value)) {
    const made = value.map((entry) => resolve(entry, env, faults));
    return made.some((entry, index) => entry !== value[index]) ? made : value;
  }
  if (!isRecord(value)) return value;
  const made = Object.entries(value).map(([key, entry]) => [key, resolve(entry, env, faults)] as const);
  return made.some(([key, entry]) => entry !== value[key]) ? Object.fromEntries(made) : value;
}

function replaced(text: string, env: LiveEnvironment, faults: string[]): string {
  return text.replace(REFERENCE, (reference, content?: string) => {
    if (content === undefined) return '$env{';
    const [, name, fallback] = CONTENT.exec(content) ?? [];
    if (name === undefined) {
      faults.push(`${reference} is not a variable; write $${reference} for the text itself`);
      return reference;
    }
    const value = env[name];
    if (value !== undefined && (value !== '' || fallback === undefined)) return value;
    if (fallback === undefined) faults.push(`the variable ${name} is not set and has no default`);
    return fallback ?? '';
  });
}
