create view tasker.task_list as
select t.id as task_id, m.namespace, m.name, m.version, m.revision, tasker.task_state_v1(n.state) as state,
       t.priority, t.hold, t.identity, t.initiator, t.source_system, t.reason, t.correlation_id, t.trace_parent,
       t.tags, t.requested_at, n.started_at, t.finished_at, t.template_id, t.context, t.lock_version
  from tasker.tasks t
  join tasker.task_templates m on m.id = t.template_id
 -- tasker.task_now_v1 written out: a function looks at tables with the rights of whoever reads the view, who has none.
 cross join lateral (
   select case when t.state = tasker.task_pending() and exists (
                 select 1 from tasker.steps s
                  where s.task_id = t.id and s.position >= 0 and s.state = tasker.step_in_progress())
               then tasker.task_in_progress() else t.state end as state,
          coalesce(t.started_at, (
            select min(s.started_at) from tasker.steps s
             where t.state = tasker.task_pending() and s.task_id = t.id and s.position >= 0
               and s.state = tasker.step_in_progress())) as started_at) n;

comment on view tasker.task_list is
  'Tasks with the name of their template. One row per task; by task_id it reads two rows.';
comment on column tasker.task_list.revision is
  'Revision of the version; a task keeps the one it was created with.';
comment on column tasker.task_list.state is
  'pending, in_progress, complete, error, cancelled or resolved_manually.';
comment on column tasker.task_list.hold is 'Paused: nothing of it is started.';
comment on column tasker.task_list.lock_version is 'How often operators have acted on it.';
comment on column tasker.task_list.identity is
  'What makes it the only one of its kind; null when it need not be.';
