-- Purpose: a step that was paused everywhere goes on: what stood still is due later.
-- Parameters: 1 namespace, 2 name, 3 version or null, 4 step, 5 when the pause began. Rows: one per step template.
-- Index: budget_timers' as a whole: few have such a time. Locks: timers of the step.
select tasker.shift_starts_v1(array(select b.task_id from tasker.budget_timers b
                                      join tasker.tasks t on t.id = b.task_id and t.template_id = m.template_id
                                     where b.kind = 'start' and b.position = m.position), m.position, $5)
  from tasker.step_templates m join tasker.task_templates t on t.id = m.template_id
 where t.namespace = $1 and t.name = $2 and ($3::text is null or t.version = $3) and m.name = $4 and not m.paused
