import { errorText, PermanentError, RetryableError, systemClock } from '@tasker/core';
import type { ApiDispatcher, ApiRequest, ApiResponse, QueryValue } from './api-request';

/** A request with nothing left to decide. @internal */
export interface PreparedRequest {
  readonly request: Request;
  /** Method and URL for messages, without the query: that is where keys and tokens hide. */
  readonly label: string;
  /** Undefined: Node's own. */
  readonly dispatcher: ApiDispatcher | undefined;
}

/**
 * Completes a request; headers it gives win over the added ones.
 *
 * @throws {PermanentError} API_REQUEST_INVALID: the URL is not absolute http(s), the body is no JSON, or fetch does not
 *   accept the combination, such as a GET with a body
 * @internal
 */
export function prepareRequest(made: ApiRequest, added: Readonly<Record<string, string>>): PreparedRequest {
  const url = absoluteUrl(made);
  const { body } = made;
  const method = (made.method ?? (body === undefined ? 'GET' : 'POST')).toUpperCase();
  const label = `${method} ${url.origin}${url.pathname}`;
  try {
    const isRaw = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
    const headers = new Headers({ accept: 'application/json', ...added });
    if (!isRaw) headers.set('content-type', 'application/json');
    for (const [name, value] of Object.entries(made.headers ?? {})) headers.set(name, value);
    const request = new Request(url, { method, headers, body: encodeBody(body), redirect: 'manual' });
    return { label, request, dispatcher: made.dispatcher };
  } catch (cause) {
    // Node quotes the value that it does not like, which may be a secret: neither its words nor the error go on.
    throw new PermanentError(`${label} cannot be sent: ${kindOf(cause)}.`, { code: 'API_REQUEST_INVALID' });
  }
}

/**
 * @throws {RetryableError} HTTP_TIMEOUT, or the code of the network failure
 * @internal
 */
export async function sendRequest(
  { request, label, dispatcher }: PreparedRequest,
  signal: AbortSignal,
  timeoutMs?: number,
): Promise<ApiResponse> {
  assertTimeout(timeoutMs, label);
  const timeout = new AbortController();
  const timer = timeoutMs === undefined ? undefined : systemClock.after(timeoutMs, () => timeout.abort());
  try {
    const options = {
      signal: AbortSignal.any([signal, timeout.signal]),
      ...(dispatcher && { dispatcher }),
    };
    // Node's fetch takes a dispatcher, which its types, those of a browser, do not say.
    const response = await fetch(request, options as RequestInit);
    return { status: response.status, headers: Object.fromEntries(response.headers), body: await readBody(response) };
  } catch (cause) {
    if (timeout.signal.aborted && !signal.aborted) {
      throw new RetryableError(`${label} gave no answer within ${timeoutMs} ms.`, { code: 'HTTP_TIMEOUT', cause });
    }
    throw new RetryableError(`${label} failed: ${reasonOf(cause)}.`, { code: codeOf(cause), cause });
  } finally {
    timer?.cancel();
  }
}

function assertTimeout(timeoutMs: number | undefined, label: string): void {
  if (timeoutMs === undefined || (Number.isSafeInteger(timeoutMs) && timeoutMs >= 1)) return;
  const message = `${label} cannot be sent: its timeout must be a whole number of milliseconds from 1, not ${timeoutMs}.`;
  throw new PermanentError(message, { code: 'API_REQUEST_INVALID' });
}

function absoluteUrl({ url, query = {} }: ApiRequest): URL {
  const parsed = URL.canParse(String(url)) ? new URL(String(url)) : undefined;
  if (!parsed || !/^https?:$/.test(parsed.protocol)) {
    throw new PermanentError(`"${withoutSecrets(String(url))}" is no absolute http or https URL.`, {
      code: 'API_REQUEST_INVALID',
    });
  }
  for (const [key, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? (value as QueryValue[]) : [value as QueryValue]) {
      if (one !== null && one !== undefined) parsed.searchParams.append(key, String(one));
    }
  }
  return parsed;
}

/** What stands before a host may be a password, and what stands behind the path a token. */
const withoutSecrets = (url: string): string => url.replace(/\/\/[^/@]*@/, '//').replace(/[?#].*$/s, '');

/** What is wrong, without the value that is. */
function kindOf(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : '';
  if (/credentials/.test(text)) return 'its URL has a user name or a password; send them in a header';
  if (/header/i.test(text)) return 'one of its headers has a character that headers cannot have';
  return 'its method, headers or body are none that HTTP knows';
}

function encodeBody(body: unknown): string | Uint8Array<ArrayBuffer> | null {
  if (body === undefined) return null;
  if (body instanceof Uint8Array) return new Uint8Array(body);
  return typeof body === 'string' ? body : JSON.stringify(body);
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
const reasonOf = (error: unknown): string => errorText(causeOf(error) ?? error);

const causeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'cause' in error ? error.cause : undefined;

function codeOf(error: unknown): string {
  const cause = causeOf(error);
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : 'HTTP_FAILED';
}
