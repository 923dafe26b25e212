import type { IncomingMessage, ServerResponse } from 'node:http';
import { CORRELATION_HEADER, correlationIdOf } from '../http/correlation';
import { BodyRefused, readJsonRequest } from './json-request';

type Request = IncomingMessage & { body?: unknown };
/** A middleware of Express. @internal */
export type Middleware = (request: Request, response: ServerResponse, next: (error?: unknown) => void) => void;

/**
 * Reads the bodies of our routes, ahead of the parser Nest puts in front of everything: that has one limit for the
 * whole application, and its errors go to the host. It leaves alone what has been read.
 *
 * @internal
 */
export function expressBodies(isOwn: (url: string) => boolean, limit: number): Middleware {
  return (request, response, next) => {
    if (!isOwn(request.url ?? '')) return next();
    read(request, limit).then(
      () => next(),
      (error: unknown) => (error instanceof BodyRefused ? refuse(error, request, response) : next(error)),
    );
  };
}

async function read(request: Request, limit: number): Promise<void> {
  if (!isDecodable(request.url ?? '')) {
    throw new BodyRefused(400, 'The path is not valid.', 'Encode it as UTF-8, and that as percent codes.');
  }
  const body = await readJsonRequest(request, limit);
  if (body !== undefined) request.body = body;
}

/** Express would find out later, and tell the host. */
function isDecodable(url: string): boolean {
  try {
    decodeURIComponent(url.split('?', 1)[0] ?? '');
    return true;
  } catch {
    return false;
  }
}

function refuse(error: BodyRefused, request: Request, response: ServerResponse): void {
  const body = error.answer(request);
  const headers = { 'Content-Type': 'application/json; charset=utf-8', [CORRELATION_HEADER]: correlationIdOf(request) };
  // What was not read is still on the connection.
  response.writeHead(body.statusCode, { ...headers, ...(request.complete ? {} : { Connection: 'close' }) });
  response.end(JSON.stringify(body));
}
