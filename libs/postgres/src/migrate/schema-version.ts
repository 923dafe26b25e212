import { TaskerError, type Fault } from '@tasker/core';
import type { Migration } from '@tasker/migrations';
import type { AppliedMigration } from './applied-migrations';
import { migrationDigest, migrationName } from './migration-name';

/** How a schema stands to the migrations of this version of Tasker. Each list is by number. */
export interface SchemaVersion {
  /** Known here, not applied there: the schema is older. */
  readonly missing: readonly Migration[];
  /** Applied there, unknown here: the schema is newer. */
  readonly unknown: readonly AppliedMigration[];
  /** Applied from another text than the one known here. */
  readonly changed: readonly AppliedMigration[];
}

/** Compares what is known with what is applied; migrations are the same when number and name are. */
export function compareWithSchema(known: readonly Migration[], applied: readonly AppliedMigration[]): SchemaVersion {
  const knownByName = new Map(known.map((migration) => [migrationName(migration), migration]));
  const appliedNames = new Set(applied.map(migrationName));
  return {
    missing: known.filter((migration) => !appliedNames.has(migrationName(migration))),
    unknown: applied.filter((row) => !knownByName.has(migrationName(row))),
    changed: applied.filter((row) => {
      const migration = knownByName.get(migrationName(row));
      return migration !== undefined && migrationDigest(migration) !== row.digest;
    }),
  };
}

/**
 * Refuses a schema made by a newer Tasker or from other texts.
 *
 * @throws {TaskerError} TSK_SCHEMA_MISMATCH naming every such migration
 */
export function assertNothingForeign({ unknown, changed }: SchemaVersion, schema: string): void {
  refuse(schema, [...unknown.map(unknownFault), ...changed.map(changedFault)]);
}

/**
 * Refuses a schema that is not exactly the one of this version.
 *
 * @throws {TaskerError} TSK_SCHEMA_MISMATCH naming every missing, unknown and changed migration
 */
export function assertSameVersion({ missing, unknown, changed }: SchemaVersion, schema: string): void {
  refuse(schema, [...missing.map(missingFault), ...unknown.map(unknownFault), ...changed.map(changedFault)]);
}

function refuse(schema: string, details: readonly Fault[]): void {
  if (details.length === 0) return;
  throw new TaskerError('TSK_SCHEMA_MISMATCH', `Schema "${schema}" is not the one of this version of Tasker.`, {
    details,
    data: { schema, migrations: details.map((fault) => fault.path) },
  });
}

const missingFault = (migration: Migration): Fault => ({
  path: migrationName(migration),
  message: 'is missing: the schema is older than this version of Tasker',
});

const unknownFault = (row: AppliedMigration): Fault => ({
  path: migrationName(row),
  message: 'is unknown: the schema is newer than this version of Tasker',
});

const changedFault = (row: AppliedMigration): Fault => ({
  path: migrationName(row),
  message: 'was applied from another text than the one this version has',
});
