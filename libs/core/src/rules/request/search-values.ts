import type { JsonObject, JsonValue } from '../../data/json-data';
import { isInstant } from '../filter/instant';
import type { SearchAttributeDefinition, SearchAttributeType, TaskTemplateDefinition } from '../template/definition';

/** A value a task is found by; either a text or a number. @public */
export interface SearchValue {
  readonly name: string;
  /** Booleans are `true` and `false`; instants are in UTC with milliseconds, so that they sort as texts. */
  readonly text: string | null;
  readonly number: number | null;
}

/** Longest text that is indexed, UTF-16 code units: an entry of a btree has 2,704 bytes. */
const LONGEST_TEXT = 256;

const NONE: readonly SearchValue[] = [];

/**
 * The values of the search attributes that a template declares. What the context lacks, or has in another type, is left
 * out: such a task is not found by it. A long text counts with its first 256 characters.
 *
 * @param context checked, with the defaults of its schema
 * @returns in the order of the declarations
 * @internal
 */
export function searchValues(
  { searchAttributes }: Pick<TaskTemplateDefinition, 'searchAttributes'>,
  context: JsonObject,
): readonly SearchValue[] {
  if (searchAttributes === undefined) return NONE;
  return searchAttributes.flatMap((attribute) => searchValue(attribute, context));
}

/** A text as it is indexed: cut, but never through a pair of surrogates. @internal */
export const indexedText = (text: string): string => {
  const cut = text.slice(0, LONGEST_TEXT);
  return cut.isWellFormed() ? cut : cut.slice(0, -1);
};

/** An instant as it is indexed. @internal */
export const indexedInstant = (instant: string | Date): string => new Date(instant).toISOString();

function searchValue({ name, path, type }: SearchAttributeDefinition, context: JsonObject): SearchValue[] {
  const value = valueAt(context, path);
  if (type === 'number') return typeof value === 'number' ? [{ name, text: null, number: value }] : [];
  const text = textOf(type, value);
  return text === null ? [] : [{ name, text, number: null }];
}

function textOf(type: SearchAttributeType, value: JsonValue | undefined): string | null {
  if (type === 'boolean') return typeof value === 'boolean' ? String(value) : null;
  if (typeof value !== 'string') return null;
  if (type === 'string') return indexedText(value);
  return isInstant(value) ? indexedInstant(value) : null;
}

function valueAt(context: JsonObject, path: string): JsonValue | undefined {
  let value: JsonValue | undefined = context;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as JsonObject)[key];
  }
  return value;
}
