import { migrations, type Migration } from '@tasker/migrations';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { quoteSchema } from '../database/quote-schema';
import { AppliedMigrations } from './applied-migrations';

/** TypeORM orders migrations by the 13 digits at the end of their names and takes them for a time: 2025-10-09. */
const EPOCH = 1_760_000_000_000;

/**
 * Tasker's migrations as TypeORM classes, for applications that run their own: add them to the `migrations` of the
 * `DataSource` and set Tasker's to `verify`.
 *
 * They make the schema when it is missing, and keep Tasker's own record of migrations too.
 *
 * @param schema the bare name, unquoted; any, whatever schema the `DataSource` has
 * @returns by number
 * @throws {TaskerError} TSK_OPTIONS_INVALID when the name cannot be used
 * @public
 */
export function taskerMigrations(schema: string): (new () => MigrationInterface)[] {
  quoteSchema(schema);
  return migrations.map((migration) => classOf(migration, schema));
}

function classOf(migration: Migration, schema: string): new () => MigrationInterface {
  return class implements MigrationInterface {
    // A name of the instance, because a minifier may change the one of the class.
    readonly name = className(migration);

    async up(runner: QueryRunner): Promise<void> {
      const applied = appliedBy(runner, schema);
      await applied.prepare();
      await applied.apply(migration);
    }

    async down(runner: QueryRunner): Promise<void> {
      await appliedBy(runner, schema).revert(migration);
    }
  };
}

const appliedBy = (runner: QueryRunner, schema: string): AppliedMigrations =>
  new AppliedMigrations(async (sql, values) => (await runner.query(sql, values)) as unknown[], schema);

/** Such as `TaskerCreateTasks1760000000002`; the same for ever, because TypeORM remembers it. */
function className({ number, name }: Migration): string {
  const words = name.split('_').map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`);
  return `Tasker${words.join('')}${EPOCH + Number(number)}`;
}
