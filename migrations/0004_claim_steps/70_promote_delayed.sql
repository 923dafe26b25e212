-- Queues delayed steps that are due, earliest first, and says when the next one is.
create function tasker.promote_delayed_v1(p_limit int)
returns table (
  promoted int, ready_task bigint[], ready_position smallint[], ready_template int[], ready_correlation text[],
  next_due_ms bigint, at timestamptz)
language plpgsql
set plan_cache_mode = force_generic_plan set jit = off
set enable_seqscan = off set enable_mergejoin = off as $$
#variable_conflict use_column
declare
  v_now timestamptz := tasker.clock_v1();
  v_task bigint[];
  v_position smallint[];
begin
  perform set_config('synchronous_commit', 'off', true);

  with due as materialized (
    select d.ctid as tid from tasker.delayed_steps d where d.run_at <= v_now
     order by d.run_at, d.seq limit p_limit for update skip locked
  ), gone as (
    delete from tasker.delayed_steps d using due where d.ctid = due.tid
    returning d.task_id, d.position, d.template_id, d.lane_id, d.rank, d.run_at
  ), freed as (
    update tasker.steps s set state = tasker.step_ready()
      from (select g.*, r.tid from gone g, lateral (
              select y.ctid as tid from tasker.steps y
               where y.task_id = g.task_id and y.position = g.position
                 and y.state = tasker.step_waiting_for_retry() offset 0) r) x
     where s.ctid = x.tid
    returning x.task_id, x.position, x.template_id, x.lane_id, x.rank, x.run_at
  ), queued as (
    insert into tasker.queue (lane_id, rank, task_id, template_id, position, fresh, ready_at)
    select f.lane_id, f.rank, f.task_id, f.template_id, f.position, false, f.run_at from freed f
    returning task_id, position, template_id
  )
  select count(*)::int, array_agg(u.task_id), array_agg(u.position), array_agg(u.template_id),
         array_agg((select t.correlation_id from tasker.tasks t where t.id = u.task_id)),
         (select array_agg(g.task_id) from gone g), (select array_agg(g.position) from gone g)
    into promoted, ready_task, ready_position, ready_template, ready_correlation, v_task, v_position from queued u;
  -- A row that an operator was changing is not found again by its ctid, and its entry must not be lost.
  if promoted < cardinality(v_task) and exists (
       select 1 from unnest(v_task, v_position) as g(task_id, position), lateral (
         select 1 from tasker.steps y
          where y.task_id = g.task_id and y.position = g.position
            and y.state = tasker.step_waiting_for_retry() offset 0) r) then
    raise exception 'a step was changed meanwhile' using errcode = '40001';
  end if;

  select ceil(extract(epoch from d.run_at - v_now) * 1000)::bigint into next_due_ms
    from tasker.delayed_steps d order by d.run_at, d.seq limit 1;
  -- Not greatest(): it would take no delayed step at all for one that is due now.
  if next_due_ms < 0 then next_due_ms := 0; end if;
  at := v_now;
  return next;
end $$;
