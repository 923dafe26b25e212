import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { tap, type Observable } from 'rxjs';
import { fixAnswer } from './own-answer';

/** The first of our interceptors: what the route answers goes out as it is, whatever the host's global ones make of it. @internal */
@Injectable()
export class OwnAnswer implements NestInterceptor {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const response = context.switchToHttp().getResponse<object>();
    return next.handle().pipe(tap((body: unknown) => fixAnswer(this.adapterHost.httpAdapter, response, body)));
  }
}
