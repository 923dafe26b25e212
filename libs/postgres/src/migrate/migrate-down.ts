import { migrations } from '@tasker/migrations';
import { addressOf, type DatabaseAddress } from '../database/address';
import { quoteSchema } from '../database/quote-schema';
import { underMigrationLock } from './migration-lock';
import { migrationName } from './migration-name';
import { MigrationSession } from './migration-session';
import { assertAllKnown, compareWithSchema } from './schema-version';

/** Which schema to take back, and how far. @public */
export interface MigrateDownOptions extends DatabaseAddress {
  /** The schema's bare name, unquoted. It stays, empty but for the record of migrations, when everything is taken back. */
  readonly schema: string;
  /** Number of the last migration to keep, four digits; `0000` keeps none. */
  readonly to: string;
}

/**
 * Takes migrations back, newest first, each in a transaction of its own. Their tables go with all data in them.
 *
 * @returns names of the migrations taken back, newest first; empty when there were none after `to`
 * @throws {TaskerError} TSK_SCHEMA_MISMATCH when the schema is newer than this version or was made from other texts;
 * TSK_MIGRATION_FAILED naming the one that failed; TSK_DATABASE_UNAVAILABLE; TSK_OPTIONS_INVALID
 * @public
 */
export async function migrateDown({ schema, to, ...options }: MigrateDownOptions): Promise<readonly string[]> {
  quoteSchema(schema);
  const address = addressOf(options);
  return MigrationSession.open(address, schema, (session) =>
    underMigrationLock(address, schema, () => revertAfter(session, schema, to)),
  );
}

async function revertAfter(session: MigrationSession, schema: string, to: string): Promise<string[]> {
  const version = compareWithSchema(migrations, await session.applied.list());
  assertAllKnown(version, schema);
  const applied = migrations.filter((migration) => !version.missing.includes(migration));
  const names: string[] = [];
  for (const migration of applied.filter(({ number }) => number > to).reverse()) {
    const name = migrationName(migration);
    await session.transaction(name, () => session.applied.revert(migration));
    names.push(name);
  }
  return names;
}
