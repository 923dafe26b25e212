import { PostgresEngineStore, TaskerDatabase, type TaskerDatabaseOptions } from '@tasker/postgres';

/** A store with a database handle of its own, which is closed with it. */
class OwnStore extends PostgresEngineStore {
  constructor(private readonly handle: TaskerDatabase) {
    super(handle);
  }

  override async close(): Promise<void> {
    await super.close();
    await this.handle.close();
  }
}

/** What a process has that does nothing but run the engine. */
export const openStore = (options: TaskerDatabaseOptions): PostgresEngineStore =>
  new OwnStore(new TaskerDatabase(options));
