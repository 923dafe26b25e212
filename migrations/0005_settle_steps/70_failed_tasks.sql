-- Part of settle_steps_v1: which of these tasks, in each of which something has failed, can move no more. Their ends
-- cannot be counted by arithmetic; under the task's row lock the last one to come sees every other settlement.
create function tasker.failed_tasks_v1(p_blocked bigint[], k_task bigint[], k_steps int[]) returns bigint[]
language plpgsql as $$
begin
  perform 1 from tasker.tasks t where t.id = any (p_blocked) order by t.id for no key update;
  return (
    select array_agg(k.task_id) from unnest(k_task, k_steps) as k(task_id, steps)
     where k.task_id = any (p_blocked)
       and k.steps <= (select count(*) from tasker.steps s
                        where s.task_id = k.task_id and s.position >= 0
                          and (s.blocked or tasker.step_ended_v1(s.state))));
end $$;
