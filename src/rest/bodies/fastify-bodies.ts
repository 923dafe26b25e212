import { CORRELATION_HEADER, correlationIdOf } from '../http/correlation';
import { BodyRefused, notJson, tooLarge, unsupported } from './json-request';

interface Reply {
  status(code: number): Reply;
  header(name: string, value: string): Reply;
  send(body: unknown): unknown;
}

/** What can be said about a route before Fastify registers it. */
interface RouteOptions {
  readonly url: string;
  bodyLimit?: number;
  errorHandler?: (error: FastifyFault, request: object, reply: Reply) => void;
}

interface FastifyFault {
  readonly code?: string;
  readonly statusCode?: number;
  readonly message: string;
}

/** The instance below Nest's adapter. @internal */
export interface FastifyInstance {
  addHook(name: 'onRoute', hook: (route: RouteOptions) => void): unknown;
}

/**
 * Gives our routes a limit and an answer of their own for bodies that cannot be read. Fastify has both per route.
 *
 * @internal
 */
export function fastifyBodies(fastify: FastifyInstance, isOwn: (url: string) => boolean, limit: number): void {
  fastify.addHook('onRoute', (route) => {
    if (!isOwn(route.url)) return;
    route.bodyLimit = limit;
    route.errorHandler = (error, request, reply) => {
      const body = refusalOf(error, limit).answer(request);
      reply.status(body.statusCode).header(CORRELATION_HEADER, correlationIdOf(request)).send(body);
    };
  });
}

function refusalOf({ code, statusCode = 500, message }: FastifyFault, limit: number): BodyRefused {
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return tooLarge(limit);
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return unsupported('The content type');
  if (statusCode < 500) return notJson(message.replace(/\.$/, ''));
  return new BodyRefused(statusCode, 'The request could not be read.', 'Send it again.');
}
