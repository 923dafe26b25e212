import { compileSchema, type Fault, type SchemaCheck } from '@tasker/core';
import { asJsonSchema, type SchemaObject } from '../openapi/model';
import { request } from '../openapi/schema-parts';
import type { OperationSpec } from './operation-spec';
import { JSON_TEXT } from './read-query';

/** Key of the operation on the method that serves it. @internal */
export const OPERATION_METADATA = 'tasker:operation';

/** An operation with what is needed to check requests for it. @internal */
export class Operation {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  /** The usual one. */
  readonly status: number;
  private readonly queryCheck: SchemaCheck;
  private readonly headerCheck: SchemaCheck;
  private readonly bodyCheck: SchemaCheck | undefined;

  constructor(readonly spec: OperationSpec) {
    const [method, path = ''] = spec.route.split(' ');
    this.method = method as this['method'];
    this.path = path;
    this.status = Math.min(...Object.keys(spec.answers).map(Number));
    this.queryCheck = checkOf(spec.query ?? {}, false);
    this.headerCheck = checkOf(spec.headers ?? {}, true);
    this.bodyCheck = spec.body && compileSchema(asJsonSchema(spec.body.schema));
  }

  /** Every fault of what was sent, in the order query, headers, body. */
  faults(query: object, headers: object, body: unknown): Fault[] {
    return [
      ...this.queryCheck(query, ''),
      ...this.headerCheck(headers, ''),
      ...(this.bodyCheck ? this.bodyCheck(body, '') : []),
    ];
  }
}

/** @param open other names are let through: callers send headers that are none of our business */
function checkOf(schemas: Readonly<Record<string, SchemaObject>>, open: boolean): SchemaCheck {
  const values = Object.entries(schemas).map(([name, schema]) => [name, (schema[JSON_TEXT] ?? schema) as SchemaObject]);
  const whole = request('', Object.fromEntries(values) as Record<string, SchemaObject>);
  return compileSchema(asJsonSchema({ ...whole, additionalProperties: open }));
}
