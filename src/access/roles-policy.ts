import type { CanActivate, Type } from '@nestjs/common';
import type { PolicyProvider } from './access-option';
import { hostPolicy, type TaskAdmission } from './host-policy';
import { RoleMap, type Roles } from './role-map';

/** A caller as a host with roles knows it. @public */
export interface RoleCaller {
  /** Recorded as the actor of everything it does. */
  readonly id: string;
  /** Names of roles; those the map does not have grant nothing. */
  readonly roles: readonly string[];
  /** `'*'` for all. */
  readonly namespaces: readonly string[] | '*';
}

/** How the roles of the host become permissions. @public */
export interface RolesPolicyOptions<Request> {
  /** Permission strings by role, wildcards allowed: `{ viewer: ['tasker.*:index', 'tasker.*:show'] }`. */
  readonly roles: Roles;
  /** As in `hostPolicy`. */
  readonly guard?: Type<CanActivate>;
  /** Who calls, from what the host has left on the request; null: nobody. */
  readonly caller: (request: Request) => RoleCaller | null | Promise<RoleCaller | null>;
  /** As in `hostPolicy`. */
  readonly admitsTask?: TaskAdmission;
}

/**
 * The host authenticates and knows roles; the map says what each may do.
 *
 * @returns for the `access` option of Tasker's modules
 * @throws {TaskerError} TSK_OPTIONS_INVALID when a role grants what is no permission
 * @public
 */
export function rolesPolicy<Request>({
  roles,
  guard,
  caller,
  admitsTask,
}: RolesPolicyOptions<Request>): PolicyProvider {
  const map = new RoleMap(roles);
  return hostPolicy<Request>({
    ...(guard ? { guard } : {}),
    ...(admitsTask ? { admitsTask } : {}),
    principal: async (request) => {
      const found = await caller(request);
      if (!found) return null;
      const { id, roles: has, namespaces } = found;
      return { id, roles: has, permissions: map.permissionsOf(has), namespaces };
    },
  });
}
