import type { DatabaseAddress } from '../database/address';
import { quoteSchema } from '../database/quote-schema';
import type { Session } from '../database/session';
import { withSchema } from '../database/with-schema';
import { MigrationSession } from './migration-session';

/** How far there is room for the history, and whether this role may make more. @public */
export interface HistoryRoom {
  /** False: it has rights on data alone, and housekeeping leaves the partitions to somebody else. */
  readonly mayMake: boolean;
  /** End of the last partition. Null: there is none. What comes later goes to the default one, which is never pruned. */
  readonly until: Date | null;
}

/** Which schema to make room in, and for how long. @public */
export interface HistoryPartitionOptions extends DatabaseAddress {
  /** The bare name, unquoted. */
  readonly schema: string;
  readonly weeksAhead: number;
}

const STANDING = `select has_schema_privilege(c.relnamespace, 'CREATE') and pg_has_role(c.relowner, 'USAGE') as "mayMake",
    (select max(nullif(split_part(pg_get_expr(p.relpartbound, p.oid), '''', 4), '')::timestamptz)
       from pg_inherits i join pg_class p on p.oid = i.inhrelid where i.inhparent = c.oid) as until
  from pg_class c where c.oid = 'tasker.step_history'::regclass`;

/** Looks how it stands; changes nothing. @public */
export async function historyRoom(session: Session): Promise<HistoryRoom> {
  const [row] = await session.rows<HistoryRoom>(STANDING, []);
  return row ?? { mayMake: false, until: null };
}

/**
 * Makes what partitions are missing, this week's included. For a role that may, where the application's may not.
 *
 * @returns how many were made
 * @throws {TaskerError} TSK_DATABASE_UNAVAILABLE, TSK_MIGRATION_FAILED
 * @public
 */
export function makeHistoryPartitions(options: HistoryPartitionOptions): Promise<number> {
  const { schema, weeksAhead, ...address } = options;
  quoteSchema(schema);
  return MigrationSession.open(address, schema, async (session) => {
    const sql = `select tasker.ensure_history_partitions_v1(${Math.trunc(weeksAhead)}) as made`;
    const [row] = await session.rows<{ made: number }>(withSchema(sql, schema));
    return row?.made ?? 0;
  });
}
