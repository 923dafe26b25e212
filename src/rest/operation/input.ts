import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { TaskerError, type Fault } from '@tasker/core';
import { headerOf, searchParams, type PlatformRequest } from '../http/platform';
import type { Operation } from './operation';
import { readQuery } from './read-query';
import { firstUnsound } from './sound-json';

/** A request that was checked against its operation. @internal */
export interface Input<Query = object, Body = undefined> {
  /** Parameters of the path. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly body: Body;
  /** Those the operation knows, by the names it gives them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly request: PlatformRequest;
}

const INPUT = Symbol('tasker.input');

/** Parameter of an operation: what was sent, checked. @internal */
export const Sent = createParamDecorator(
  (_: unknown, context: ExecutionContext): unknown => context.switchToHttp().getRequest<{ [INPUT]?: unknown }>()[INPUT],
);

/** Leaves the input on the request, for the parameter of the operation. @internal */
export function rememberInput(request: object, input: Input<unknown, unknown>): void {
  Object.defineProperty(request, INPUT, { value: input, configurable: true });
}

/**
 * Reads and checks everything that was sent for an operation.
 *
 * @param sent the body; undefined: there is none
 * @param depth levels of nesting that are allowed
 * @throws {TaskerError} TSK_REQUEST_INVALID with every fault
 * @internal
 */
export function readInput(
  operation: Operation,
  request: PlatformRequest,
  sent: unknown,
  depth: number,
): Input<unknown, unknown> {
  const { query: known = {}, headers: asked = {}, body: wanted } = operation.spec;
  const faults: Fault[] = [];
  const query = readQuery(searchParams(request), known, faults);
  const headers = Object.fromEntries(
    Object.keys(asked).flatMap((name) => {
      const value = headerOf(request, name);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
  const body = wanted && sent === undefined && !wanted.required ? {} : sent;
  const unsound = [request.params, query, headers, body].map((part) => firstUnsound(part, depth)).filter(isFault);
  // What is unsound is not handed on, not even to whoever says what is wrong with it.
  faults.push(...(unsound.length > 0 ? unsound : faults.length > 0 ? [] : operation.faults(query, headers, body)));
  if (faults.length > 0) throw new TaskerError('TSK_REQUEST_INVALID', 'The request is invalid.', { details: faults });
  return { params: request.params, query, headers, body, request };
}

const isFault = (fault: Fault | undefined): fault is Fault => fault !== undefined;
