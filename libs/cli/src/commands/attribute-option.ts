import type { TaskFilter } from '@tasker/core';
import { InvalidArgumentError } from 'commander';

type Attributes = NonNullable<TaskFilter['attributes']>;
type Bound = string | number;

const CONDITION = /^([^<>=]+)(<=|>=|<|>|=)(.*)$/s;
const BOUNDS = { '<': 'lt', '<=': 'lte', '>': 'gt', '>=': 'gte' } as const;

/**
 * For an option that may be given several times: `customer=c1`, `total>=10`, `total<20`. A value that is a JSON number,
 * boolean or string is that, anything else a text: `order='"10"'` is a text of digits.
 *
 * @internal
 */
export function attribute(text: string, before: Attributes = {}): Attributes {
  const [, name = '', sign = '', typed = ''] = CONDITION.exec(text) ?? [];
  if (name === '') throw new InvalidArgumentError('It must be a condition such as customer=c1 or total>=10.');
  const value = scalar(typed);
  const known = before[name];
  if (sign === '=') {
    if (known === undefined) return { ...before, [name]: value };
  } else if (known === undefined || typeof known === 'object') {
    const bound = { [BOUNDS[sign as keyof typeof BOUNDS]]: value as Bound };
    return { ...before, [name]: { ...(known as object), ...bound } };
  }
  throw new InvalidArgumentError(`"${name}" can have one value, or bounds.`);
}

function scalar(text: string): string | number | boolean {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  } catch {
    // A text as it is.
  }
  return text;
}
