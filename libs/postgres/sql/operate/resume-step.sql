-- Purpose: let a step that is paused everywhere go on, unless another pause still covers it.
-- Parameters: 1 namespace, 2 name, 3 version or null, 4 step. Rows: one. Locks: the step templates.
with gone as (
  delete from tasker.step_pauses p
   where p.namespace = $1 and p.name = $2 and p.version is not distinct from $3 and p.step = $4
  returning p.paused_at
), resumed as (
  update tasker.step_templates m set paused = false
    from tasker.task_templates t
   where t.id = m.template_id and t.namespace = $1 and t.name = $2 and m.name = $4 and m.paused
     and ($3::text is null or t.version = $3) and exists (select 1 from gone)
     and not exists (select 1 from tasker.step_pauses p
                      where p.namespace = $1 and p.name = $2 and p.step = $4 and p.version is distinct from $3
                        and (p.version is null or p.version = t.version))
  returning 1)
select exists (select 1 from gone) as changed, (select count(*) from resumed) as templates,
       (select min(g.paused_at) from gone g) as paused_at,
       extract(epoch from tasker.clock_v1()) * 1000 as at_ms
