import type { Fault } from '../../errors/tasker-error';
import { didYouMean } from '../../data/nearest-name';
import { PERMISSIONS, type Permission } from './permissions';

const KNOWN = Object.keys(PERMISSIONS) as Permission[];

/**
 * Whether one of the granted strings covers the permission.
 *
 * A star stands for everything (`*`, `tasker.*`), for all actions of a resource (`tasker.task:*`) or for one action of
 * all resources (`tasker.*:index`); never for a part of a word. A string of another form covers only itself.
 *
 * @public
 */
export function grants(granted: readonly string[], permission: Permission): boolean {
  return granted.some((pattern) => covers(pattern, permission));
}

/**
 * Faults of a list of granted strings: those that cover no permission at all, which is always a slip.
 *
 * @param path of the list inside the caller's input
 * @returns in the order of the list; empty: all are good
 * @public
 */
export function checkGrants(granted: readonly string[], path: string): Fault[] {
  return granted.flatMap((pattern, index) => {
    if (KNOWN.some((permission) => covers(pattern, permission))) return [];
    const message = `"${pattern}" covers no permission${didYouMean(pattern, KNOWN)}`;
    return [{ path: `${path}[${index}]`, message }];
  });
}

function covers(pattern: string, permission: Permission): boolean {
  if (pattern === permission || pattern === '*' || pattern === 'tasker.*') return true;
  const [resource, action] = permission.split(':');
  return pattern === `${resource}:*` || pattern === `tasker.*:${action}`;
}
