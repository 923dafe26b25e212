import { checkGrants, TaskerError, type Fault } from '@tasker/core';
import type { NewApiKey } from './api-key';

const MAX_NAME = 100;

/** @throws {TaskerError} TSK_REQUEST_INVALID with every fault */
export function checkNewApiKey(request: NewApiKey): void {
  const { name, roles = [], permissions = [], namespaces, createdBy, expiresAt } = request;
  const faults: Fault[] = [
    ...text('name', name),
    ...text('createdBy', createdBy),
    ...texts('roles', roles),
    ...(texts('permissions', permissions).length > 0
      ? texts('permissions', permissions)
      : checkGrants(permissions, 'permissions')),
    ...(namespaces === '*' ? [] : texts('namespaces', namespaces)),
  ];
  if (roles.length + permissions.length === 0) {
    faults.push({ path: '', message: 'grants nothing: name at least one role or permission' });
  }
  if (namespaces.length === 0) faults.push({ path: 'namespaces', message: 'must name one, or be "*" for all' });
  if (expiresAt !== undefined && !(expiresAt.getTime() > Date.now())) {
    faults.push({ path: 'expiresAt', message: 'must be in the future' });
  }
  if (faults.length > 0) throw new TaskerError('TSK_REQUEST_INVALID', 'The API key is invalid.', { details: faults });
}

function text(path: string, value: string): Fault[] {
  const good =
    typeof value === 'string' && value.trim() !== '' && value.length <= MAX_NAME && !value.includes('\u0000');
  return good ? [] : [{ path, message: `must be 1 to ${MAX_NAME} characters` }];
}

function texts(path: string, values: readonly string[]): Fault[] {
  return values.flatMap((value, index) => text(`${path}[${index}]`, value));
}
