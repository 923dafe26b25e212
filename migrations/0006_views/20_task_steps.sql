create view tasker.task_steps as
select t.id as task_id, m.position, m.name,
       case when s.state is not null then tasker.step_state_v1(s.state)
            when tasker.task_open_v1(t.state) and not exists (
              select 1
                from unnest(m.parents) as p(position)
                left join tasker.steps q on q.task_id = t.id and q.position = p.position
               where q.state is null or not tasker.step_satisfied_v1(q.state)) then 'ready'
            else 'pending' end as state,
       coalesce(s.attempt, 0) as attempt, m.retry_limit, m.retryable, m.skippable,
       array(select n.name
               from unnest(m.parents) with ordinality as p(position, ord)
               join tasker.step_templates n on n.template_id = m.template_id and n.position = p.position
              order by p.ord) as parents,
       case when s.attempt > 0 then s.started_at end as started_at,
       s.finished_at,
       case when s.state = tasker.step_waiting_for_retry() then (
         select d.run_at from tasker.delayed_steps d where d.task_id = s.task_id and d.position = s.position limit 1)
       end as next_retry_at,
       case when s.attempt > 0 then s.worker_id end as worker_id,
       s.result,
       coalesce(s.blocked, false) as blocked,
       case when s.state is not null then (
         select h.error from tasker.step_history h
          where h.task_id = s.task_id and h.position = s.position and h.error is not null
          order by h.at desc limit 1)
       end as last_error,
       coalesce(s.granted, 0) as granted, s.inputs
  from tasker.tasks t
  join tasker.step_templates m on m.template_id = t.template_id
  left join tasker.steps s on s.task_id = t.id and s.position = m.position;

comment on view tasker.task_steps is
  'Every step of every task, whether it has run or not. Ask for one task_id: it reads by keys only.';
comment on column tasker.task_steps.position is
  'Number of the step, from 0: the same in all revisions of its template.';
comment on column tasker.task_steps.state is
  'pending, ready, in_progress, waiting_for_retry, complete, error, skipped, cancelled or resolved_manually.';
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
