import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { TaskerError } from '@tasker/core';
import { REST_LIMITS, type RestLimits } from '../rest-options';
import { rawResponse, type PlatformResponse } from './platform';

/**
 * Sends requests away while too many are being served: a queue in front of the database would only make all of them
 * slow. Before the access guard, which may itself ask the database.
 *
 * @internal
 */
@Injectable()
export class InFlightGuard implements CanActivate {
  private inFlight = 0;

  constructor(@Inject(REST_LIMITS) private readonly limits: RestLimits) {}

  /** @throws {TaskerError} TSK_SATURATED */
  canActivate(context: ExecutionContext): boolean {
    if (this.inFlight >= this.limits.maxInFlight) {
      throw new TaskerError('TSK_SATURATED', `${this.inFlight} requests are being served.`);
    }
    this.inFlight++;
    // "close" comes once for every response, also when the caller went away.
    rawResponse(context.switchToHttp().getResponse<PlatformResponse>()).once('close', () => this.inFlight--);
    return true;
  }
}
