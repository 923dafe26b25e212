-- Part of recount_v1: steps that no branch came to are left out. Looks only at tasks in which something was left out
-- before: a settlement writes what an outcome has decided, and this what follows from it.
create function tasker.recount_branches_v1(
  p_tasks bigint[], p_now timestamptz, out left_task bigint[], out left_position smallint[]
)
language plpgsql as $$
#variable_conflict use_column
begin
  with found as materialized (
    select t.id as task_id, t.template_id, l.position
      from (select y.id, y.template_id
              from tasker.tasks y
              join tasker.task_templates m on m.id = y.template_id and m.level > 1
             where y.id = any (p_tasks) and tasker.task_open_v1(y.state)
               and exists (select 1 from tasker.steps s
                            where s.task_id = y.id and s.position >= 0 and s.state = tasker.step_not_taken())
            offset 0) t
     cross join lateral unnest(tasker.left_out_v1(t.id, t.template_id)) as l(position)
  ), moved as (
    update tasker.steps s
       set state = tasker.step_not_taken(), finished_at = p_now, blocked = false, checkpoint = null,
           need = x.need, met = x.need, ran = x.ran
      from (select y.ctid as tid, cardinality(m.parents) as need, r.ran
              from found f
             cross join lateral (
               select z.ctid from tasker.steps z
                where z.task_id = f.task_id and z.position = f.position and z.state = tasker.step_pending()
                offset 0) y
             cross join lateral (
               select k.parents from tasker.step_templates k
                where k.template_id = f.template_id and k.position = f.position offset 0) m
             -- Parents that are left out by this very statement still wait, as it sees them.
             cross join lateral (
               select count(*) as ran from unnest(m.parents) as u(position)
                cross join lateral (select q.state from tasker.steps q
                                     where q.task_id = f.task_id and q.position = u.position offset 0) q
                where tasker.step_satisfied_v1(q.state) and q.state <> tasker.step_not_taken()) r) x
     where s.ctid = x.tid
    returning s.task_id, s.position, s.attempt
  ), noted as (
    insert into tasker.step_history (task_id, at, position, attempt, from_state, to_state, metadata)
    -- After what the same act or settlement has done to the step.
    select m.task_id, p_now + interval '1 microsecond', m.position, m.attempt, tasker.step_pending(),
           tasker.step_not_taken(), '{"skip": {"reason": "no_branch_taken"}}'
      from moved m)
  select array_agg(m.task_id), array_agg(m.position) into left_task, left_position from moved m;
end $$;
