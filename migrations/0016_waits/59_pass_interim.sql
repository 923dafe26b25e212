-- Part of wake_waits_v1: the interim of these waits is over. An approval is given to others; a sleep has come that is
-- one of all the things a step waits for, perhaps the last. Gives back which approvals were escalated.
create function tasker.pass_interim_v1(p_due tasker.step_waits[], p_now timestamptz) returns bigint[]
language plpgsql as $$
declare
  v_escalated bigint[];
begin
  with passed as (
    update tasker.step_waits w
       set interim = false, due_at = w.later_at, lacking = greatest(0, w.lacking - 1),
           woken_at = case when w.kind = 'signal' and w.lacking = 1 then p_now end,
           woken_by = case when w.kind = 'signal' and w.lacking = 1 then 'signal' end
      from unnest(p_due) d
     where d.interim and w.task_id = d.task_id and w.position = d.position
    returning w.task_id, w.position, w.generation, w.kind, w.woken_at
  ), given as (
    update tasker.approvals a set escalated_at = p_now, assignees = a.escalate_to
      from passed p
     where p.kind = 'approval' and a.task_id = p.task_id and a.position = p.position and a.generation = p.generation
       and a.state = 'open'
    returning a.id)
  select (select array_agg(g.id) from given g) into v_escalated
    from (select count(tasker.queue_wait_v1(p.task_id, p.position, p_now)) from passed p
           where p.woken_at is not null) q;
  return v_escalated;
end $$;
