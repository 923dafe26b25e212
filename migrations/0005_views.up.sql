-- Purpose: public views for everybody but the store: REST, dashboards, people with psql. They may gain columns at the end.
-- Locks: delayed_steps against writes while its index is built, milliseconds: it holds only steps that wait for a retry.
-- Breaking: no.

-- Lets task_steps find the due time of one step; costs a write per retry and nothing for a step that succeeds.
create index delayed_steps_task on tasker.delayed_steps (task_id);

create function tasker.task_state_v1(p_code smallint) returns text
language sql immutable parallel safe
return (array['pending', 'in_progress', 'complete', 'error', 'cancelled', 'resolved_manually'])[p_code + 1];

create function tasker.step_state_v1(p_code smallint) returns text
language sql immutable parallel safe
return (array['pending', 'ready', 'in_progress', 'waiting_for_retry', 'complete', 'error', 'skipped', 'cancelled',
              'resolved_manually'])[p_code + 1];

create view tasker.task_list as
select t.id as task_id, m.namespace, m.name, m.version, m.revision, tasker.task_state_v1(t.state) as state,
       t.priority, t.hold, t.identity, t.initiator, t.source_system, t.reason, t.correlation_id, t.trace_parent, t.tags,
       t.requested_at, t.started_at, t.finished_at, t.template_id, t.context, t.lock_version
  from tasker.tasks t
  join tasker.task_templates m on m.id = t.template_id;

comment on view tasker.task_list is 'Tasks with the name of their template. One row per task; by task_id it reads two rows.';
comment on column tasker.task_list.revision is 'Revision of the version; a task keeps the one it was created with.';
comment on column tasker.task_list.state is 'pending, in_progress, complete, error, cancelled or resolved_manually.';
comment on column tasker.task_list.hold is 'Paused: nothing of it is started.';
comment on column tasker.task_list.lock_version is 'How often operators have acted on it.';
comment on column tasker.task_list.identity is 'What makes it the only one of its kind; null when it need not be.';

