import type { Migration } from '@tasker/migrations';
import { quoteSchema } from '../database/quote-schema';
import { withSchema } from '../database/with-schema';
import { migrationDigest } from './migration-name';

/** A row of the schema's own record of its migrations. */
export interface AppliedMigration {
  /** Four digits. */
  readonly number: string;
  readonly name: string;
  /** Digest of the text it was applied from. */
  readonly digest: string;
  /** Those who do not know it cannot run with it. */
  readonly breaking: boolean;
}

/** Runs one statement, or several when there are no values; the rows of the last one. */
export type RunSql = (sql: string, values?: unknown[]) => Promise<unknown[]>;

// Older versions read it as they know it: columns may be added, with a default, and none may ever go.
const CREATE_RECORD = `create table if not exists tasker.tasker_migrations (
  number text primary key,
  name text not null,
  digest text not null,
  breaking boolean not null,
  applied_at timestamptz not null default now()
)`;

/** The record of one schema, in a table of its own inside it. */
export class AppliedMigrations {
  constructor(
    private readonly run: RunSql,
    private readonly schema: string,
  ) {}

  /** By number; empty when the schema or its record does not exist. */
  async list(): Promise<AppliedMigration[]> {
    const exists = `select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace
                     where n.nspname = $1 and c.relname = 'tasker_migrations'`;
    if ((await this.run(exists, [this.schema])).length === 0) return [];
    const list = 'select number, name, digest, breaking from tasker.tasker_migrations order by number';
    return (await this.run(withSchema(list, this.schema))) as AppliedMigration[];
  }

  /** Makes the schema and the record where they are missing. */
  async prepare(): Promise<void> {
    // CREATE SCHEMA IF NOT EXISTS asks for the privilege to create one even when there is nothing to create.
    const found = await this.run('select 1 from pg_namespace where nspname = $1', [this.schema]);
    if (found.length === 0) await this.run(`create schema ${quoteSchema(this.schema)}`);
    await this.run(withSchema(CREATE_RECORD, this.schema));
  }

  /** Applies a migration and records it; the caller's transaction makes that one act. */
  async apply(migration: Migration): Promise<void> {
    await this.run(withSchema(migration.up, this.schema));
    const { number, name, breaking } = migration;
    const add = 'insert into tasker.tasker_migrations (number, name, digest, breaking) values ($1, $2, $3, $4)';
    await this.run(withSchema(add, this.schema), [number, name, migrationDigest(migration), breaking]);
  }

  /** Takes a migration back and forgets it; the caller's transaction makes that one act. */
  async revert(migration: Migration): Promise<void> {
    await this.run(withSchema(migration.down, this.schema));
    const remove = 'delete from tasker.tasker_migrations where number = $1';
    await this.run(withSchema(remove, this.schema), [migration.number]);
  }
}
