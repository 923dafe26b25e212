import type { StepKey } from '@tasker/core';
import type { TaskerDatabase } from '../database/tasker-database';
import { keyArrays } from './step-keys';

/** Results of parents that ran elsewhere, in the order of the keys. */
export async function results(database: TaskerDatabase, keys: readonly StepKey[]): Promise<(string | null)[]> {
  const values = keyArrays(keys);
  const { rows } = await database.run<{ result: string | null }>(database.control, 'engine/step-results', values);
  return rows.map(({ result }) => result);
}
