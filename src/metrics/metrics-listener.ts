import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { TaskerError, type EngineLog } from '@tasker/core';
import { TASKER_LOG } from '../tasker.constants';
import { METRICS_OPTIONS, type ResolvedMetricsOptions } from './tasker-metrics-options';

/** A few scrapers and whoever looks by hand; more are hung up on. */
const MOST_CONNECTIONS = 16;
/** Who connects and says nothing makes room for others after this long. */
const HEADERS_MS = 2_000;
const REQUEST_MS = 10_000;

/**
 * Serves the metrics on a port of its own, for processes without HTTP: `GET /metrics` and nothing else.
 *
 * @public
 */
@Injectable()
export class MetricsListener implements OnModuleInit, OnApplicationShutdown {
  private server: Server | undefined;

  constructor(
    @Inject(METRICS_OPTIONS) private readonly options: ResolvedMetricsOptions,
    @Inject(TASKER_LOG) private readonly log: EngineLog,
  ) {}

  /** Where it listens; undefined while it does not. */
  get port(): number | undefined {
    return (this.server?.address() as AddressInfo | null | undefined)?.port;
  }

  /**
   * Before anything runs: a port that is taken stops the boot.
   *
   * @throws {TaskerError} TSK_BOOT_INVALID when it cannot listen there
   */
  async onModuleInit(): Promise<void> {
    const { listen } = this.options;
    if (!listen) return;
    const { host, port } = listen;
    const times = { requestTimeout: REQUEST_MS, headersTimeout: HEADERS_MS, connectionsCheckingInterval: 1_000 };
    const server = createServer(times, (request, response) => {
      void this.answer(request, response);
    });
    server.timeout = REQUEST_MS;
    server.maxConnections = MOST_CONNECTIONS;
    await new Promise<void>((resolve, reject) => {
      server.once('error', (cause) => reject(cannotListen(host, port, cause)));
      server.listen(port, host, resolve);
    });
    // It keeps no process alive that has nothing else to do.
    server.unref();
    this.server = server;
    this.log.info(`Metrics are served at http://${host}:${this.port}/metrics.`, {});
  }

  async onApplicationShutdown(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (!server) return;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refused = this.refusalOf(request);
    if (refused !== null) return end(response, refused);
    const { registry } = this.options;
    try {
      const text = await registry.metrics();
      const headers = { 'content-type': registry.contentType, 'cache-control': 'no-cache, no-store, must-revalidate' };
      response.writeHead(200, headers).end(request.method === 'HEAD' ? undefined : text);
    } catch (error) {
      this.log.error('The metrics could not be collected.', { error });
      end(response, 500);
    }
  }

  /** The status of a request that is not answered with metrics. */
  private refusalOf({ method, url, headers }: IncomingMessage): number | null {
    if (url?.split('?')[0] !== '/metrics') return 404;
    if (method !== 'GET' && method !== 'HEAD') return 405;
    const token = this.options.listen?.token;
    return token === undefined || isSame(headers.authorization ?? '', `Bearer ${token}`) ? null : 401;
  }
}

function end(response: ServerResponse, status: number): void {
  response.writeHead(
    status,
    status === 405 ? { allow: 'GET, HEAD' } : status === 401 ? { 'www-authenticate': 'Bearer' } : {},
  );
  response.end();
}

/** In a time that tells nothing about the token. */
function isSame(sent: string, wanted: string): boolean {
  const digest = (value: string): Buffer => createHash('sha256').update(value).digest();
  return timingSafeEqual(digest(sent), digest(wanted));
}

const cannotListen = (host: string, port: number, cause: Error): TaskerError =>
  new TaskerError('TSK_BOOT_INVALID', `The metrics cannot be served at ${host}:${port}: ${cause.message}`, {
    hint: 'Choose another port or address in listen of TaskerMetricsModule.',
    cause,
  });
