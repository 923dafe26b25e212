-- Rows by their keys, one by one, whatever the planner knows: without statistics it read all steps of the template for
-- each of them, and 36 s for 8,000 steps (test/insights/fresh-tables.spec.ts).
create view tasker.task_steps as
select t.id as task_id, m.position, m.name,
       case when s.state is not null then tasker.step_state_v1(s.state)
            when tasker.task_open_v1(t.state) and not exists (
              select 1 from unnest(m.parents) as p(position)
               where coalesce((select not tasker.step_satisfied_v1(q.state) from tasker.steps q
                                where q.task_id = t.id and q.position = p.position), true)) then 'ready'
            else 'pending' end as state,
       coalesce(s.attempt, 0) as attempt, m.retry_limit, m.retryable, m.skippable,
       array(select (select n.name from tasker.step_templates n
                      where n.template_id = m.template_id and n.position = p.position)
               from unnest(m.parents) with ordinality as p(position, ord) order by p.ord) as parents,
       case when s.attempt > 0 then s.started_at end as started_at,
       s.finished_at,
       case when s.state = tasker.step_waiting_for_retry() then (
         select d.run_at from tasker.delayed_steps d where d.task_id = s.task_id and d.position = s.position limit 1)
       end as next_retry_at,
       case when s.attempt > 0 then s.worker_id end as worker_id,
       s.result,
       coalesce(s.blocked, false) as blocked,
       -- All history of the task is looked through for it, so not where there can be none: a first attempt, not failed.
       case when s.attempt > 1
                 or s.attempt = 1 and s.state not in (tasker.step_complete(), tasker.step_in_progress()) then (
         select h.error from tasker.step_history h
          where h.task_id = s.task_id and h.position = s.position and h.error is not null
          order by h.at desc limit 1)
       end as last_error,
       coalesce(s.granted, 0) as granted, s.inputs,
       case when s.state in (tasker.step_skipped(), tasker.step_not_taken()) then (
         select tasker.skip_reason_v1(h.actor, h.metadata) from tasker.step_history h
          where h.task_id = s.task_id and h.position = s.position and h.to_state = s.state
          order by h.at desc limit 1)
       end as skip_reason
  from tasker.tasks t
  join tasker.step_templates m on m.template_id = t.template_id
  left join lateral (
    select y.* from tasker.steps y where y.task_id = t.id and y.position = m.position offset 0) s on true;

comment on view tasker.task_steps is
  'Every step of every task, whether it has run or not. Ask for one task_id: it reads by keys only.';
comment on column tasker.task_steps.position is
  'Number of the step, from 0: the same in all revisions of its template.';
comment on column tasker.task_steps.state is
  'pending, ready, in_progress, waiting_for_retry, waiting, complete, error, skipped, cancelled or resolved_manually.';
comment on column tasker.task_steps.attempt is
  'Number of the last attempt, from 1; 0 when it has not run. No two attempts of a step have the same.';
comment on column tasker.task_steps.parents is 'Names of the steps it depends on, in the order of the template.';
comment on column tasker.task_steps.started_at is 'Start of the last attempt.';
comment on column tasker.task_steps.next_retry_at is
  'When a step that waits for a retry is due; null in any other state.';
comment on column tasker.task_steps.worker_id is 'Worker of the last attempt.';
comment on column tasker.task_steps.blocked is
  'A step it depends on, near or far, ended in error or was cancelled.';
comment on column tasker.task_steps.granted is
  'Attempts that do not count against the retry limit: given back before they had an outcome, or made before an '
  'operator ran the step again.';
comment on column tasker.task_steps.inputs is
  'Fields of the context this step sees with other values; an operator gave them.';
comment on column tasker.task_steps.last_error is
  'How the last failed attempt failed, also when a later one succeeded.';
comment on column tasker.task_steps.skip_reason is
  'Why it is skipped: condition (its own was false), not_chosen, no_branch_taken, bypassed (as the request asked), '
  'operator or timeout; null when it is not.';
