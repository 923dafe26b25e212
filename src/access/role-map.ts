import { checkGrants, TaskerError, type Fault } from '@tasker/core';

/** Permission strings by role, wildcards allowed. @public */
export type Roles = Readonly<Record<string, readonly string[]>>;

/** Which permissions a caller has by its roles. @public */
export class RoleMap {
  private readonly roles: ReadonlyMap<string, readonly string[]>;

  /**
   * @param path of the roles inside the options, for the messages
   * @throws {TaskerError} TSK_OPTIONS_INVALID with every string that is no permission, and the nearest that is one
   */
  constructor(roles: Roles, path = 'roles') {
    const details: Fault[] = Object.entries(roles).flatMap(([role, granted]) =>
      checkGrants(granted, `${path}.${role}`),
    );
    if (details.length > 0) {
      throw new TaskerError('TSK_OPTIONS_INVALID', 'The roles grant what is no permission.', { details });
    }
    this.roles = new Map(Object.entries(roles));
  }

  /** All permission strings of these roles; a role nobody has defined grants nothing. */
  permissionsOf(roles: readonly string[]): string[] {
    return roles.flatMap((role) => [...(this.roles.get(role) ?? [])]);
  }
}
