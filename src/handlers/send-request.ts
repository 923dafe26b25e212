import { RetryableError, PermanentError } from '@tasker/core';
import type { ApiRequest, ApiResponse, QueryValue } from './api-request';

/** A request with nothing left to decide. @internal */
export interface PreparedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer> | undefined;
}

/**
 * Completes a request; headers it gives win over the added ones.
 *
 * @throws {PermanentError} API_REQUEST_INVALID: the URL is not absolute http(s), or the body is no JSON
 * @internal
 */
export function prepareRequest(request: ApiRequest, added: Readonly<Record<string, string>>): PreparedRequest {
  const url = absoluteUrl(request);
  const hasBody = request.body !== undefined;
  const method = (request.method ?? (hasBody ? 'POST' : 'GET')).toUpperCase();
  const headers = new Headers({ accept: 'application/json', ...added });
  const isRaw = typeof request.body === 'string' || request.body instanceof Uint8Array;
  if (hasBody && !isRaw) headers.set('content-type', 'application/json');
  for (const [name, value] of Object.entries(request.headers ?? {})) headers.set(name, value);
  return { method, url, headers: Object.fromEntries(headers), body: hasBody ? encodeBody(request.body) : undefined };
}

/**
 * @throws {RetryableError} HTTP_TIMEOUT, or the code of the network failure
 * @internal
 */
export async function sendRequest(
  request: PreparedRequest,
  signal: AbortSignal,
  timeoutMs?: number,
): Promise<ApiResponse> {
  const { url, method, headers, body = null } = request;
  const timeout = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      ...{ method, headers, body, redirect: 'manual' },
      signal: timeout ? AbortSignal.any([signal, timeout]) : signal,
    });
    return { status: response.status, headers: Object.fromEntries(response.headers), body: await readBody(response) };
  } catch (cause) {
    if (timeout?.aborted && !signal.aborted) {
      throw new RetryableError(`${method} ${url} gave no answer within ${timeoutMs} ms.`, {
        code: 'HTTP_TIMEOUT',
        cause,
      });
    }
    throw new RetryableError(`${method} ${url} failed: ${reasonOf(cause)}.`, { code: codeOf(cause), cause });
  }
}

function absoluteUrl({ url, query = {} }: ApiRequest): string {
  const parsed = URL.canParse(String(url)) ? new URL(String(url)) : undefined;
  if (!parsed || !/^https?:$/.test(parsed.protocol)) {
    throw new PermanentError(`"${String(url)}" is no absolute http or https URL.`, { code: 'API_REQUEST_INVALID' });
  }
  for (const [key, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? (value as QueryValue[]) : [value as QueryValue]) {
      if (one !== null && one !== undefined) parsed.searchParams.append(key, String(one));
    }
  }
  return parsed.toString();
}

function encodeBody(body: unknown): string | Uint8Array<ArrayBuffer> {
  if (typeof body === 'string') return body;
  if (body instanceof Uint8Array) return new Uint8Array(body);
  try {
    return JSON.stringify(body);
  } catch (cause) {
    throw new PermanentError('The body of the request cannot be written as JSON.', {
      code: 'API_REQUEST_INVALID',
      cause,
    });
  }
}

/** A server that says JSON and sends something else has answered all the same: its text is kept. */
async function readBody(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === '') return null;
  if (!/[/+]json\b/.test(response.headers.get('content-type') ?? '')) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** fetch says no more than "fetch failed"; what happened is in its cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}

function codeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : 'HTTP_FAILED';
}
