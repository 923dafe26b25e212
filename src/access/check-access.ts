import { ENGINE_WIDE_PERMISSIONS, grants, type Permission } from '@tasker/core';
import { forbidden } from './access-errors';
import type { Principal } from './access-policy';

/**
 * Lets a principal with the permission pass. For what a route's own permission does not cover, such as the verb inside
 * a bulk operation.
 *
 * @throws {TaskerError} TSK_FORBIDDEN with the permission in data
 * @public
 */
export function assertPermission(principal: Principal, permission: Permission): void {
  if (!grants(principal.permissions, permission)) {
    throw forbidden(`The permission ${permission} is missing.`, { permission });
  }
  if (principal.namespaces !== '*' && ENGINE_WIDE_PERMISSIONS.includes(permission)) {
    throw forbidden(`${permission} concerns all namespaces, and the credentials are limited to some.`, { permission });
  }
}

/**
 * As `assertPermission`, for everything that one request does.
 *
 * @throws {TaskerError} TSK_FORBIDDEN with the first that is missing in data
 * @public
 */
export function assertPermissions(principal: Principal, permissions: readonly Permission[]): void {
  for (const permission of permissions) assertPermission(principal, permission);
}

/** Whether the principal has the permission, for what is left out instead of refused. @internal */
export const mayUse = (principal: Principal, permission: Permission): boolean =>
  grants(principal.permissions, permission) &&
  (principal.namespaces === '*' || !ENGINE_WIDE_PERMISSIONS.includes(permission));
