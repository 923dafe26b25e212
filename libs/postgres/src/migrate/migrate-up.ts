import { migrations, type Migration } from '@tasker/migrations';
import { addressOf, type DatabaseAddress } from '../database/address';
import { quoteSchema } from '../database/quote-schema';
import { underMigrationLock } from './migration-lock';
import { migrationName } from './migration-name';
import { MigrationSession } from './migration-session';
import { assertComplete, assertUsable, compareWithSchema, newerLine } from './schema-version';

/** What to do about the schema at boot. @public */
export type MigrationMode =
  /** Apply what is missing; refuse a schema that this version cannot run on. */
  | 'auto'
  /** Change nothing; refuse as well a schema that lacks something. */
  | 'verify'
  /** Look at nothing. */
  | 'off';

/** Which schema to bring to this version, and how far to go. @public */
export interface MigrateOptions extends DatabaseAddress {
  /** The schema's bare name, unquoted. `auto` makes it when it is missing, which takes CREATE on the database. */
  readonly schema: string;
  readonly mode: MigrationMode;
  /** Told, in one line, of migrations of a newer version that this one can run with. */
  readonly warn?: (line: string) => void;
}

/**
 * Brings a schema to this version, or checks that this version can run on it. Any number of processes may call it at
 * once.
 *
 * Each migration runs in a transaction of its own and is recorded in it; one that fails leaves the ones before it. A
 * schema that needs nothing is only read, so `auto` does without privileges then. A newer schema is accepted while none
 * of its additional migrations is breaking, so that processes of two versions can share it during an upgrade.
 *
 * @returns names of the migrations this call applied, by number; empty when there was nothing to do
 * @throws {TaskerError} TSK_SCHEMA_MISMATCH naming each migration that is missing, changed, or in the way of this
 * version; TSK_MIGRATION_FAILED naming the one that failed; TSK_DATABASE_UNAVAILABLE; TSK_OPTIONS_INVALID for an
 * unusable schema name
 * @public
 */
export async function migrate(options: MigrateOptions): Promise<readonly string[]> {
  const { schema, mode } = options;
  if (mode === 'off') return [];
  quoteSchema(schema);
  const address = addressOf(options);
  return MigrationSession.open(address, schema, async (session) => {
    if ((await missing(session, options)).length === 0) return [];
    return underMigrationLock(address, schema, () => applyMissing(session, options));
  });
}

/** What this version has and the schema has not, by number, once nothing else is found to be wrong. */
async function missing(
  session: MigrationSession,
  { schema, mode, warn }: MigrateOptions,
): Promise<readonly Migration[]> {
  const version = compareWithSchema(migrations, await session.applied.list());
  if (mode === 'verify') assertComplete(version, schema);
  else assertUsable(version, schema);
  if (version.newer.length > 0) warn?.(newerLine(version, schema));
  return version.missing;
}

/** Looks again: somebody else may have migrated before this process got the lock. */
async function applyMissing(session: MigrationSession, options: MigrateOptions): Promise<string[]> {
  await session.applied.prepare();
  const names: string[] = [];
  for (const migration of await missing(session, options)) {
    const name = migrationName(migration);
    await session.transaction(name, () => session.applied.apply(migration));
    names.push(name);
  }
  return names;
}
