create function tasker.live_floor_v1() returns bigint
language sql stable
return least((select min(q.task_id) from tasker.queue q), (select min(d.task_id) from tasker.delayed_steps d),
             (select min(k.task_id) from tasker.parked_steps k), (select min(o.task_id) from tasker.operated_tasks o),
             (select min(w.min_task_id) from tasker.workers w), 9223372036854775807);

comment on function tasker.live_floor_v1() is
  'No task below this id is pending or in progress, and none of its steps is ready, running or waiting for a retry, '
  'but for those in step_waits: their steps wait without a worker.';
