import { Reflector } from '@nestjs/core';
import type { Permission } from '@tasker/core';

/**
 * What a route, resolver or controller asks of its caller; read by the access guard, which denies what has none.
 *
 * @public
 */
export const RequirePermission = Reflector.createDecorator<Permission>();
