import type { VerbField } from './verb-fields';

type OfType<T extends VerbField['type']> = Extract<VerbField, { readonly type: T }>;
interface Check<T extends VerbField['type']> {
  readonly accepts: (value: unknown, field: OfType<T>) => boolean;
  /** Follows the name of the field. */
  readonly says: (field: OfType<T>) => string;
}

const isText = (value: unknown, most: number): boolean =>
  typeof value === 'string' && value.length >= 1 && value.length <= most && !value.includes('\0');

const CHECKS: { readonly [T in VerbField['type']]: Check<T> } = {
  choice: {
    accepts: (value, { choices }) => choices.includes(value as string),
    says: ({ choices }) => `must be ${choices.map((choice) => `'${choice}'`).join(' or ')}`,
  },
  integer: {
    accepts: (value, { minimum, maximum }) =>
      Number.isInteger(value) && (value as number) >= minimum && (value as number) <= maximum,
    says: ({ minimum, maximum }) => `must be an integer from ${minimum} to ${maximum}`,
  },
  flag: { accepts: (value) => typeof value === 'boolean', says: () => 'must be true or false' },
  text: {
    accepts: (value, { maxLength }) => isText(value, maxLength),
    says: ({ maxLength }) => `must be a text of 1 to ${maxLength} characters`,
  },
  texts: {
    accepts: (value, { maxItems, maxLength }) =>
      Array.isArray(value) && value.length <= maxItems && value.every((entry) => isText(entry, maxLength)),
    says: ({ maxItems, maxLength }) => `must be at most ${maxItems} texts of 1 to ${maxLength} characters`,
  },
  record: {
    accepts: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    says: () => 'must be an object: fields of the context with other values',
  },
  json: { accepts: () => true, says: () => 'must be JSON' },
};

/** What is wrong with a value for the field, in words that follow its name; null: nothing. */
export function fieldFault(field: VerbField, value: unknown): string | null {
  if (value === null && field.nullable) return null;
  const { accepts, says } = CHECKS[field.type] as Check<VerbField['type']>;
  return accepts(value, field) ? null : says(field);
}
