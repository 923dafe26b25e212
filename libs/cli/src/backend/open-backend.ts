import type { Target } from '../program/global-options';
import { DatabaseBackend } from './database/database-backend';
import { RestBackend } from './rest/rest-backend';
import type { TaskerBackend } from './tasker-backend';

/** Opens no connection yet. @internal */
export const openBackend = (target: Target): TaskerBackend =>
  target.kind === 'rest' ? new RestBackend(target.url, target.token) : new DatabaseBackend(target);
