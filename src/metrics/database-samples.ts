import type { DatabaseGauges } from '@tasker/postgres';
import type { Sample } from './metric-set';

type Reader = (gauges: DatabaseGauges) => readonly Sample[];

const one =
  (read: (gauges: DatabaseGauges) => number | null): Reader =>
  (gauges) => {
    const value = read(gauges);
    return value === null ? [] : [[{}, value]];
  };

const perLane =
  (read: (lane: DatabaseGauges['lanes'][number]) => number): Reader =>
  ({ lanes }) =>
    lanes.map((lane) => [{ queue: lane.queue, handler: lane.handler }, read(lane)]);

/** How each metric of scope `database` is read. @internal */
export const DATABASE_SAMPLES: Readonly<Record<string, Reader>> = {
  tasker_queue_steps: perLane(({ steps }) => steps),
  tasker_queue_oldest_seconds: perLane(({ oldestSeconds }) => Math.max(0, oldestSeconds)),
  tasker_queue_workers: perLane(({ workers }) => workers),
  tasker_tasks_unfinished: ({ tasks }) =>
    tasks.map(({ namespace, task, state, count }) => [{ namespace, task, state }, count]),
  tasker_delayed_steps: one(({ delayedSteps }) => delayedSteps),
  tasker_delayed_overdue_steps: one(({ overdueSteps }) => overdueSteps),
  tasker_parked_steps: one(({ parkedSteps }) => parkedSteps),
  tasker_paused_tasks: one(({ pausedTasks }) => pausedTasks),
  tasker_paused_steps: one(({ pausedSteps }) => pausedSteps),
  tasker_workers: ({ workers }) => Object.entries(workers).map(([state, count]) => [{ state }, count]),
  tasker_workers_capacity: one(({ capacity }) => capacity),
  tasker_workers_running: one(({ running }) => running),
  tasker_lease_shortest_seconds: one(({ shortestLeaseSeconds }) => shortestLeaseSeconds),
  tasker_database_connections: one(({ connections }) => connections),
  tasker_database_connections_max: one(({ maxConnections }) => maxConnections),
};
