import type { OpenAPIObject } from '@nestjs/swagger';
import { compileSchema, type SchemaCheck } from '@tasker/core';
import type { RestAnswer } from './rest-app';

type Json = Record<string, unknown>;

/** An operation of the document. */
export interface DocumentedOperation {
  readonly id: string;
  readonly method: string;
  /** Below the path of the module, parameters in braces. */
  readonly path: string;
  readonly operation: {
    readonly summary?: string;
    readonly description?: string;
    readonly parameters?: readonly { name: string; in: string; schema?: Json; description?: string }[];
    readonly requestBody?: { content: Record<string, { schema: Json; examples?: Record<string, { value: unknown }> }> };
    readonly responses: Record<string, DocumentedAnswer>;
    readonly 'x-permission'?: string;
  };
}

interface DocumentedAnswer {
  readonly description: string;
  readonly headers?: Record<string, unknown>;
  readonly content?: Record<string, { schema: Json }>;
}

/** The OpenAPI document as something answers can be held against; remembers which of its answers it has seen. */
export class Contract {
  readonly operations: readonly DocumentedOperation[];
  readonly seen = new Set<string>();
  private readonly checks = new Map<string, SchemaCheck>();

  /** @param mounted the path of the module in the document */
  constructor(
    private readonly document: OpenAPIObject,
    mounted: string,
  ) {
    this.operations = Object.entries(document.paths)
      .filter(([path]) => path.startsWith(`${mounted}/`))
      .flatMap(([path, methods]) =>
        Object.entries(methods as Record<string, DocumentedOperation['operation'] & { operationId: string }>).map(
          ([method, operation]) => ({
            ...{ id: operation.operationId, method: method.toUpperCase() },
            ...{ path: path.slice(mounted.length), operation },
          }),
        ),
      );
  }

  find(id: string): DocumentedOperation {
    const found = this.operations.find((operation) => operation.id === id);
    if (!found) throw new Error(`the document has no operation ${id}`);
    return found;
  }

  /** Everything in which the answer differs from what the document says; empty when it keeps its word. */
  breaches({ id, operation }: DocumentedOperation, { status, headers, body }: RestAnswer): string[] {
    this.seen.add(`${id} ${status}`);
    const documented = operation.responses[String(status)];
    if (!documented) return [`${id}: status ${status} is not documented: ${JSON.stringify(body)}`];
    const missing = Object.keys(documented.headers ?? {}).filter((name) => !headers.has(name));
    const faults = missing.map((name) => `${id} ${status}: the header ${name} is missing`);
    const schema = documented.content?.['application/json']?.schema;
    if (!schema) return body === undefined ? faults : [...faults, `${id} ${status}: has a body`];
    if (!headers.get('content-type')?.startsWith('application/json')) faults.push(`${id} ${status}: is not JSON`);
    if (status >= 400 && body?.statusCode !== status) faults.push(`${id} ${status}: says another status`);
    const check = this.check(`${id} ${status}`, schema);
    return [...faults, ...check(body, 'body').map(({ path, message }) => `${id} ${status}: ${path} ${message}`)];
  }

  /** What the schema does not allow in the data. */
  violations(schema: Json, data: unknown): string[] {
    return compileSchema(this.plain(schema) as Json)(data, '').map(({ path, message }) => `${path} ${message}`);
  }

  /** The schema with its references resolved. */
  plain(schema: unknown): unknown {
    if (Array.isArray(schema)) return schema.map((entry) => this.plain(entry));
    if (typeof schema !== 'object' || schema === null) return schema;
    const { $ref } = schema as { $ref?: string };
    if ($ref !== undefined) return this.plain(this.component($ref));
    return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, this.plain(value)]));
  }

  private check(key: string, schema: Json): SchemaCheck {
    const known = this.checks.get(key) ?? compileSchema(closed(this.plain(schema)) as Json);
    this.checks.set(key, known);
    return known;
  }

  private component($ref: string): unknown {
    const name = $ref.replace('#/components/schemas/', '');
    const found = this.document.components?.schemas?.[name];
    if (!found) throw new Error(`${$ref} leads nowhere`);
    return found;
  }
}

/** An answer may have nothing that the document does not describe. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const all = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  return 'properties' in all && all['type'] === 'object' && !('additionalProperties' in all)
    ? { ...all, additionalProperties: false }
    : all;
}
