import { Inject, Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { HttpAdapterHost, Reflector } from '@nestjs/core';
import { map, type Observable } from 'rxjs';
import { CORRELATION_HEADER, correlationIdOf } from '../http/correlation';
import type { PlatformRequest } from '../http/platform';
import { REST_LIMITS, type RestLimits } from '../rest-options';
import { Answer } from './answer';
import { readInput, rememberInput } from './input';
import { OPERATION_METADATA, type Operation } from './operation';

/** Around every operation: checks what was sent before it, and says what it answers in HTTP after it. @internal */
@Injectable()
export class OperationInterceptor implements NestInterceptor {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly reflector: Reflector,
    @Inject(REST_LIMITS) private readonly limits: RestLimits,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<PlatformRequest>();
    const response = context.switchToHttp().getResponse<object>();
    const operation = this.reflector.get<Operation>(OPERATION_METADATA, context.getHandler());
    rememberInput(request, readInput(operation, request, this.limits.depth));
    const { httpAdapter } = this.adapterHost;
    httpAdapter.setHeader(response, CORRELATION_HEADER, correlationIdOf(request));
    httpAdapter.setHeader(response, 'Cache-Control', 'private, no-cache');
    return next
      .handle()
      .pipe(map((answer: unknown) => (answer instanceof Answer ? this.say(response, answer) : answer)));
  }

  private say(response: object, { body, more: { status, headers = {} } }: Answer<unknown>): unknown {
    const { httpAdapter } = this.adapterHost;
    for (const [name, value] of Object.entries(headers)) httpAdapter.setHeader(response, name, value);
    if (status !== undefined) httpAdapter.status(response, status);
    return body;
  }
}
