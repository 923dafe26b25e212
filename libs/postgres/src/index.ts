export { migrate, type MigrateOptions, type MigrationMode } from './migrate/migrate-up';
export { migrateDown, type MigrateDownOptions } from './migrate/migrate-down';
export { withSchema } from './schema/with-schema';
export { openStore, type OpenStoreOptions } from './stores/open-store';
export { PostgresEngineStore } from './stores/postgres-engine-store';
export type { OnTemplateChange } from './stores/template-store';
export type { RunInTransaction } from './stores/create-in-transaction';
export { TASKER_ENTITIES } from './entities/tasker-entities';
