-- Purpose: positions and lanes of a revision's steps, and the lane of what the engine decides itself.
-- Parameters: 1 template, 2 names of the steps, 3 queue and handler of the engine, 4 level of the revision.
-- Rows: one per name, in order. Index: step templates by name, lanes by place. Locks: none.
select s.position, s.lane_id as lane,
       (select l.id from tasker.lanes l where l.queue = $3 and l.handler = $3 and l.level = $4) as engine_lane
  from unnest($2::text[]) with ordinality as g(name, ord)
  join tasker.step_templates s on s.template_id = $1 and s.name = g.name
 order by g.ord
