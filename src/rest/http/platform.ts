import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';

/** What Express and Fastify requests have in common, as far as it is needed here. @internal */
export interface PlatformRequest {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly url: string;
  /** The whole path; `url` of Express loses what a router was mounted at. */
  readonly originalUrl?: string;
  readonly params: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** @internal */
export type PlatformResponse = ServerResponse | { readonly raw: ServerResponse };

/** The request of Node under that of the platform. @internal */
export const rawRequest = (request: object): IncomingMessage =>
  'raw' in request ? (request.raw as IncomingMessage) : (request as IncomingMessage);

/** The response of Node under that of the platform. @internal */
export const rawResponse = (response: PlatformResponse): ServerResponse =>
  'raw' in response ? response.raw : response;

/** The parameters after the question mark, read the same way whatever query parser the host has set. @internal */
export function searchParams({ originalUrl, url }: PlatformRequest): URLSearchParams {
  const whole = originalUrl ?? url;
  const mark = whole.indexOf('?');
  return new URLSearchParams(mark < 0 ? '' : whole.slice(mark + 1));
}

/** The first value of a header; undefined when it was not sent. @internal */
export function headerOf({ headers }: Pick<PlatformRequest, 'headers'>, name: string): string | undefined {
  const value = headers[name.toLowerCase()];
  return Array.isArray(value) ? value[0] : value;
}
