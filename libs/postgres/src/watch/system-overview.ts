/** All of Tasker on one database in numbers. @public */
export interface SystemOverview {
  readonly at: Date;
  readonly tasks: {
    readonly total: number;
    /** False: `total` and `complete` are estimates of the planner, as they are from 200,000 tasks on. */
    readonly exact: boolean;
    readonly pending: number;
    readonly inProgress: number;
    readonly complete: number;
    readonly error: number;
    readonly cancelled: number;
    readonly resolvedManually: number;
    readonly paused: number;
  };
  /** Finished steps are not counted: it would mean reading every one of them. */
  readonly steps: {
    readonly ready: number;
    readonly inProgress: number;
    readonly waitingForRetry: number;
    readonly parked: number;
    readonly error: number;
    /** Ready steps whose handler no live worker has. */
    readonly unserved: number;
  };
  readonly retries: {
    /** Waiting for their next attempt. */
    readonly inBackoff: number;
    /** Of those: due already. */
    readonly overdue: number;
    /** In error because their attempts are spent. */
    readonly exhausted: number;
    /** In error although attempts were left: the failure was permanent. */
    readonly permanent: number;
  };
  readonly queue: { readonly oldestMs: number | null };
  readonly workers: {
    readonly live: number;
    readonly draining: number;
    readonly lost: number;
    /** Steps they may run at once. */
    readonly capacity: number;
  };
  readonly database: {
    /** Sessions on this database that run a statement. */
    readonly activeConnections: number;
    /** All sessions of the server that count against its maximum. */
    readonly connections: number;
    readonly maxConnections: number;
  };
}

/** No parameters. One row; by what `health_counts_v1` costs, well below 100 ms on a million tasks. */
export const OVERVIEW = `
select h.*, (select count(*)::int from pg_stat_activity a where a.backend_type = 'client backend') as connections
  from tasker.health_counts_v1() h`;

/** A row of the statement above. */
export type OverviewRow = Readonly<Record<string, unknown>>;

/** What the row says; counts arrive as text where they are bigint. */
export function readOverview(row: OverviewRow): SystemOverview {
  const count = (column: string): number => Number(row[column] ?? 0);
  return {
    at: row['at'] as Date,
    tasks: {
      total: count('total_tasks'),
      exact: row['exact'] === true,
      ...{ pending: count('pending_tasks'), inProgress: count('in_progress_tasks'), complete: count('complete_tasks') },
      ...{ error: count('error_tasks'), cancelled: count('cancelled_tasks') },
      ...{ resolvedManually: count('resolved_tasks'), paused: count('paused_tasks') },
    },
    steps: {
      ...{ ready: count('ready_steps'), inProgress: count('in_progress_steps'), parked: count('parked_steps') },
      ...{ waitingForRetry: count('waiting_for_retry_steps'), error: count('error_steps') },
      unserved: count('unserved_steps'),
    },
    retries: {
      ...{ inBackoff: count('waiting_for_retry_steps'), overdue: count('overdue_steps') },
      exhausted: count('exhausted_steps'),
      permanent: Math.max(0, count('error_steps') - count('exhausted_steps')),
    },
    queue: { oldestMs: row['oldest_ready_ms'] === null ? null : count('oldest_ready_ms') },
    workers: {
      ...{ live: count('workers'), draining: count('draining_workers'), lost: count('lost_workers') },
      capacity: count('capacity'),
    },
    database: {
      ...{ activeConnections: count('active_connections'), connections: count('connections') },
      maxConnections: count('max_connections'),
    },
  };
}
