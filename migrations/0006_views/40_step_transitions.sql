-- An attempt is one row: of the history when it ended, of steps while it runs. It stands for up to three transitions.
create view tasker.step_transitions as
select m.task_id, m.position, n.name as step, tasker.step_state_v1(m.from_state) as from_state,
       tasker.step_state_v1(m.to_state) as to_state, m.at, m.attempt, m.worker_id, m.actor, m.reason, m.error,
       row_number() over (partition by m.task_id order by m.at, m.rank, m.position) as ordinal, m.metadata
  from (select a.task_id, a.position, a.attempt,
               x.from_state, x.to_state, x.at, x.worker_id, x.actor, x.reason, x.error, x.metadata, x.rank
          from (select r.*, lag(r.to_state) over (partition by r.task_id, r.position order by r.at) as before
                  from (select h.task_id, h.position, h.attempt, h.from_state, h.to_state, h.at, h.started_at,
                               h.waited_ms, h.worker_id, h.actor, h.reason, h.error, h.metadata
                          from tasker.step_history h
                        union all
                        select s.task_id, s.position, s.attempt, s.state, null::smallint, 'infinity'::timestamptz,
                               s.started_at, s.waited_ms, s.worker_id, null::text, null::text, null::jsonb, null::jsonb
                          from tasker.steps s where s.state = tasker.step_in_progress()) r) a
         -- After an attempt that went straight back to the queue, its own end was the transition to ready.
         cross join lateral (
           select a.before as from_state, tasker.step_ready() as to_state,
                  a.started_at - a.waited_ms * interval '1 millisecond' as at, null::int as worker_id,
                  null::text as actor, null::text as reason, null::jsonb as error, null::jsonb as metadata, 1 as rank
            where a.from_state = tasker.step_in_progress()
              and (a.before is null or a.before in (tasker.step_pending(), tasker.step_waiting_for_retry(),
                                                       tasker.step_waiting()))
           union all
           select tasker.step_ready(), tasker.step_in_progress(), a.started_at, a.worker_id, null::text, null::text,
                  null::jsonb, null::jsonb, 2
            where a.from_state = tasker.step_in_progress()
           union all
           -- First among equals: a step that is continued in place starts at the very time its parent ends.
           select a.from_state, a.to_state, a.at, a.worker_id, a.actor, a.reason, a.error, a.metadata, 0
            where a.to_state is not null) x) m
  join tasker.tasks t on t.id = m.task_id
  join tasker.step_templates n on n.template_id = t.template_id and n.position = m.position;

comment on view tasker.step_transitions is
  'Every change of state of a step, append-only. Order by task_id, ordinal. '
  'A step that waits in the queue shows its way there once it starts.';
comment on column tasker.step_transitions.step is 'Name of the step.';
comment on column tasker.step_transitions.from_state is 'Null: nothing had happened to the step before.';
comment on column tasker.step_transitions.attempt is 'The attempt it belongs to; for ready, the one that follows.';
comment on column tasker.step_transitions.worker_id is 'Null for ready, and for what an operator did.';
comment on column tasker.step_transitions.error is 'How the attempt failed.';
comment on column tasker.step_transitions.metadata is
  'What an operator did: the verb, and what it replaced. Of a step that a branch left out: skip, with the reason and '
  'what decided it.';
comment on column tasker.step_transitions.ordinal is 'Place among the transitions of its task, from 1.';
