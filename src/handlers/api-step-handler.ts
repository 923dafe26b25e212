import { PermanentError, type StepContext, type StepHandler } from '@tasker/core';
import { taskerScope } from '../logging/step-scope';
import type { ApiRequest, ApiResponse } from './api-request';
import { checkStatus } from './response-status';
import { prepareRequest, sendRequest } from './send-request';

/**
 * Base of handlers whose work is one HTTP request. Statuses are classified as the original does: 200 to 226 are
 * success; 400, 401, 403, 404 and 422 are permanent; everything else and every network failure is tried again, 429 and
 * 503 when `Retry-After` says. The correlation id, the trace and the idempotency key of the step go along as headers.
 *
 * Override `request`, or leave it and describe the request in the `handler_config` of the step: `url`, `method`,
 * `headers`, `params`, `timeout_ms`. Override `handleResponse` to shape the result.
 *
 * @typeParam TContext shape of the task's context
 * @typeParam TOutput what the step results in
 * @typeParam TParents results of the declared parents, by step name
 * @public
 */
export abstract class ApiStepHandler<
  TContext = unknown,
  TOutput = unknown,
  TParents = Record<string, unknown>,
> implements StepHandler<TContext, TOutput, TParents> {
  async process(step: StepContext<TContext, TParents>): Promise<TOutput> {
    const request = await this.request(step);
    const prepared = prepareRequest(request, propagated(step));
    const response = await sendRequest(prepared, step.signal, request.timeoutMs);
    checkStatus(response, prepared.label, Date.now());
    return this.handleResponse(step, response);
  }

  /** The request to make. Default: from `handler_config`; a step's `body` has no place there. */
  protected request(step: StepContext<TContext, TParents>): ApiRequest | Promise<ApiRequest> {
    return configuredRequest(step.config);
  }

  /** The result of the step. Default: the body of the response. */
  protected handleResponse(_step: StepContext<TContext, TParents>, response: ApiResponse): TOutput | Promise<TOutput> {
    return response.body as TOutput;
  }
}

function propagated({ task, idempotencyKey }: StepContext<unknown, unknown>): Record<string, string> {
  const traceParent = taskerScope()?.traceParent;
  return {
    'x-correlation-id': task.correlationId,
    'idempotency-key': idempotencyKey,
    ...(traceParent ? { traceparent: traceParent } : {}),
  };
}

function configuredRequest(config: Readonly<Record<string, unknown>>): ApiRequest {
  const { url, method, headers, params, timeout_ms: timeoutMs } = config;
  if (typeof url !== 'string') {
    throw new PermanentError(
      'The step has no "url" in its handler_config, and its handler does not override request().',
      {
        code: 'API_REQUEST_INVALID',
      },
    );
  }
  return {
    url,
    ...(typeof method === 'string' ? { method } : {}),
    ...(isObject(headers) ? { headers: headers as Record<string, string> } : {}),
    ...(isObject(params) ? { query: params as NonNullable<ApiRequest['query']> } : {}),
    ...(typeof timeoutMs === 'number' ? { timeoutMs } : {}),
  };
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
