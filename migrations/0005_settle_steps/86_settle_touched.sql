-- Part of settle_steps_v1: tasks that an operator has touched. What was known of the settlement comes in and, with what
-- counting them from their rows has brought, goes out.
create function tasker.settle_touched_v1(
  p_ended boolean, p_exact bigint[], p_held bigint[], p_worker int, p_now timestamptz,
  inout ready_task bigint[], inout ready_position smallint[], inout queued int,
  inout ended_task bigint[], inout ended_state smallint[]
)
language plpgsql as $$
declare
  v_counted record;
begin
  -- He was faster than a settlement that has ended them uncounted: all is rolled back, and made again.
  if p_ended then raise exception 'a task was touched meanwhile' using errcode = '40001'; end if;
  if p_held <> '{}' then delete from tasker.operated_tasks o where o.task_id = any (ended_task); end if;
  if p_exact = '{}' then return; end if;
  select * into v_counted from tasker.recount_v1(p_exact, p_worker, p_now);
  ready_task := ready_task || v_counted.ready_task;
  ready_position := ready_position || v_counted.ready_position;
  queued := queued + coalesce(cardinality(v_counted.ready_task), 0);
  ended_task := ended_task || v_counted.ended_task;
  ended_state := ended_state || v_counted.ended_state;
end $$;
