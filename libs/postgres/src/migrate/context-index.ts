import { addressOf, type DatabaseAddress } from '../database/address';
import { quoteSchema } from '../database/quote-schema';
import { withSchema } from '../database/with-schema';
import { underMigrationLock } from './migration-lock';
import { MigrationSession } from './migration-session';

/**
 * The wide index over contexts. No migration makes it: it costs every creation, and few search by contexts.
 */

/** How the index stands. @public */
export interface ContextIndexStanding {
  /** `broken`: a build was cut short, and nobody builds it now; it costs what it would cost and serves nothing. */
  readonly state: 'ready' | 'building' | 'broken' | 'missing';
  /** On disk. */
  readonly bytes: number;
}

/** Which schema the index belongs to. @public */
export interface ContextIndexOptions extends DatabaseAddress {
  /** The bare name, unquoted. */
  readonly schema: string;
  /** Lets go of a build: the server ends it by itself, and the next who asks finds what came of it. */
  readonly signal?: AbortSignal;
}

const STANDING = `select case when i.indexrelid is null then 'missing' when i.indisvalid then 'ready'
         when exists (select from pg_stat_progress_create_index p where p.index_relid = i.indexrelid) then 'building'
         else 'broken' end as state, coalesce(pg_relation_size(i.indexrelid), 0)::float8 as bytes
    from (values (to_regclass('tasker.tasks_context'))) c(oid) left join pg_index i on i.indexrelid = c.oid`;

// Merged a megabyte at a time: at the default of four, now and then a creation waits twice as long.
const CREATE = `create index concurrently if not exists tasks_context on tasker.tasks
  using gin (context jsonb_path_ops) with (gin_pending_list_limit = 1024)`;

const DROP = 'drop index concurrently if exists tasker.tasks_context';

/**
 * Looks how the index stands; changes nothing.
 *
 * @throws {TaskerError} TSK_DATABASE_UNAVAILABLE, TSK_MIGRATION_FAILED; TSK_OPTIONS_INVALID for an unusable schema name
 * @public
 */
export function contextIndexStanding({ schema, ...options }: ContextIndexOptions): Promise<ContextIndexStanding> {
  quoteSchema(schema);
  return MigrationSession.open(addressOf(options), schema, (session) => standing(session, schema));
}

/**
 * Makes the index where it is missing or broken, while tasks are created and run. Any number of processes may call it at
 * once: one builds, the others wait for it. On a large table that takes minutes, and waits for transactions that are open.
 *
 * @returns false when it was there
 * @throws {TaskerError} TSK_DATABASE_UNAVAILABLE, TSK_MIGRATION_FAILED; TSK_OPTIONS_INVALID for an unusable schema name
 * @public
 */
export function createContextIndex({ schema, signal, ...options }: ContextIndexOptions): Promise<boolean> {
  quoteSchema(schema);
  return MigrationSession.open(addressOf(options), schema, async (session) => {
    const isReady = async (): Promise<boolean> => (await standing(session, schema)).state === 'ready';
    if (await isReady()) return false;
    return underMigrationLock(
      addressOf(options),
      schema,
      async () => {
        if (await isReady()) return false;
        // Nobody else builds under the lock, so whatever is there was left by somebody who was cut short.
        await session.alone(withSchema(DROP, schema), signal);
        await session.alone(withSchema(CREATE, schema), signal);
        return true;
      },
      signal,
    );
  });
}

/**
 * Drops the index, while tasks are created and run.
 *
 * @returns false when there was none
 * @throws {TaskerError} TSK_DATABASE_UNAVAILABLE, TSK_MIGRATION_FAILED; TSK_OPTIONS_INVALID for an unusable schema name
 * @public
 */
export function dropContextIndex({ schema, ...options }: ContextIndexOptions): Promise<boolean> {
  quoteSchema(schema);
  return MigrationSession.open(addressOf(options), schema, (session) =>
    underMigrationLock(addressOf(options), schema, async () => {
      if ((await standing(session, schema)).state === 'missing') return false;
      await session.alone(withSchema(DROP, schema));
      return true;
    }),
  );
}

async function standing(session: MigrationSession, schema: string): Promise<ContextIndexStanding> {
  const [row] = await session.rows<ContextIndexStanding>(withSchema(STANDING, schema));
  return row as ContextIndexStanding;
}
