-- Purpose: one revision with its lanes in step order. Parameters: 1 id. Rows: one or none. Index: keys. Locks: none.
select t.id, t.revision, t.definition,
       array(select s.lane_id from tasker.step_templates s where s.template_id = t.id order by s.position) as lanes
  from tasker.task_templates t where t.id = $1
