import { migrations } from '@tasker/migrations';
import { quoteSchema } from '../database/quote-schema';
import { migrationName } from './migration-name';
import { MigrationSession } from './migration-session';
import { compareWithSchema } from './schema-version';

/** How one migration stands to a schema. @public */
export interface MigrationStanding {
  /** Such as `0001_words`. */
  readonly migration: string;
  /**
   * `applied`; `missing`: known here, not there; `changed`: applied from another text than this version has; `newer`:
   * applied there, unknown here, and no obstacle; `foreign`: applied there, unknown here, and in the way.
   */
  readonly state: 'applied' | 'missing' | 'changed' | 'newer' | 'foreign';
  /** Processes that do not know it cannot run once it is applied. */
  readonly breaking: boolean;
}

/**
 * Compares a schema with the migrations of this version; changes nothing.
 *
 * @returns by number; all `missing` when the schema does not exist
 * @throws {TaskerError} TSK_DATABASE_UNAVAILABLE; TSK_OPTIONS_INVALID for an unusable schema name
 * @public
 */
export async function migrationStatus(connectionString: string, schema: string): Promise<readonly MigrationStanding[]> {
  quoteSchema(schema);
  const applied = await MigrationSession.open({ connectionString }, schema, (session) => session.applied.list());
  const { missing, newer, foreign, changed } = compareWithSchema(migrations, applied);
  const odd = new Map<unknown, MigrationStanding['state']>([
    ...newer.map((row) => [row, 'newer'] as const),
    ...foreign.map((row) => [row, 'foreign'] as const),
    ...changed.map((row) => [row, 'changed'] as const),
  ]);
  const standings = [
    ...applied.map((row) => ({
      migration: migrationName(row),
      state: odd.get(row) ?? 'applied',
      breaking: row.breaking,
    })),
    ...missing.map((row) => ({ migration: migrationName(row), state: 'missing' as const, breaking: row.breaking })),
  ];
  return standings.sort((a, b) => (a.migration < b.migration ? -1 : 1));
}
