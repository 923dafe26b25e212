-- Purpose: positions and lanes of a revision's steps. Parameters: 1 template, 2 names of the steps.
-- Rows: one per name, in order. Index: step templates by name. Locks: none.
select s.position, s.lane_id as lane
  from unnest($2::text[]) with ordinality as g(name, ord)
  join tasker.step_templates s on s.template_id = $1 and s.name = g.name
 order by g.ord
