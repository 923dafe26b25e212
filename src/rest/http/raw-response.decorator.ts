import type { ServerResponse } from 'node:http';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { rawResponse, type PlatformResponse } from './platform';

/**
 * The response of Node, for whoever must know when it is closed. Not that of the platform: Fastify's is a thenable,
 * which Nest would await before it calls the operation.
 *
 * @internal
 */
export const RawResponse = createParamDecorator((_: unknown, context: ExecutionContext): ServerResponse =>
  rawResponse(context.switchToHttp().getResponse<PlatformResponse>()),
);
