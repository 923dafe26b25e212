import type { Principal } from './access-policy';

/** Whether the principal may see and touch this namespace. @public */
export function mayUseNamespace({ namespaces }: Principal, namespace: string): boolean {
  return namespaces === '*' || namespaces.includes(namespace);
}
