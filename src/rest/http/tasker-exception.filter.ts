import { Catch, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { EngineLog } from '@tasker/core';
import { TASKER_LOG } from '../../tasker.constants';
import { REST_LIMITS, type RestLimits } from '../rest-options';
import { releaseAnswer } from '../../surface/own-answer';
import { boundAnswer } from './answer-time';
import { CORRELATION_HEADER, correlationIdOf } from './correlation';
import { errorBody } from './error-body';
import { isMuchUnread } from '../bodies/held-body';
import { rawRequest, rawResponse, type PlatformResponse } from './platform';

/** Callers that are sent away because we are busy come back after this time. */
const RETRY_AFTER_SECONDS = 1;

/** Every error that leaves one of our controllers, in one body. @internal */
@Catch()
export class TaskerExceptionFilter implements ExceptionFilter {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    @Inject(TASKER_LOG) private readonly log: EngineLog,
    @Inject(REST_LIMITS) private readonly limits: RestLimits,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<object>();
    const response = host.switchToHttp().getResponse<PlatformResponse>();
    // Nobody reads the answer any more.
    if (rawResponse(response).destroyed) return;
    releaseAnswer(response);
    boundAnswer(rawRequest(request), rawResponse(response), this.limits.answerMs);
    const { httpAdapter } = this.adapterHost;
    const correlationId = correlationIdOf(request);
    const body = errorBody(thrown, correlationId);
    if (body.statusCode >= 500) this.tell(thrown, body.statusCode, correlationId);
    httpAdapter.setHeader(response, CORRELATION_HEADER, correlationId);
    // What was not read is still on the connection.
    if (isMuchUnread(rawRequest(request))) httpAdapter.setHeader(response, 'Connection', 'close');
    if (body.statusCode === 503) httpAdapter.setHeader(response, 'Retry-After', String(RETRY_AFTER_SECONDS));
    httpAdapter.reply(response, body, body.statusCode);
  }

  /** A database that is away makes many of these: one line each, without a stack. */
  private tell(error: unknown, statusCode: number, correlationId: string): void {
    if (statusCode === 503) return this.log.debug('A request was sent away.', { correlationId, error: String(error) });
    this.log.error('A request failed.', { correlationId, error });
  }
}
