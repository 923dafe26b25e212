create view tasker.live_workers as
select w.id, w.name, w.host, w.pid, w.version, w.level, w.lanes, w.concurrency, w.running, w.min_task_id, w.started_at,
       w.heartbeat_at, w.lease_expires_at, w.draining, w.drain_requested,
       not w.draining and not w.drain_requested as serving
  from tasker.workers w
 where w.lost_at is null and w.lease_expires_at > tasker.lease_clock_v1();

comment on view tasker.live_workers is 'Workers that nobody has declared lost and whose lease has not ended.';
comment on column tasker.live_workers.draining is 'It takes no more steps.';
comment on column tasker.live_workers.drain_requested is 'An operator wants it to take no more; it may not know yet.';
comment on column tasker.live_workers.serving is 'It takes steps of its lanes: neither of the two.';
