import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { principalOf } from '../../access/principal-of';
import { OPERATION_METADATA, type Operation } from '../operation/operation';
import { Admission } from './admission';
import { rawResponse, type PlatformResponse } from './platform';

/**
 * Sends requests away while too many are being served: a queue in front of the database would only make all of them
 * slow. Before the access guard, which may itself ask the database.
 *
 * @internal
 */
@Injectable()
export class InFlightGuard implements CanActivate {
  constructor(private readonly admission: Admission) {}

  /** @throws {TaskerError} TSK_SATURATED */
  canActivate(context: ExecutionContext): boolean {
    this.admission.arrive(rawResponse(context.switchToHttp().getResponse<PlatformResponse>()));
    return true;
  }
}

/** Sends a caller away that has its share already. After the access guard, which knows who calls. @internal */
@Injectable()
export class CallerShareGuard implements CanActivate {
  constructor(
    private readonly admission: Admission,
    private readonly reflector: Reflector,
  ) {}

  /** @throws {TaskerError} TSK_SATURATED */
  canActivate(context: ExecutionContext): boolean {
    const http = context.switchToHttp();
    const response = rawResponse(http.getResponse<PlatformResponse>());
    const { id } = principalOf(http.getRequest<object>());
    const { spec } = this.reflector.get<Operation>(OPERATION_METADATA, context.getHandler());
    if (spec.waits) this.admission.wait(response, id);
    else this.admission.serve(response, id);
    return true;
  }
}
