import { TEXT_LIMITS } from '@tasker/core';
import { Model, type Schema, type SchemaObject } from './model';

/** Further keywords of a schema: limits, an example. */
type Keywords = Readonly<Record<string, unknown>>;

/** @internal */
export const text = (description: string, more: Keywords = {}): SchemaObject => ({
  type: 'string',
  description,
  ...more,
});

/** Keywords of a text that is given: not empty, and as long as this field may be anywhere. @internal */
export const sized = (field: keyof typeof TEXT_LIMITS): { minLength: number; maxLength: number } => ({
  minLength: 1,
  maxLength: TEXT_LIMITS[field],
});

/** @internal */
export const integer = (description: string, more: Keywords = {}): SchemaObject => ({
  type: 'integer',
  description,
  ...more,
});

/** @internal */
export const number = (description: string, more: Keywords = {}): SchemaObject => ({
  type: 'number',
  description,
  ...more,
});

/** @internal */
export const flag = (description: string, more: Keywords = {}): SchemaObject => ({
  type: 'boolean',
  description,
  ...more,
});

/** Bigints are text in JSON: a number would lose digits. @internal */
export const id = (description: string, more: Keywords = {}): SchemaObject => ({
  type: 'string',
  pattern: '^[1-9][0-9]{0,18}$',
  description,
  example: '4711',
  ...more,
});

/** @internal */
export const instant = (description: string, more: Keywords = {}): SchemaObject => ({
  type: 'string',
  format: 'date-time',
  description,
  example: '2026-01-31T12:00:00.000Z',
  ...more,
});

/** @internal */
export const oneOf = (words: readonly string[], description: string, more: Keywords = {}): SchemaObject => ({
  type: 'string',
  enum: [...words],
  description,
  ...more,
});

/** @internal */
export const list = (items: Schema, description: string, more: Keywords = {}): SchemaObject => ({
  type: 'array',
  items,
  description,
  ...more,
});

/** Any JSON value. @internal */
export const json = (description: string, more: Keywords = {}): SchemaObject => ({ description, ...more });

/** An object with keys of the caller's choice. @internal */
export const record = (description: string, more: Keywords = {}): SchemaObject => ({
  type: 'object',
  additionalProperties: true,
  description,
  ...more,
});

/**
 * An object with these properties, all of them required unless named as optional.
 *
 * @internal
 */
export const object = (
  description: string,
  properties: Readonly<Record<string, Schema>>,
  { optional = [], ...more }: Keywords & { readonly optional?: readonly string[] } = {},
): SchemaObject => {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', description, properties, ...(required.length > 0 ? { required } : {}), ...more };
};

/**
 * An object that accepts nothing but these properties, none of them required unless named: what callers send.
 *
 * @internal
 */
export const request = (
  description: string,
  properties: Readonly<Record<string, Schema>>,
  required: readonly string[] = [],
): SchemaObject => ({
  ...{ type: 'object', description, properties, additionalProperties: false },
  ...(required.length > 0 ? { required } : {}),
});

/**
 * The schema, or null. A model is written out: OpenAPI 3.0 has no way to say that a reference may be null.
 *
 * @internal
 */
export function nullable(schema: Schema): SchemaObject {
  const plain = schema instanceof Model ? schema.schema : schema;
  const { enum: words } = plain as { enum?: readonly unknown[] };
  return { ...plain, nullable: true, ...(words ? { enum: [...words, null] } : {}) };
}
