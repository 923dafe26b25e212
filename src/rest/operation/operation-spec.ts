import type { ErrorCode, Permission } from '@tasker/core';
import type { Schema, SchemaObject } from '../openapi/model';

/** What an operation answers with one status. @internal */
export interface AnswerSpec {
  readonly description: string;
  /** None: the body is empty. */
  readonly schema?: Schema;
  readonly example?: unknown;
  /** Names of headers with what they say. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Everything there is to say about an operation: its route, its permission, what is checked of a request and what the
 * OpenAPI document tells. One source for all of them.
 *
 * @internal
 */
export interface OperationSpec {
  /** Operation id: `tasks_create`. */
  readonly id: string;
  /** Method and path below the resource; its parameters are described in path-parameters.ts. */
  readonly route: `${'GET' | 'POST' | 'PATCH' | 'DELETE'} ${string}`;
  readonly permission: Permission;
  readonly summary: string;
  readonly description?: string;
  /** Parameters of the query by name, all of them optional; `x-json` in a schema: JSON text, checked against that. */
  readonly query?: Readonly<Record<string, SchemaObject>>;
  /** Request headers by name, all of them optional. */
  readonly headers?: Readonly<Record<string, SchemaObject>>;
  readonly body?: {
    readonly schema: Schema;
    /** False: no body means an empty object. */
    readonly required: boolean;
    /** Most bytes of it, where that is less than the limit of all. Default: that limit. */
    readonly maxBytes?: number;
    readonly examples: Readonly<Record<string, unknown>>;
  };
  /** It does nothing but wait, and takes no place of requests that work. */
  readonly waits?: true;
  /** It may look through all tasks there are: those who do leave a connection to the others. */
  readonly searches?: true;
  /** By status; the least is the usual one. */
  readonly answers: Readonly<Record<number, AnswerSpec>>;
  /** Beyond those that every operation may answer with. */
  readonly errors?: readonly ErrorCode[];
}
