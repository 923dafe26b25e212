import { migrations } from '@tasker/migrations';
import type { AppliedMigration } from '../migrate/applied-migrations';
import { migrationName } from '../migrate/migration-name';
import { compareWithSchema } from '../migrate/schema-version';

/** What a process must know of the database to say whether it is ready. @public */
export interface ReadinessFacts {
  /** Names of migrations that are missing or in the way of this version, by number; empty: the schema can be used. */
  readonly schemaFaults: readonly string[];
  /** Of the step that has waited longest at the head of its lane and priority, milliseconds; null: the queue is empty. */
  readonly oldestQueuedMs: number | null;
  /** The worker that was asked for; null when there is no such row, or none was asked for. */
  readonly worker: WorkerFacts | null;
}

/** How a worker stands by the clock of the database. @public */
export interface WorkerFacts {
  /** Its lease holds and nobody has declared it lost. */
  readonly alive: boolean;
  /** Takes no more steps: it stops, or an operator has asked for it. */
  readonly draining: boolean;
  /** Until its lease ends, milliseconds; negative when it has ended. */
  readonly leaseLeftMs: number;
}

/**
 * $1 worker or null. One row. The heads of the queue are found by jumping from one (lane, rank) to the next in its key:
 * a few index look-ups per lane, however long the queue is.
 */
export const READINESS = `
with recursive head as (
  (select q.lane_id, q.rank, q.ready_at from tasker.queue q order by q.lane_id, q.rank, q.seq limit 1)
  union all
  select n.lane_id, n.rank, n.ready_at
    from head h
    cross join lateral (
      select q.lane_id, q.rank, q.ready_at from tasker.queue q
       where (q.lane_id, q.rank) > (h.lane_id, h.rank) order by q.lane_id, q.rank, q.seq limit 1) n
)
select (select json_agg(json_build_object('number', m.number, 'name', m.name, 'digest', m.digest, 'breaking', m.breaking)
                        order by m.number) from tasker.tasker_migrations m) as applied,
       (select 1000 * extract(epoch from tasker.clock_v1() - min(h.ready_at)) from head h)::float8 as oldest_queued_ms,
       w.alive, w.draining, w.lease_left_ms
  from (values (1)) one
  left join (
    select y.lost_at is null and y.lease_expires_at > clock_timestamp() as alive, y.draining or y.drain_requested as draining,
           (1000 * extract(epoch from y.lease_expires_at - clock_timestamp()))::float8 as lease_left_ms
      from tasker.workers y where y.id = $1::int) w on true`;

/** A row of the statement above. */
export interface ReadinessRow {
  readonly applied: readonly AppliedMigration[] | null;
  readonly oldest_queued_ms: number | null;
  readonly alive: boolean | null;
  readonly draining: boolean | null;
  readonly lease_left_ms: number | null;
}

/** What the row says. */
export function readReadiness(row: ReadinessRow): ReadinessFacts {
  const { missing, foreign, changed } = compareWithSchema(migrations, row.applied ?? []);
  const { alive, draining, lease_left_ms: leaseLeftMs } = row;
  return {
    schemaFaults: [...missing, ...foreign, ...changed].map(migrationName).sort(),
    oldestQueuedMs: row.oldest_queued_ms === null ? null : Math.max(0, row.oldest_queued_ms),
    worker: alive === null ? null : { alive, draining: draining ?? false, leaseLeftMs: leaseLeftMs ?? 0 },
  };
}
