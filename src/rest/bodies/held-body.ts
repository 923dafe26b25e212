import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** Headers by which every parser knows that there is a body, and which. */
const ANNOUNCEMENTS = ['content-length', 'transfer-encoding', 'content-type', 'content-encoding'] as const;

const HELD = Symbol('tasker.held-body');

type Holding = IncomingMessage & { body?: unknown; [HELD]?: IncomingHttpHeaders };

/**
 * Keeps whatever stands between here and our operation from reading the body: parsers of the platform and of the host
 * take a request without these headers for one without a body. Until the caller is known it stays on the connection,
 * where it costs nobody anything.
 *
 * @internal
 */
export function holdBody(request: IncomingMessage): void {
  const holding: Holding = request;
  if (!ANNOUNCEMENTS.some((name) => request.headers[name] !== undefined)) return;
  if (holding[HELD] || holding.body !== undefined || request.readableDidRead) return;
  const held: IncomingHttpHeaders = {};
  for (const name of ANNOUNCEMENTS) {
    if (request.headers[name] === undefined) continue;
    held[name] = request.headers[name];
    delete request.headers[name];
  }
  holding[HELD] = held;
}

/**
 * Puts the headers back.
 *
 * @returns whether there is a body, and it has not been read by the host
 * @internal
 */
export function releaseBody(request: IncomingMessage): boolean {
  const holding: Holding = request;
  const held = holding[HELD];
  if (!held) return false;
  delete holding[HELD];
  Object.assign(request.headers, held);
  return hasBody(held);
}

/** Node reads away what nobody wanted before the next request of a connection; so much is fair. */
const MAX_SKIPPED_BYTES = 65_536;

/**
 * Whether so much of the body is still to come, or nobody knows how much, that the connection had better be closed.
 *
 * @internal
 */
export function isMuchUnread(request: IncomingMessage): boolean {
  const headers = (request as Holding)[HELD] ?? request.headers;
  if (request.complete || !hasBody(headers)) return false;
  return !(Number(headers['content-length']) <= MAX_SKIPPED_BYTES);
}

const hasBody = (headers: IncomingHttpHeaders): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
