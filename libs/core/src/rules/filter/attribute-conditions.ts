import { indexedInstant, indexedText } from '../request/search-values';
import { isInstant } from './instant';
import type { AttributeRange, AttributeValue, TaskFilter } from './task-filter';

/** A comparison of a value with those asked for. @public */
export interface AttributeComparison {
  /** `=`: with any of the values; else there is one. */
  readonly sign: '=' | '>' | '>=' | '<' | '<=';
  readonly values: readonly (string | number)[];
}

/** What a filter asks of one search attribute, in the form in which values are indexed. @public */
export interface AttributeCondition {
  readonly name: string;
  /** Which of the two kinds of values is compared. */
  readonly kind: 'text' | 'number';
  /** All of them hold. */
  readonly comparisons: readonly AttributeComparison[];
}

const SIGNS = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;

/** Names of the bounds of a range. @internal */
export const BOUNDS = Object.keys(SIGNS) as readonly (keyof AttributeRange)[];

/**
 * The conditions that a checked filter sets on search attributes: one for each of them.
 *
 * @public
 */
export const attributeConditions = ({ attributes = {} }: TaskFilter): AttributeCondition[] =>
  Object.entries(attributes).map(([name, wanted]) => {
    const comparisons = isRange(wanted) ? bounds(wanted) : [{ sign: '=' as const, values: equals(wanted) }];
    return { name, kind: typeof comparisons[0]?.values[0] === 'number' ? 'number' : 'text', comparisons };
  });

/** True for what has bounds instead of being a value. @internal */
export const isRange = (wanted: unknown): wanted is AttributeRange =>
  typeof wanted === 'object' && wanted !== null && !(wanted instanceof Date);

const bounds = (range: AttributeRange): AttributeComparison[] =>
  BOUNDS.flatMap((bound) => {
    const value = range[bound];
    return value === undefined ? [] : [{ sign: SIGNS[bound], values: [indexed(value)] }];
  });

/** Of which template an attribute is, and so of which type, a filter does not say: an instant may be a text as well. */
const equals = (value: AttributeValue): (string | number)[] =>
  isInstant(value) ? [...new Set([indexedText(value), indexedInstant(value)])] : [indexed(value)];

function indexed(value: AttributeValue): string | number {
  if (typeof value === 'number') return value;
  return value instanceof Date || isInstant(value) ? indexedInstant(value) : indexedText(String(value));
}
