-- Whether a step may not begin now: its task is paused, or the step is paused everywhere. For when something is.
create function tasker.step_stopped_v1(p_task bigint, p_template int, p_position smallint, p_held bigint[])
returns boolean
language sql stable
return p_task = any (p_held)
    or exists (select 1 from tasker.step_templates m
                where m.template_id = p_template and m.position = p_position and m.paused);
