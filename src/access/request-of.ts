import type { ExecutionContext } from '@nestjs/common';

/**
 * The platform's request behind an execution: the first argument of an HTTP route, or the `req` a GraphQL context
 * carries by convention.
 *
 * @returns undefined for transports without a request, whose callers nobody can know
 * @internal
 */
export function requestOf(context: ExecutionContext): object | undefined {
  if (context.getType() === 'http') return context.switchToHttp().getRequest<object>();
  if (context.getType<string>() !== 'graphql') return undefined;
  const [, , graph] = context.getArgs<[unknown, unknown, { req?: object } | undefined]>();
  return graph?.req;
}
