import { StoreRefusedError } from '@tasker/core';
import type { TaskerDatabase } from '../database/tasker-database';

/** What tells this schema from all others. */
export async function installation(database: TaskerDatabase): Promise<string> {
  const { rows } = await database.run<{ id: string }>(database.control, 'engine/installation', []);
  const [row] = rows;
  if (row) return row.id;
  throw new StoreRefusedError(
    new RangeError('tasker.installation has no row: insert one with its defaults'),
    false,
    false,
    false,
  );
}
