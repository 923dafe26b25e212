import { Inject, Injectable, Optional, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { HttpAdapterHost, Reflector } from '@nestjs/core';
import { isTaskerError, TaskerError } from '@tasker/core';
import { forbidden, unauthenticated } from './access-errors';
import { TASKER_ACCESS_POLICY, type AccessPolicy, type Principal } from './access-policy';
import { assertPermission } from './check-access';
import { rememberPrincipal } from './principal-of';
import { requestOf } from './request-of';
import { RequirePermission } from './require-permission.decorator';

/**
 * The one guard of all transports. Asks the policy who calls and lets those in who have the permission that the
 * handler, or else its class, requires; what requires none is closed to everybody.
 *
 * @public
 */
@Injectable()
export class AccessGuard implements CanActivate {
  private readonly policy: AccessPolicy;

  /** @throws {TaskerError} TSK_BOOT_INVALID without a policy: the application does not start */
  constructor(
    @Optional() @Inject(TASKER_ACCESS_POLICY) policy: AccessPolicy | null,
    private readonly reflector: Reflector,
    private readonly adapterHost: HttpAdapterHost,
  ) {
    if (!policy) {
      throw new TaskerError('TSK_BOOT_INVALID', 'Nothing says who may call Tasker.', {
        hint: "Import TaskerAuthModule, pass an access policy, or write access: 'public' to let everybody in.",
      });
    }
    this.policy = policy;
  }

  /** @throws {TaskerError} TSK_UNAUTHENTICATED; TSK_FORBIDDEN with the permission in data */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const permission = this.reflector.getAllAndOverride(RequirePermission, [context.getHandler(), context.getClass()]);
    if (!permission) throw forbidden('This operation names no permission, so nobody may use it.');
    const request = requestOf(context);
    if (!request) throw forbidden('Callers cannot be known on this transport.', { permission });
    const principal = await this.authenticate(request, context);
    assertPermission(principal, permission);
    rememberPrincipal(request, principal);
    return true;
  }

  private async authenticate(request: object, context: ExecutionContext): Promise<Principal> {
    try {
      const principal = await this.policy.authenticate(request, context);
      if (principal) return principal;
      throw unauthenticated();
    } catch (error) {
      if (isTaskerError(error) && error.kind === 'unauthenticated') this.challenge(context);
      throw error;
    }
  }

  /** HTTP wants every 401 to say which credentials would do. */
  private challenge(context: ExecutionContext): void {
    if (context.getType() !== 'http') return;
    const response = context.switchToHttp().getResponse<object>();
    this.adapterHost.httpAdapter.setHeader(response, 'WWW-Authenticate', 'Bearer realm="tasker"');
  }
}
