import { migrations } from '@tasker/migrations';
import { escapeLiteral } from 'pg';
import { quoteSchema } from '../database/quote-schema';
import { AppliedMigrations, type RunSql } from './applied-migrations';
import { migrationName } from './migration-name';

/** Which statements to write down. @public */
export interface MigrationSqlOptions {
  /** The schema's bare name, unquoted. */
  readonly schema: string;
  /** `up` writes those after `after`, oldest first; `down` takes those after it back, newest first. */
  readonly direction: 'up' | 'down';
  /** Number of the last migration that is left alone, four digits; `0000` leaves none. */
  readonly after: string;
}

/**
 * The statements that `migrate` and `migrateDown` would run, for whoever runs SQL by hand, the record of migrations
 * included. Each migration is a transaction of its own.
 *
 * @throws {TaskerError} TSK_OPTIONS_INVALID for an unusable schema name
 * @public
 */
export async function migrationSql({ schema, direction, after }: MigrationSqlOptions): Promise<string> {
  const statements: string[] = [];
  const applied = new AppliedMigrations(writeTo(statements), schema);
  const chosen = migrations.filter(({ number }) => number > after);
  if (direction === 'up') {
    statements.push(`create schema if not exists ${quoteSchema(schema)};`);
    await applied.prepare();
  }
  for (const migration of direction === 'up' ? chosen : chosen.reverse()) {
    statements.push(`\n-- ${direction} ${migrationName(migration)}\nbegin;`);
    await (direction === 'up' ? applied.apply(migration) : applied.revert(migration));
    statements.push('commit;');
  }
  return `${statements.join('\n')}\n`;
}

/** Writes statements down instead of running them; what they ask for is said to be there. */
const writeTo =
  (statements: string[]): RunSql =>
  async (sql, values = []) => {
    if (/^\s*select\b/.test(sql)) return [{}];
    const text = (values.length === 0 ? sql : inlined(sql, values)).trimEnd();
    statements.push(text.endsWith(';') ? text : `${text};`);
    return [];
  };

const inlined = (sql: string, values: readonly unknown[]): string =>
  sql.replace(/\$(\d)/g, (_, n: string) => literal(values[Number(n) - 1]));

const literal = (value: unknown): string => (typeof value === 'string' ? escapeLiteral(value) : String(value));
