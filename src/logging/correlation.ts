import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { taskerScope } from './step-scope';

/** A request as Node knows it, below whatever platform serves it. @public */
export interface CorrelatedRequest {
  readonly headers: Record<string, string | string[] | undefined>;
}

/** The response beside it. @public */
export interface CorrelatedResponse {
  setHeader(name: string, value: string): unknown;
}

const HEADERS = ['x-correlation-id', 'x-request-id'];
/** Anything else could break a line of a log in two, or does not fit into the column of a task. */
const SOUND = /^[\x21-\x7e]{1,128}$/;

/** One for the process: what is current depends on the call, not on the application. */
const storage = new AsyncLocalStorage<string>();

/**
 * The id that ties together what belongs to one request: inside a handler that of its task, inside a request that of
 * `correlationMiddleware`; undefined elsewhere. Tasks created without a correlation id get this one.
 *
 * @public
 */
export const taskerCorrelationId = (): string | undefined => taskerScope()?.correlationId ?? storage.getStore();

/** Runs `work` so that `taskerCorrelationId()` answers with the id inside: for consumers of queues and timers. @public */
export const runWithCorrelation = <T>(correlationId: string, work: () => T): T => storage.run(correlationId, work);

/**
 * The id of a request: what the caller sent in `x-correlation-id` or `x-request-id` when it is sound (1 to 128 printable
 * ASCII characters), else a new one. It is left in the headers, so that everybody who asks later finds the same.
 *
 * @public
 */
export function correlationIdOfRequest({ headers }: CorrelatedRequest): string {
  const sent = HEADERS.map((name) => headers[name]).find(
    (value): value is string => typeof value === 'string' && SOUND.test(value),
  );
  return (headers['x-correlation-id'] = sent ?? randomUUID());
}

/**
 * Middleware for Express and Fastify: gives every request its correlation id, and gives it back in the response.
 *
 * @example
 * ```ts
 * export class AppModule implements NestModule {
 *   configure(consumer: MiddlewareConsumer): void {
 *     consumer.apply(correlationMiddleware).forRoutes('{*path}');
 *   }
 * }
 * ```
 * @public
 */
export function correlationMiddleware(
  request: CorrelatedRequest,
  response: CorrelatedResponse,
  next: () => void,
): void {
  const id = correlationIdOfRequest(request);
  response.setHeader('X-Correlation-Id', id);
  runWithCorrelation(id, next);
}
