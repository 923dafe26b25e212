/**
 * $1 task, $2 most rows. The newest of everything that was written down about it, in order: its creation and start, attempts, acts of operators,
 * annotations, its end. At one instant ends come before starts: a step is continued at the very time its parent ends.
 *
 * @internal
 */
export const STORY = `select * from (
  select e.kind, e.at, n.name as step, e.attempt, e.started_at as "startedAt", e.from_state as "from", e.to_state as "to",
  e.actor, e.reason, e.error, e.metadata, w.name as worker, w.host, e.worker_id as "workerId",
  e.rank, e.position as place
  from (
    select 'created' as kind, t.requested_at as at, null::smallint as position, null::int as attempt, null::timestamptz as started_at,
           null::text as from_state, 'pending' as to_state, t.initiator as actor, t.reason, null::jsonb as error, null::jsonb as metadata,
           null::int as worker_id, 0 as rank
      from tasker.tasks t where t.id = $1
    union all
    select 'started', y.started_at, null, null, null, 'pending', 'in_progress', null, null, null, null, null, 1
      from tasker.tasks t cross join lateral tasker.task_now_v1(t.id, t.state, t.started_at) y
     where t.id = $1 and y.started_at is not null
    union all
    select 'task', h.at, null, null, null, tasker.task_state_v1(h.from_state), tasker.task_state_v1(h.to_state), h.actor, h.reason,
           null, h.metadata, h.worker_id, 5
      from tasker.task_history h where h.task_id = $1
    union all
    select 'attempt_started', h.started_at, h.position, h.attempt, h.started_at, 'ready', 'in_progress', null, null, null, null, h.worker_id, 3
      from tasker.step_history h where h.task_id = $1 and h.from_state = tasker.step_in_progress() and h.started_at is not null
    union all
    select 'attempt_started', s.started_at, s.position, s.attempt, s.started_at, 'ready', 'in_progress', null, null, null, null, s.worker_id, 3
      from tasker.steps s where s.task_id = $1 and s.state = tasker.step_in_progress()
    union all
    select 'step', h.at, h.position, h.attempt, h.started_at, tasker.step_state_v1(h.from_state), tasker.step_state_v1(h.to_state),
           h.actor, h.reason, h.error, h.metadata, h.worker_id, case when h.actor is null then 2 else 4 end
      from tasker.step_history h where h.task_id = $1
    union all
    select 'annotated', a.created_at, null, null, null, null, k.name, a.actor, null, null, null, null, 6
      from tasker.task_annotations a join tasker.annotation_types k on k.id = a.annotation_type_id where a.task_id = $1) e
  join tasker.tasks t on t.id = $1
  left join tasker.step_templates n on n.template_id = t.template_id and n.position = e.position
  left join tasker.workers w on w.id = e.worker_id
 order by e.at desc, e.rank desc, e.position desc nulls first limit $2) n
 order by n.at, n.rank, n.place nulls last`;
