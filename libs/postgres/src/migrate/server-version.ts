import { TaskerError } from '@tasker/core';

/** The oldest PostgreSQL the SQL was written for and is tested on. */
const OLDEST_MAJOR = 15;

/**
 * @param versionNumber `server_version_num`, such as 150004
 * @throws {TaskerError} TSK_MIGRATION_FAILED when the server is too old
 */
export function assertServerVersion(versionNumber: number): void {
  const major = Math.floor(versionNumber / 10_000);
  if (major >= OLDEST_MAJOR) return;
  throw new TaskerError('TSK_MIGRATION_FAILED', `Tasker needs PostgreSQL ${OLDEST_MAJOR} or newer; this is ${major}.`, {
    hint: `Upgrade the server to PostgreSQL ${OLDEST_MAJOR} or newer.`,
    data: { serverVersion: versionNumber },
  });
}
