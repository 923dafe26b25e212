import { migrations } from '@tasker/migrations';
import { quoteSchema } from '../schema/quote-schema';
import { underMigrationLock } from './migration-lock';
import { migrationName } from './migration-name';
import { MigrationSession } from './migration-session';
import { assertNothingForeign, assertSameVersion, compareWithSchema } from './schema-version';

/** What to do about the schema at boot. @public */
export type MigrationMode =
  /** Apply what is missing; refuse a schema that is newer or was made from other texts. */
  | 'auto'
  /** Change nothing; refuse any schema but the one of this version. */
  | 'verify'
  /** Look at nothing. */
  | 'off';

/** Which schema to bring to this version, and how far to go. @public */
export interface MigrateOptions {
  readonly connectionString: string;
  /** The schema's bare name, unquoted. `auto` makes it when it is missing, which takes CREATE on the database. */
  readonly schema: string;
  readonly mode: MigrationMode;
}

/**
 * Brings a schema to this version, or checks that it is. Any number of processes may call it at once.
 *
 * Each migration runs in a transaction of its own and is recorded in it; one that fails leaves the ones before it. A
 * schema that needs nothing is only read, so `auto` does without privileges then.
 *
 * @returns names of the migrations this call applied, by number; empty when there was nothing to do
 * @throws {TaskerError} TSK_SCHEMA_MISMATCH naming each missing, unknown or changed migration; TSK_MIGRATION_FAILED
 * naming the one that failed; TSK_DATABASE_UNAVAILABLE; TSK_OPTIONS_INVALID for an unusable schema name
 * @public
 */
export async function migrate({ connectionString, schema, mode }: MigrateOptions): Promise<readonly string[]> {
  if (mode === 'off') return [];
  quoteSchema(schema);
  return MigrationSession.open(connectionString, schema, async (session) => {
    const version = compareWithSchema(migrations, await session.applied.list());
    if (mode === 'verify') assertSameVersion(version, schema);
    else assertNothingForeign(version, schema);
    if (version.missing.length === 0) return [];
    return underMigrationLock(connectionString, schema, () => applyMissing(session, schema));
  });
}

/** Looks again: somebody else may have migrated before this process got the lock. */
async function applyMissing(session: MigrationSession, schema: string): Promise<string[]> {
  await session.applied.prepare();
  const version = compareWithSchema(migrations, await session.applied.list());
  assertNothingForeign(version, schema);
  const names: string[] = [];
  for (const migration of version.missing) {
    const name = migrationName(migration);
    await session.transaction(name, () => session.applied.apply(migration));
    names.push(name);
  }
  return names;
}
