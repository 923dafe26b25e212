import type { Type } from '@nestjs/common';
import { ApiSchema } from '@nestjs/swagger';
import type { JsonSchema } from '@tasker/core';

/** A schema as OpenAPI 3.0 writes it, which ajv understands as well. @internal */
export interface SchemaObject {
  readonly [keyword: string]: unknown;
}

/** A schema, or the model that stands for one. @internal */
export type Schema = SchemaObject | Model;

/** A schema with a name: the document has it once, and refers to it. @internal */
export class Model {
  private described: Type | undefined;

  /** @param name with `Tasker` in front, because the document belongs to the host, which has names of its own */
  constructor(
    readonly name: string,
    readonly schema: SchemaObject,
  ) {}

  /** Nest's Swagger takes components from classes only: an empty one, described by the whole schema. */
  get type(): Type {
    return (this.described ??= this.describe());
  }

  private describe(): Type {
    // Not called "type": Swagger takes a function of that name for one that returns the type.
    const Component = class {};
    const description = { ...(asDocument(this.schema) as object), name: this.name };
    ApiSchema(description)(Component);
    return Component;
  }
}

/** The schema with a reference in place of every model. @internal */
export const asDocument = (schema: unknown): unknown =>
  replaceModels(schema, ({ name }) => ({ $ref: `#/components/schemas/${name}` }));

/** The schema with every model written out: for checking data. @internal */
export const asJsonSchema = (schema: Schema): JsonSchema =>
  replaceModels(schema, (model) => asJsonSchema(model.schema)) as JsonSchema;

/** Every model the schema refers to, directly or through another one, each once. @internal */
export function modelsIn(schema: unknown): Model[] {
  const found = new Set<Model>();
  const visit = (part: unknown): void => {
    replaceModels(part, (model) => {
      if (!found.has(model)) visit((found.add(model), model.schema));
      return model;
    });
  };
  visit(schema);
  return [...found];
}

function replaceModels(part: unknown, replace: (model: Model) => unknown): unknown {
  if (part instanceof Model) return replace(part);
  if (Array.isArray(part)) return part.map((entry) => replaceModels(entry, replace));
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, replaceModels(value, replace)]));
}
