import { migrations } from '@tasker/migrations';
import { migrate, type MigrationMode } from '@tasker/postgres';
import { query } from './on-database';

/** Names of all migrations there are. */
export const ALL = migrations.map(({ number, name }) => `${number}_${name}`);

/** As a host boots. */
export const boot = (
  connectionString: string,
  mode: MigrationMode = 'auto',
  schema = 'tasker',
  warn: (line: string) => void = unexpected,
) => migrate({ connectionString, schema, mode, warn });

const unexpected = (line: string): void => {
  throw new Error(`a warning nobody expected: ${line}`);
};

/** Names of the migrations the schema says it has. */
export async function applied(url: string, schema = 'tasker'): Promise<string[]> {
  const identifier = `"${schema.replaceAll('"', '""')}"`;
  const sql = `select number || '_' || name as name from ${identifier}.tasker_migrations order by 1`;
  return (await query<{ name: string }>(url, sql)).map((row) => row.name);
}
