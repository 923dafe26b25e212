import { migrate, TASKER_ENTITIES } from '@tasker/postgres';
import { DataSource } from 'typeorm';
import { testDatabase, type TestDatabase } from '../support/database';

// Not as odd as elsewhere: TypeORM itself does not escape an apostrophe.
const SCHEMA = 'My-Schema é';

interface ColumnRow {
  table: string;
  column: string;
  type: string;
  required: boolean;
}

/** What the catalogue says of every table and view of the schema; partitions are parts of theirs. */
const COLUMNS = `
  select c.relname as "table", a.attname as "column", format_type(a.atttypid, null) as type, a.attnotnull as required
    from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
   where n.nspname = $1 and c.relkind in ('r', 'p', 'v') and not c.relispartition and a.attnum > 0 and not a.attisdropped
     and c.relname not in ('tasker_migrations', 'installation', 'audit_steps', 'retention_sweeps', 'retention_progress', 'retention_stragglers')
   order by 1, a.attnum`;

let database: TestDatabase;
let source: DataSource;
beforeAll(async () => {
  database = await testDatabase();
  await migrate({ connectionString: database.url, schema: SCHEMA, mode: 'auto' });
  source = new DataSource({ type: 'postgres', url: database.url, schema: SCHEMA, entities: TASKER_ENTITIES });
  await source.initialize();
});
afterAll(async () => {
  await source.destroy();
  await database.drop();
});

describe('the entities', () => {
  it('agree with the migrations, so that TypeORM would change nothing', async () => {
    const { upQueries } = await source.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('are one for each table and view, with all its columns', async () => {
    const rows = await source.query<ColumnRow[]>(COLUMNS, [SCHEMA]);
    const declared = source.entityMetadatas.flatMap((entity) =>
      entity.columns.map((column) => `${entity.tableName}.${column.databaseName}`),
    );
    expect(declared.sort()).toEqual(rows.map((row) => `${row.table}.${row.column}`).sort());
  });

  it('know which columns of partitioned tables may be null, which TypeORM does not compare', async () => {
    const rows = await source.query<ColumnRow[]>(COLUMNS, [SCHEMA]);
    const partitioned = source.entityMetadatas.filter((entity) => entity.tableName.endsWith('_history'));
    const declared = partitioned.flatMap((entity) =>
      entity.columns.map((column) => ({
        ...{ table: entity.tableName, column: column.databaseName, required: !column.isNullable },
        type: source.driver.normalizeType(column),
      })),
    );
    expect(declared).toHaveLength(22);
    for (const column of declared) expect(rows).toContainEqual(column);
  });

  it.each(TASKER_ENTITIES.map((entity) => [entity.name, entity] as const))('%s can be read', async (_name, entity) => {
    // Two tell something from the first moment on.
    const rows = ['SureWorkerEntity', 'TimelineEntity'].includes(entity.name) ? 1 : 0;
    expect(await source.getRepository(entity).find()).toHaveLength(rows);
  });
});
