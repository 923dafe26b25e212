import type { Principal } from '../access/access-policy';
import type { RoleMap } from '../access/role-map';
import type { JwtClaims } from './tasker-auth-options.interface';

/**
 * Longer ones, and those PostgreSQL cannot hold, are no names of anybody: the audit trail keeps 200 characters of an actor.
 * Nor is what looks like an API key of ours: the trail would say that the key has done it.
 */
const SUBJECT = /^(?!key:)[^\0]{1,200}$/i;

type Signed = Readonly<Record<string, unknown>>;

/**
 * Whom a verified token speaks for.
 *
 * @returns null when it names nobody
 * @internal
 */
export function principalOfToken(signed: Signed, where: JwtClaims, roles: RoleMap): Principal | null {
  const id = claimAt(signed, where.subject ?? 'sub');
  if (typeof id !== 'string' || !SUBJECT.test(id) || !id.isWellFormed()) return null;
  const has = listAt(signed, where.roles ?? 'roles');
  const permissions = [
    ...roles.permissionsOf(has),
    ...(where.permissions === undefined ? [] : listAt(signed, where.permissions)),
  ];
  return { id, roles: has, permissions, namespaces: namespacesOf(signed, where.namespaces) };
}

function namespacesOf(signed: Signed, path: string | undefined): readonly string[] | '*' {
  if (path === undefined) return '*';
  const namespaces = listAt(signed, path);
  return namespaces.includes('*') ? '*' : namespaces;
}

/** A list of texts, or texts in one, separated by spaces as OAuth writes scopes; anything else is an empty list. */
function listAt(signed: Signed, path: string): string[] {
  const value = claimAt(signed, path);
  if (typeof value === 'string') return value.split(' ').filter((word) => word !== '');
  return Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === 'string') : [];
}

/** A claim's whole name comes first, because names may be URLs with dots in them. */
function claimAt(signed: Signed, path: string): unknown {
  if (Object.hasOwn(signed, path)) return signed[path];
  return path.split('.').reduce<unknown>((value, name) => {
    const inside = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
    return inside ? (value as Signed)[name] : undefined;
  }, signed);
}
