import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost, type AbstractHttpAdapter } from '@nestjs/core';
import { REST_LIMITS, REST_PATH, type RestLimits } from '../rest-options';
import { expressBodies } from './express-bodies';
import { fastifyBodies, type FastifyInstance } from './fastify-bodies';
import { ownRoutes } from './own-routes';

/**
 * Sees to it that the bodies of our routes, and of no others, are read by our limits and refused in our words.
 *
 * @internal
 */
@Injectable()
export class RequestBodies {
  private readonly isOwn: (url: string) => boolean;

  constructor(
    adapterHost: HttpAdapterHost,
    @Inject(REST_LIMITS) private readonly limits: RestLimits,
    @Inject(REST_PATH) path: string,
  ) {
    this.isOwn = ownRoutes(path);
    // As soon as there is an adapter: a test makes it after the modules, an application before. Both are before Nest
    // installs its own parser.
    // A worker without HTTP has none.
    adapterHost.init$.subscribe(() => this.install(adapterHost.httpAdapter as AbstractHttpAdapter | null));
  }

  private install(adapter: AbstractHttpAdapter | null): void {
    if (!adapter) return;
    if (adapter.getType() === 'fastify') {
      fastifyBodies(adapter.getInstance<FastifyInstance>(), this.isOwn, this.limits.bodyBytes);
    } else {
      adapter.use(expressBodies(this.isOwn, this.limits.bodyBytes));
    }
  }
}
