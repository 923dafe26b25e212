-- Purpose: note that the steps of a lost worker were taken over, and remove it when that was long ago. Not at once: a
-- claim or a creation of its own that was under way may still commit, for as long as a statement of it may take, which
-- is the length of its lease; a second look finds what came with that.
-- Parameters: 1 worker. Rows: one; first: nobody had noted it before. Index: steps' key from the worker's floor.
-- Locks: its row.
with judged as (
  select w.id, w.rescued_at is null as first,
         w.rescued_at < tasker.lease_clock_v1() - (w.lease_expires_at - w.heartbeat_at) as long_ago,
         exists (select 1 from tasker.steps s
                  where s.task_id >= w.min_task_id and s.worker_id = w.id
                    and s.state = tasker.step_in_progress()) as holds
    from tasker.workers w where w.id = $1 and w.lost_at is not null
), noted as (
  update tasker.workers w set rescued_at = tasker.lease_clock_v1()
    from judged j where w.id = j.id and (j.first or j.long_ago and j.holds)
), gone as (
  delete from tasker.workers w using judged j where w.id = j.id and j.long_ago and not j.holds)
select coalesce((select j.first from judged j), false) as first
