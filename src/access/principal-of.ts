import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Principal } from './access-policy';
import { unauthenticated } from './access-errors';
import { requestOf } from './request-of';

/** Shared by every copy of the package, and out of the way of the host's own `request.user`. */
const PRINCIPAL = Symbol.for('tasker.principal');

/** @internal */
export function rememberPrincipal(request: object, principal: Principal): void {
  Object.defineProperty(request, PRINCIPAL, { value: principal, configurable: true });
}

/**
 * Who calls, as the access guard found out.
 *
 * @param request the platform's request
 * @throws {TaskerError} TSK_UNAUTHENTICATED when the guard has not let the request in
 * @public
 */
export function principalOf(request: object): Principal {
  const principal = (request as { [PRINCIPAL]?: Principal })[PRINCIPAL];
  if (!principal) throw unauthenticated();
  return principal;
}

/**
 * Parameter of a route or resolver behind the access guard: who calls.
 *
 * @public
 */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const request = requestOf(context);
  if (!request) throw unauthenticated();
  return principalOf(request);
});
