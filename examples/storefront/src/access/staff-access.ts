import { AuthGuard } from '@nestjs/passport';
import { rolesPolicy } from '@tasker/nestjs/access';
import { DEMO_ROLES } from './demo-tokens';
import type { Staff } from './staff.strategy';

/** The guard of the shop's own routes for staff. */
export const StaffGuard = AuthGuard('jwt');

/** Who may call Tasker: the shop's guard says who it is, the roles what that one may do. */
export const STAFF_ACCESS = rolesPolicy<{ user?: Staff }>({
  guard: StaffGuard,
  roles: DEMO_ROLES,
  caller: ({ user }) => (user ? { id: user.name, roles: user.roles, namespaces: '*' } : null),
});
