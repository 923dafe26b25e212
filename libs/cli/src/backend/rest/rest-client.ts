import { ERROR_CODES, type ErrorCode, type Fault } from '@tasker/core';
import { CliFailure } from '../../program/cli-failure';
import { EXIT_CODES, exitCodeOf, type ExitCode } from '../../program/exit-codes';

/** Longest wait for an answer, milliseconds; the endpoint itself limits what it waits for to a minute. */
const ANSWER_WITHIN_MS = 90_000;

/** A call of the endpoint. @internal */
export interface RestCall {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Left out of the address: undefined ones. Lists are repeated, objects become JSON. */
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

interface ErrorBody {
  readonly errorCode?: string;
  readonly message?: string;
  readonly details?: readonly Fault[];
  readonly hint?: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** Speaks to the REST endpoint of an application. @internal */
export class RestClient {
  constructor(
    private readonly url: string,
    private readonly token: string | undefined,
  ) {}

  /**
   * @param path with its parameters already encoded
   * @param accept statuses that answer with a body of their own, besides 2xx
   */
  async call<T>(
    path: string,
    { method = 'GET', query = {}, body, headers = {} }: RestCall = {},
    accept: readonly number[] = [],
  ): Promise<T> {
    const response = await this.send(this.address(path, query), {
      method,
      headers: {
        accept: 'application/json',
        ...(this.token === undefined ? {} : { authorization: `Bearer ${this.token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const text = await response.text();
    const answer = parsed(text);
    if (response.ok || accept.includes(response.status)) {
      if (answer === undefined && text !== '') throw notTasker(this.url, response.status);
      return answer as T;
    }
    throw refusal(response.status, answer, this.url);
  }

  private address(path: string, query: Readonly<Record<string, unknown>>): URL {
    const base = this.base();
    const url = new URL(`${base.pathname.replace(/\/+$/, '')}${path}`, base);
    for (const [name, value] of Object.entries(query)) {
      for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) {
        if (one !== undefined) url.searchParams.append(name, typeof one === 'string' ? one : JSON.stringify(one));
      }
    }
    return url;
  }

  private base(): URL {
    const url = URL.parse?.(this.url) ?? undefined;
    if (url && /^https?:$/.test(url.protocol)) return url;
    throw CliFailure.usage(
      `"${this.url}" is no address of a REST endpoint.`,
      'It looks like https://app.example/tasker.',
    );
  }

  private async send(url: URL, init: RequestInit): Promise<Response> {
    try {
      return await fetch(url, init);
    } catch (error) {
      const { cause } = error as { cause?: { message?: string; code?: string } };
      const why = cause?.message || cause?.code || (error as Error).message;
      const facts = {
        errorCode: 'CLI_UNREACHABLE',
        message: `Cannot reach ${url.origin}: ${why}`,
        hint: 'Check --url, and that the application runs.',
      };
      throw new CliFailure(EXIT_CODES.unavailable, facts, error);
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The exit code follows the code where we know it, and the status where somebody in between has answered. */
function refusal(status: number, answer: unknown, url: string): CliFailure {
  const { errorCode, message, details, hint, data } = (answer ?? {}) as ErrorBody;
  if (typeof errorCode !== 'string' || typeof message !== 'string') {
    const exitCode = exitCodeOfStatus(status);
    return exitCode === EXIT_CODES.failed || exitCode === EXIT_CODES.notFound
      ? notTasker(url, status)
      : plain(exitCode, status, url);
  }
  const known = errorCode in ERROR_CODES ? ERROR_CODES[errorCode as ErrorCode] : undefined;
  const exitCode = known ? exitCodeOf(errorCode as ErrorCode, known.kind) : exitCodeOfStatus(status);
  const [sentence = message] = message.split('\n  - ');
  return new CliFailure(exitCode, {
    errorCode,
    message: sentence,
    ...(details && { details }),
    ...(hint !== undefined && { hint }),
    ...(data && { data }),
  });
}

const plain = (exitCode: ExitCode, status: number, url: string): CliFailure =>
  new CliFailure(exitCode, { errorCode: `HTTP_${status}`, message: `${url} answered ${status}.` });

const notTasker = (url: string, status: number): CliFailure =>
  new CliFailure(EXIT_CODES.failed, {
    errorCode: 'CLI_NO_ENDPOINT',
    message: `${url} answered ${status}, and not as Tasker's REST endpoint does.`,
    hint: 'The address must include the prefix the endpoint is mounted under, such as /tasker.',
  });

function exitCodeOfStatus(status: number): ExitCode {
  if (status === 401 || status === 403) return EXIT_CODES.unauthorised;
  if (status === 404) return EXIT_CODES.notFound;
  return status === 429 || status >= 502 ? EXIT_CODES.unavailable : EXIT_CODES.failed;
}
