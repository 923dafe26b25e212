import { Inject, Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { HttpAdapterHost, Reflector } from '@nestjs/core';
import { onBehalfOf } from '@tasker/postgres';
import { defer, firstValueFrom, map, tap, type Observable } from 'rxjs';
import { boundAnswer } from '../http/answer-time';
import { CORRELATION_HEADER, correlationIdOf } from '../http/correlation';
import { principalOf } from '../../access/principal-of';
import { assertJsonType, BodyReader } from '../bodies/body-reader';
import { hangUpOf } from '../http/hang-up';
import { headerOf, rawRequest, rawResponse, type PlatformRequest, type PlatformResponse } from '../http/platform';
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
    private readonly bodies: BodyReader,
    @Inject(REST_LIMITS) private readonly limits: RestLimits,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<PlatformRequest>();
    const response = context.switchToHttp().getResponse<PlatformResponse>();
    const operation = this.reflector.get<Operation>(OPERATION_METADATA, context.getHandler());
    const { body: wanted, searches = false } = operation.spec;
    const body = wanted && (await this.bodyOf(request, response, wanted.maxBytes));
    rememberInput(request, readInput(operation, request, body, this.limits.depth));
    const { httpAdapter } = this.adapterHost;
    httpAdapter.setHeader(response, CORRELATION_HEADER, correlationIdOf(request));
    httpAdapter.setHeader(response, 'Cache-Control', 'private, no-cache');
    const caller = { id: principalOf(request).id, signal: hangUpOf(rawResponse(response)), searches };
    const run = (): Promise<unknown> =>
      onBehalfOf(caller, () => firstValueFrom(next.handle(), { defaultValue: undefined }));
    return defer(run).pipe(
      tap(() => boundAnswer(rawRequest(request), rawResponse(response), this.limits.answerMs)),
      map((answer) => (answer instanceof Answer ? this.say(response, answer) : answer)),
    );
  }

  private async bodyOf(
    request: PlatformRequest,
    response: PlatformResponse,
    maxBytes = Number.POSITIVE_INFINITY,
  ): Promise<unknown> {
    const { id: caller } = principalOf(request);
    const raw = { request: rawRequest(request), response: rawResponse(response) };
    const read = await this.bodies.read({ ...raw, caller, maxBytes });
    // A host that has read it all the same may have turned a form into an object of strings, which would pass for JSON.
    const { body } = request;
    if (read !== undefined || body === undefined || body === null) return read;
    if (isNothing(body, request)) return undefined;
    assertJsonType(headerOf(request, 'content-type'));
    return body;
  }

  private say(response: object, { body, more: { status, headers = {} } }: Answer<unknown>): unknown {
    const { httpAdapter } = this.adapterHost;
    for (const [name, value] of Object.entries(headers)) httpAdapter.setHeader(response, name, value);
    if (status !== undefined) httpAdapter.status(response, status);
    return body;
  }
}

/** Some parsers answer a request without a body with an empty object. */
const isNothing = (body: unknown, request: PlatformRequest): boolean =>
  headerOf(request, 'content-type') === undefined &&
  typeof body === 'object' &&
  Object.keys(body as object).length === 0;
