import { TaskerError, type Fault } from '@tasker/core';
import type { Migration } from '@tasker/migrations';
import type { AppliedMigration } from './applied-migrations';
import { migrationDigest, migrationName } from './migration-name';

/** How a schema stands to the migrations of this version of Tasker. Each list is by number. */
export interface SchemaVersion {
  /** Known here, not applied there: the schema is older. */
  readonly missing: readonly Migration[];
  /** Applied there after all that is known here, and not breaking: the schema is newer and can be used. */
  readonly newer: readonly AppliedMigration[];
  /** Applied there, unknown here, and this version cannot run with it, or nobody has said that it can. */
  readonly foreign: readonly AppliedMigration[];
  /** Applied from another text than the one known here. */
  readonly changed: readonly AppliedMigration[];
}

/** Compares what is known with what is applied; migrations are the same when number and name are. */
export function compareWithSchema(known: readonly Migration[], applied: readonly AppliedMigration[]): SchemaVersion {
  const knownByName = new Map(known.map((migration) => [migrationName(migration), migration]));
  const appliedNames = new Set(applied.map(migrationName));
  const missing = known.filter((migration) => !appliedNames.has(migrationName(migration)));
  const unknown = applied.filter((row) => !knownByName.has(migrationName(row)));
  // "Not breaking" was said to those who have everything before it, not to another line of migrations.
  const follows = ({ number }: AppliedMigration): boolean =>
    missing.length === 0 && known.every((migration) => migration.number < number);
  const usable = (row: AppliedMigration): boolean => follows(row) && !row.breaking;
  return {
    missing,
    newer: unknown.filter(usable),
    foreign: unknown.filter((row) => !usable(row)),
    changed: applied.filter((row) => {
      const migration = knownByName.get(migrationName(row));
      return migration !== undefined && migrationDigest(migration) !== row.digest;
    }),
  };
}

/**
 * Refuses a schema this version could not run on, even with what is missing applied.
 *
 * @throws {TaskerError} TSK_SCHEMA_MISMATCH naming every migration that is in the way
 */
export function assertUsable({ foreign, changed }: SchemaVersion, schema: string): void {
  refuse(schema, foreign, [...foreign.map(foreignFault), ...changed.map(changedFault)]);
}

/**
 * Refuses a schema this version cannot run on as it is.
 *
 * @throws {TaskerError} TSK_SCHEMA_MISMATCH naming every migration that is missing or in the way
 */
export function assertComplete({ missing, foreign, changed }: SchemaVersion, schema: string): void {
  refuse(schema, foreign, [...missing.map(missingFault), ...foreign.map(foreignFault), ...changed.map(changedFault)]);
}

/**
 * Refuses a schema of which this version does not know everything, and so could not take everything back.
 *
 * @throws {TaskerError} TSK_SCHEMA_MISMATCH naming every migration that is unknown or was changed
 */
export function assertAllKnown({ newer, foreign, changed }: SchemaVersion, schema: string): void {
  refuse(schema, foreign, [...[...foreign, ...newer].map(unknownFault), ...changed.map(changedFault)]);
}

/** What a process says that runs on a newer schema. */
export const newerLine = ({ newer }: SchemaVersion, schema: string): string =>
  `Schema "${schema}" is newer than this version of Tasker, which can run on it but does not know ` +
  `${newer.map(migrationName).join(', ')}. Replace this process by one of the newer version.`;

function refuse(schema: string, foreign: readonly AppliedMigration[], details: readonly Fault[]): void {
  if (details.length === 0) return;
  throw new TaskerError('TSK_SCHEMA_MISMATCH', `Schema "${schema}" is not one this version of Tasker can use.`, {
    details,
    data: { schema, migrations: details.map((fault) => fault.path) },
    ...(foreign.some(({ breaking }) => breaking) ? { hint: HINT_OF_BREAKING } : {}),
  });
}

/** The hint of the code offers to run the migrations, which is of no use here. */
const HINT_OF_BREAKING =
  'Deploy a version of Tasker that knows these migrations, and stop all processes of older versions.';

const missingFault = (migration: Migration): Fault => ({
  path: migrationName(migration),
  message: 'is missing: the schema is older than this version of Tasker',
});

const unknownFault = (row: AppliedMigration): Fault => ({
  path: migrationName(row),
  message: 'is unknown: the schema is newer than this version of Tasker',
});

const foreignFault = (row: AppliedMigration): Fault =>
  row.breaking
    ? {
        path: migrationName(row),
        message: 'is unknown and breaking: the schema is newer than this version of Tasker, which cannot run on it',
      }
    : {
        path: migrationName(row),
        message: 'is unknown and does not follow the migrations of this version: the schema is of another line',
      };

const changedFault = (row: AppliedMigration): Fault => ({
  path: migrationName(row),
  message: 'was applied from another text than the one this version has',
});
