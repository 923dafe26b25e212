/** One lane of the queue with steps in it, or workers that serve it. @public */
export interface LaneGauge {
  readonly queue: string;
  readonly handler: string;
  readonly steps: number;
  /** Of the step that has waited longest, seconds; 0 when the lane is empty. */
  readonly oldestSeconds: number;
  /** Live workers that take steps from it. */
  readonly workers: number;
}

/** Unfinished tasks of one template, all its versions. @public */
export interface TaskGauge {
  readonly namespace: string;
  readonly task: string;
  readonly state: 'pending' | 'in_progress';
  readonly count: number;
}

/** Figures that are the same whichever process reads them. @public */
export interface DatabaseGauges {
  readonly lanes: readonly LaneGauge[];
  readonly tasks: readonly TaskGauge[];
  readonly delayedSteps: number;
  readonly overdueSteps: number;
  readonly parkedSteps: number;
  readonly pausedTasks: number;
  readonly pausedSteps: number;
  readonly workers: { readonly live: number; readonly draining: number; readonly lost: number };
  readonly capacity: number;
  readonly running: number;
  /** Of the live worker that is nearest to its end; null without workers. */
  readonly shortestLeaseSeconds: number | null;
  readonly connections: number;
  readonly maxConnections: number;
}

/** No parameters. One row. Reads the queue once, the unfinished tasks by key from `live_floor_v1` on, small tables whole. */
export const GAUGES = `
with worker as materialized (
  select w.lanes, w.concurrency, w.running, w.lease_expires_at - clock_timestamp() as lease_left, w.serving
    from tasker.live_workers w
), lane as (
  select l.queue, l.handler, coalesce(q.steps, 0) as steps,
         coalesce(extract(epoch from tasker.clock_v1() - q.oldest), 0)::float8 as "oldestSeconds",
         (select count(*) from worker w where w.serving and l.id = any (w.lanes)) as workers
    from tasker.lanes l
    left join (select y.lane_id, count(*) as steps, min(y.ready_at) as oldest from tasker.queue y group by y.lane_id) q
      on q.lane_id = l.id
), task as (
  select m.namespace, m.name as task, tasker.task_state_v1(n.state) as state, count(*) as count
    from tasker.tasks y
    join tasker.task_templates m on m.id = y.template_id
   cross join lateral tasker.task_now_v1(y.id, y.state, y.started_at) n
   where (y.id >= (select tasker.live_floor_v1())
          or y.id = any (array(select w.task_id from tasker.step_waits w limit 100000)))
     and tasker.task_open_v1(y.state)
   group by m.namespace, m.name, n.state
)
select (select coalesce(json_agg(l order by l.queue, l.handler), '[]') from lane l) as lanes,
       (select coalesce(json_agg(t order by t.namespace, t.task, t.state), '[]') from task t) as tasks,
       (select count(*) from tasker.delayed_steps) as delayed_steps,
       (select count(*) from tasker.delayed_steps d where d.run_at < tasker.clock_v1()) as overdue_steps,
       (select count(*) from tasker.parked_steps) as parked_steps,
       (select count(*) from tasker.operated_tasks o where o.hold) as paused_tasks,
       (select count(*) from tasker.step_pauses) as paused_steps,
       (select count(*) from worker w where w.serving) as live,
       (select count(*) from worker w where not w.serving) as draining,
       (select count(*) from tasker.workers) - (select count(*) from worker) as lost,
       (select coalesce(sum(w.concurrency), 0) from worker w where w.serving) as capacity,
       (select coalesce(sum(w.running), 0) from worker w) as running,
       (select extract(epoch from min(w.lease_left)) from worker w)::float8 as shortest_lease,
       (select count(*) from pg_stat_activity a where a.backend_type = 'client backend') as connections,
       current_setting('max_connections')::int as max_connections`;

/** A row of the statement above. */
export type GaugesRow = Readonly<Record<string, unknown>> & {
  readonly lanes: readonly LaneGauge[];
  readonly tasks: readonly TaskGauge[];
  readonly shortest_lease: number | null;
};

/** What the row says; counts arrive as text where they are bigint. */
export function readGauges(row: GaugesRow): DatabaseGauges {
  const count = (column: string): number => Number(row[column]);
  return {
    lanes: row.lanes,
    tasks: row.tasks,
    delayedSteps: count('delayed_steps'),
    overdueSteps: count('overdue_steps'),
    parkedSteps: count('parked_steps'),
    pausedTasks: count('paused_tasks'),
    pausedSteps: count('paused_steps'),
    workers: { live: count('live'), draining: count('draining'), lost: count('lost') },
    capacity: count('capacity'),
    running: count('running'),
    shortestLeaseSeconds: row.shortest_lease,
    connections: count('connections'),
    maxConnections: count('max_connections'),
  };
}
