-- Purpose: pause a step of a template everywhere.
-- Parameters: 1 namespace, 2 name, 3 version or null, 4 step, 5 actor, 6 reason.
-- Rows: one: known when such a step exists, changed when it was not paused so before. Locks: the step templates.
with known as (
  select m.template_id, m.position
    from tasker.step_templates m join tasker.task_templates t on t.id = m.template_id
   where t.namespace = $1 and t.name = $2 and ($3::text is null or t.version = $3) and m.name = $4
), noted as (
  insert into tasker.step_pauses (namespace, name, version, step, actor, reason, paused_at)
  select $1, $2, $3, $4, $5, $6, tasker.clock_v1() where exists (select 1 from known)
  on conflict do nothing
  returning 1
), stopped as (
  update tasker.step_templates m set paused = true from known k
   where m.template_id = k.template_id and m.position = k.position and not m.paused)
select exists (select 1 from known) as known, exists (select 1 from noted) as changed,
       extract(epoch from tasker.clock_v1()) * 1000 as at_ms
