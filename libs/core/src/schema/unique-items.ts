import type { Ajv, SchemaValidateFunction } from 'ajv';
import { canonicalJson } from '../data/canonical-json';

/**
 * Ajv compares every object with every other: 20,000 small ones block the process for a minute. Equal data has equal
 * canonical text, so one look at each is enough.
 */
const validate: SchemaValidateFunction = (wanted: boolean, entries: readonly unknown[]) => {
  if (!wanted) return true;
  const seen = new Map<unknown, number>();
  for (const [index, entry] of entries.entries()) {
    const key = typeof entry === 'object' && entry !== null ? canonicalJson(entry) : JSON.stringify(entry);
    const before = seen.get(key);
    if (before !== undefined) {
      const message = `must NOT have duplicate items (items ## ${before} and ${index} are identical)`;
      validate.errors = [{ keyword: 'uniqueItems', message, params: { i: index, j: before } }];
      return false;
    }
    seen.set(key, index);
  }
  return true;
};

/** Puts a linear `uniqueItems` in the place of ajv's own. @internal */
export function useHashedUniqueItems(ajv: Ajv): void {
  ajv.removeKeyword('uniqueItems');
  ajv.addKeyword({ keyword: 'uniqueItems', type: 'array', schemaType: 'boolean', errors: 'full', validate });
}
