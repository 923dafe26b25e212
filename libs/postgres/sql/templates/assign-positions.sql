-- Purpose: positions for the steps of a new revision: what the newest revision that has the name gave it, in whichever
-- version, or the next number that no revision has used. Parameters: 1 namespace, 2 name of the template, 3 names of
-- the steps. Rows: one per name, in order. Index: the templates' by name. Call it under the advisory lock. Locks: none.
with known as (
  select distinct on (s.name) s.name, s.position
    from tasker.task_templates t join tasker.step_templates s on s.template_id = t.id
   where t.namespace = $1 and t.name = $2
   order by s.name, t.id desc
)
select coalesce(k.position, coalesce((select max(position) from known), -1)
                            + row_number() over (partition by k.name is null order by g.ord))::int as position
  from unnest($3::text[]) with ordinality as g(name, ord)
  left join known k on k.name = g.name
 order by g.ord
