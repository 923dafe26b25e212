-- Purpose: the rows of a new revision's steps, for views and foreign readers. Parameters: 1 template, 2 steps json.
-- Rows: none. Locks: new rows.
insert into tasker.step_templates (template_id, position, name, lane_id, entry_lane_id, dependent_system_id, parents,
                                   is_sink, branched, run_if, retryable, retry_limit, timeout_ms, total_timeout_ms,
                                   start_timeout_ms, skippable, paused)
select $1, s.position, s.name, s.lane, s."entryLane", d.id, s.parents, s.sink, s.branched, s."runIf", s.retryable,
       s."retryLimit", s."timeoutMs", s."totalTimeoutMs", s."startTimeoutMs", s.skippable,
       exists (select 1 from tasker.task_templates t
                 join tasker.step_pauses p on p.namespace = t.namespace and p.name = t.name
                where t.id = $1 and p.step = s.name and (p.version is null or p.version = t.version))
  from json_to_recordset($2::json) as s(
         position smallint, name text, lane int, "entryLane" int, "dependentSystem" text, parents smallint[],
         sink boolean, branched boolean, "runIf" text, retryable boolean, "retryLimit" int, "timeoutMs" bigint,
         "totalTimeoutMs" bigint, "startTimeoutMs" bigint, skippable boolean)
  left join tasker.dependent_systems d on d.name = s."dependentSystem"
