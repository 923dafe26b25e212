-- What branches promise: who is left out and why, and who runs although others were left out.
create function tasker.audit_branches_v1() returns table (rule text, task_id bigint, "position" smallint, detail text)
language sql stable set jit = off as $$
  with node as materialized (
    select n.*, case n.run_if when 'always' then 0 when 'all' then n.parents else 1 end as least
      from tasker.task_templates k join tasker.audit_steps n on n.template_id = k.id
     where k.level > 1 and n.branched
  ), past as materialized (
    select distinct on (h.task_id, h.position) h.task_id, h.position, h.metadata #>> '{skip,reason}' as reason
      from tasker.step_history h
     where h.to_state = tasker.step_not_taken() and tasker.step_rare_v1(h.to_state)
     order by h.task_id, h.position, h.at desc
  )
  select 'ran_counts_parents_that_ran', n.task_id, n.position,
         format('ran %s, but %s of %s satisfied parents were not left out', n.ran, n.taken, n.satisfied)
    from node n
   where n.has_row and n.parents > 1 and not (n.operated and n.state <> tasker.step_pending())
     and n.ran <> n.taken
  union all
  select 'left_out_for_a_reason', n.task_id, n.position,
         case when p.reason is null then 'its history does not say why'
              else format('%s, though %s of %s parents have run', p.reason, n.taken, n.parents) end
    from node n left join past p on p.task_id = n.task_id and p.position = n.position
   where n.state = tasker.step_not_taken()
     and (p.reason is null or p.reason = 'no_branch_taken' and n.parents > 0 and n.taken >= n.least
          or p.reason <> 'no_branch_taken' and n.parents > 0 and n.taken < n.least)
  union all
  select 'runs_only_where_a_branch_came', n.task_id, n.position,
         format('%s, but %s of %s parents have run', tasker.step_state_v1(n.state), n.taken, n.parents)
    from node n
   -- In progress it may be to be left out; an operator may have reset what was before a step that has run.
   where n.state in (tasker.step_waiting_for_retry(), tasker.step_waiting(), tasker.step_complete(),
                     tasker.step_error())
     and n.parents > 0 and n.satisfied = n.parents and n.taken < n.least
  union all
  select 'only_branches_leave_out', s.task_id, s.position, 'no branch can leave it out'
    from tasker.steps s
   where s.state = tasker.step_not_taken()
     and not exists (select 1 from tasker.tasks t
                       join tasker.step_templates m on m.template_id = t.template_id
                      where t.id = s.task_id and m.position = s.position and m.branched)
  union all
  select 'lanes_have_the_level_of_their_template', t.id, x.position,
         format('level %s, but its lanes have %s and %s', x.level, x.own, x.entry)
    from (select m.template_id, m.position, k.level, l.level as own, e.level as entry
            from tasker.step_templates m
            join tasker.task_templates k on k.id = m.template_id
            join tasker.lanes l on l.id = m.lane_id
            join tasker.lanes e on e.id = m.entry_lane_id
           where k.level <> l.level or k.level <> e.level offset 0) x
    join tasker.tasks t on t.template_id = x.template_id
$$;
