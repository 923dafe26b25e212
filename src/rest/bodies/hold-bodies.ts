import type { IncomingMessage, ServerResponse } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost, type AbstractHttpAdapter } from '@nestjs/core';
import { CORRELATION_HEADER, correlationIdOf } from '../http/correlation';
import { refusal } from '../http/error-body';
import { REST_PATH } from '../rest-options';
import { holdBody, isMuchUnread } from './held-body';
import { ownRoutes } from './own-routes';

type Middleware = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

/** What can be said about a route before Fastify registers it. */
interface RouteOptions {
  readonly url: string;
  onRequest?: unknown;
}

/** The instance below Nest's adapter. */
interface FastifyInstance {
  addHook(name: 'onRoute', hook: (route: RouteOptions) => void): unknown;
}

type OnRequest = (request: { readonly raw: IncomingMessage }, reply: unknown, done: () => void) => void;

/**
 * Sees to it that the bodies of our routes, and of no others, are read by nobody before the caller is known. Nest puts
 * its parser in front of everything, guards included.
 *
 * @internal
 */
@Injectable()
export class HoldBodies {
  private readonly isOwn: (url: string) => boolean;

  constructor(adapterHost: HttpAdapterHost, @Inject(REST_PATH) path: string) {
    this.isOwn = ownRoutes(path);
    // As soon as there is an adapter: a test makes it after the modules, an application before. Both are before Nest
    // installs its own parser. A worker without HTTP has none.
    adapterHost.init$.subscribe(() => this.install(adapterHost.httpAdapter as AbstractHttpAdapter | null));
  }

  private install(adapter: AbstractHttpAdapter | null): void {
    if (!adapter) return;
    if (adapter.getType() === 'fastify') this.onFastify(adapter.getInstance<FastifyInstance>());
    else adapter.use(this.onExpress());
  }

  private onFastify(fastify: FastifyInstance): void {
    const hold: OnRequest = ({ raw }, _reply, done) => {
      holdBody(raw);
      done();
    };
    fastify.addHook('onRoute', (route) => {
      if (this.isOwn(route.url)) route.onRequest = [hold, ...[route.onRequest ?? []].flat()];
    });
  }

  private onExpress(): Middleware {
    return (request, response, next) => {
      const url = request.url ?? '';
      if (!this.isOwn(url)) return next();
      if (!isDecodable(url)) return refusePath(request, response);
      holdBody(request);
      next();
    };
  }
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

function refusePath(request: IncomingMessage, response: ServerResponse): void {
  const correlationId = correlationIdOf(request);
  const hint = 'Encode it as UTF-8, and that as percent codes.';
  const body = refusal(400, 'The path is not valid.', hint, correlationId);
  response.writeHead(body.statusCode, {
    ...{ 'Content-Type': 'application/json; charset=utf-8', [CORRELATION_HEADER]: correlationId },
    ...(isMuchUnread(request) && { Connection: 'close' }),
  });
  response.end(JSON.stringify(body));
}