create view tasker.task_steps as
select t.id as task_id, m.position, m.name,
       case when s.state is not null then tasker.step_state_v1(s.state)
            when t.state in (0, 1) and not exists (
              select 1
                from unnest(m.parents) as p(position)
                left join tasker.steps q on q.task_id = t.id and q.position = p.position
               where q.state is null or q.state not in (4, 6, 8)) then 'ready'
            else 'pending' end as state,
       coalesce(s.attempt, 0::smallint) as attempt, m.retry_limit, m.retryable, m.skippable,
       array(select n.name
               from unnest(m.parents) with ordinality as p(position, ord)
               join tasker.step_templates n on n.template_id = m.template_id and n.position = p.position
              order by p.ord) as parents,
       case when s.attempt > 0 then s.started_at end as started_at,
       s.finished_at,
       case when s.state = 3 then (
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
       coalesce(s.granted, 0::smallint) as granted, s.inputs
  from tasker.tasks t
  join tasker.step_templates m on m.template_id = t.template_id
  left join tasker.steps s on s.task_id = t.id and s.position = m.position;

comment on view tasker.task_steps is
  'Every step of every task, whether it has run or not. Ask for one task_id: it reads by keys only.';
comment on column tasker.task_steps.position is 'Place of the step in its template, from 0.';
comment on column tasker.task_steps.state is
  'pending, ready, in_progress, waiting_for_retry, complete, error, skipped, cancelled or resolved_manually.';
comment on column tasker.task_steps.attempt is 'Attempts begun and not given back; 0 when it has not run.';
comment on column tasker.task_steps.parents is 'Names of the steps it depends on, in the order of the template.';
comment on column tasker.task_steps.started_at is 'Start of the last attempt.';
comment on column tasker.task_steps.next_retry_at is 'When a step that waits for a retry is due; null in any other state.';
comment on column tasker.task_steps.worker_id is 'Worker of the last attempt.';
comment on column tasker.task_steps.blocked is 'A step it depends on, near or far, ended in error or was cancelled.';
comment on column tasker.task_steps.granted is 'Attempts that do not count against the retry limit: an operator ran the step again after them.';
comment on column tasker.task_steps.inputs is 'Fields of the context this step sees with other values; an operator gave them.';
comment on column tasker.task_steps.last_error is 'How the last failed attempt failed, also when a later one succeeded.';

create view tasker.task_transitions as
select m.task_id, tasker.task_state_v1(m.from_state) as from_state, tasker.task_state_v1(m.to_state) as to_state, m.at,
       m.worker_id, m.actor, m.reason, m.metadata,
       row_number() over (partition by m.task_id order by m.at, m.rank) as ordinal
  from (select t.id as task_id, null::smallint as from_state, 0::smallint as to_state, t.requested_at as at,
               null::int as worker_id, t.initiator as actor, t.reason, null::jsonb as metadata, 0 as rank
          from tasker.tasks t
        union all
        select t.id, 0::smallint, 1::smallint, t.started_at, null::int, null::text, null::text, null::jsonb, 1
          from tasker.tasks t where t.started_at is not null
        union all
        select h.task_id, h.from_state, h.to_state, h.at, h.worker_id, h.actor, h.reason, h.metadata, 2
          from tasker.task_history h) m;

comment on view tasker.task_transitions is 'Every change of state of a task, append-only. Order by task_id, ordinal.';
comment on column tasker.task_transitions.from_state is 'Null: it was created.';
comment on column tasker.task_transitions.worker_id is 'Worker whose settlement ended it; null for what nobody settled.';
comment on column tasker.task_transitions.actor is 'Who created it, or the operator who acted; null when it moved by itself.';
comment on column tasker.task_transitions.ordinal is 'Place among the transitions of its task, from 1.';

-- An attempt is one row: of the history when it ended, of steps while it runs. It stands for up to three transitions.
create view tasker.step_transitions as
select m.task_id, m.position, n.name as step, tasker.step_state_v1(m.from_state) as from_state,
       tasker.step_state_v1(m.to_state) as to_state, m.at, m.attempt, m.worker_id, m.actor, m.reason, m.error,
       row_number() over (partition by m.task_id order by m.at, m.rank, m.position) as ordinal, m.metadata
  from (select a.task_id, a.position, a.attempt, x.from_state, x.to_state, x.at, x.worker_id, x.actor, x.reason, x.error, x.metadata, x.rank
          from (select r.*, lag(r.to_state) over (partition by r.task_id, r.position order by r.at) as before
                  from (select h.task_id, h.position, h.attempt, h.from_state, h.to_state, h.at, h.started_at, h.waited_ms,
                               h.worker_id, h.actor, h.reason, h.error, h.metadata
                          from tasker.step_history h
                        union all
                        select s.task_id, s.position, s.attempt, 2::smallint, null::smallint, 'infinity'::timestamptz, s.started_at,
                               s.waited_ms, s.worker_id, null::text, null::text, null::jsonb, null::jsonb
                          from tasker.steps s where s.state = 2) r) a
         -- After an attempt that went straight back to the queue, its own end was the transition to ready.
         cross join lateral (
           select a.before as from_state, 1::smallint as to_state, a.started_at - a.waited_ms * interval '1 millisecond' as at,
                  null::int as worker_id, null::text as actor, null::text as reason, null::jsonb as error, null::jsonb as metadata, 1 as rank
            where a.from_state = 2 and (a.before is null or a.before in (0, 3))
           union all
           select 1::smallint, 2::smallint, a.started_at, a.worker_id, null::text, null::text, null::jsonb, null::jsonb, 2 where a.from_state = 2
           union all
           -- First among equals: a step that is continued in place starts at the very time its parent ends.
           select a.from_state, a.to_state, a.at, a.worker_id, a.actor, a.reason, a.error, a.metadata, 0 where a.to_state is not null) x) m
  join tasker.tasks t on t.id = m.task_id
  join tasker.step_templates n on n.template_id = t.template_id and n.position = m.position;

comment on view tasker.step_transitions is
  'Every change of state of a step, append-only. Order by task_id, ordinal. A step that waits in the queue shows its way there once it starts.';
comment on column tasker.step_transitions.step is 'Name of the step.';
comment on column tasker.step_transitions.from_state is 'Null: nothing had happened to the step before.';
comment on column tasker.step_transitions.attempt is 'The attempt it belongs to; for ready, the one that follows.';
comment on column tasker.step_transitions.worker_id is 'Null for ready, and for what an operator did.';
comment on column tasker.step_transitions.error is 'How the attempt failed.';
comment on column tasker.step_transitions.metadata is 'What an operator did: the verb, and what it replaced.';
comment on column tasker.step_transitions.ordinal is 'Place among the transitions of its task, from 1.';
