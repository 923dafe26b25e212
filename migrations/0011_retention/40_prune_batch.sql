-- Part of prune_tasks_v1: what a rule looks at next. First stragglers that are due, which go from the list by this;
-- then the next stretch of the primary key, up to scanned_to.
create function tasker.prune_batch_v1(
  p_rule text, p_templates int[], p_least interval, p_limit int, p_scan int, p_from bigint, p_now timestamptz,
  out seen bigint[], out scanned_to bigint, out more boolean
)
language plpgsql as $$
#variable_conflict use_column
declare
  v_read int;
  v_last bigint;
  v_young bigint;
begin
  with late as (
    delete from tasker.retention_stragglers g
     where g.rule = p_rule and (g.due_at, g.task_id) in (
       select y.due_at, y.task_id from tasker.retention_stragglers y
        where y.rule = p_rule and y.due_at <= p_now order by y.due_at, y.task_id limit p_limit)
    returning g.task_id)
  select array_agg(l.task_id order by l.task_id) into seen from late l;
  more := true;
  if seen is not null then return; end if;

  select count(*), max(w.id), min(w.id) filter (where w.requested_at > p_now - p_least)
    into v_read, v_last, v_young
    from (select t.id, t.requested_at from tasker.tasks t where t.id > p_from order by t.id limit p_scan) w;
  -- Nothing requested later than this can be due, and ids are nearly in the order of requests.
  more := v_young is null and v_read = p_scan;
  scanned_to := coalesce(v_young - 1, v_last, p_from);
  select array_agg(t.id order by t.id) into seen
    from tasker.tasks t where t.id > p_from and t.id <= scanned_to and t.template_id = any (p_templates);
end $$;
