create view tasker.task_transitions as
select m.task_id, tasker.task_state_v1(m.from_state) as from_state, tasker.task_state_v1(m.to_state) as to_state, m.at,
       m.worker_id, m.actor, m.reason, m.metadata,
       row_number() over (partition by m.task_id order by m.at, m.rank) as ordinal
  from (select t.id as task_id, null::smallint as from_state, tasker.task_pending() as to_state, t.requested_at as at,
               null::int as worker_id, t.initiator as actor, t.reason, null::jsonb as metadata, 0 as rank
          from tasker.tasks t
        union all
        select t.id, tasker.task_pending(), tasker.task_in_progress(), n.started_at, null::int, null::text, null::text,
               null::jsonb, 1
          from tasker.tasks t
         cross join lateral (
           select coalesce(t.started_at, (
                    select min(s.started_at) from tasker.steps s
                     where t.state = tasker.task_pending() and s.task_id = t.id and s.position >= 0
                       and s.state = tasker.step_in_progress())) as started_at) n
         where n.started_at is not null
        union all
        select h.task_id, h.from_state, h.to_state, h.at, h.worker_id, h.actor, h.reason, h.metadata, 2
          from tasker.task_history h) m;

comment on view tasker.task_transitions is
  'Every change of state of a task, append-only. Order by task_id, ordinal.';
comment on column tasker.task_transitions.from_state is 'Null: it was created.';
comment on column tasker.task_transitions.worker_id is
  'Worker whose settlement ended it; null for what nobody settled.';
comment on column tasker.task_transitions.actor is
  'Who created it, or the operator who acted; null when it moved by itself.';
comment on column tasker.task_transitions.ordinal is 'Place among the transitions of its task, from 1.';
