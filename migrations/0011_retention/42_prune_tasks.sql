-- One batch of one rule.
create function tasker.prune_tasks_v1(
  p_owner text, p_lease_ms bigint,  -- whose sweep it is; renewed
  p_rule text,
  p_templates int[],             -- whose tasks the rule is for
  p_archived int[],              -- those of them whose tasks are archived
  p_keep_ms bigint,              -- null: kept for ever
  p_keep_errors_ms bigint,       -- the same for tasks in error
  p_limit int,                   -- most tasks to prune
  p_scan int                     -- most rows to look at
) returns table (pruned int, archived int, stragglers int, more boolean)
language plpgsql
set plan_cache_mode = force_generic_plan set jit = off
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
#variable_conflict use_column
declare
  v_now timestamptz := tasker.clock_v1();
  v_keep interval := p_keep_ms * interval '1 millisecond';
  v_keep_errors interval := p_keep_errors_ms * interval '1 millisecond';
  v_least interval := least(v_keep, v_keep_errors);
  v_from bigint;
  v_to bigint;
  v_seen bigint[];
  v_due bigint[];
  v_archive bigint[];
begin
  update tasker.retention_sweeps w set lease_expires_at = clock_timestamp() + p_lease_ms * interval '1 millisecond'
   where w.owner = p_owner;
  if not found then raise exception 'another process sweeps' using errcode = 'TSK04'; end if;
  -- A prune that a crash of the server forgets is only done again.
  perform set_config('synchronous_commit', 'off', true);

  insert into tasker.retention_progress as g (rule, pass_began_at, swept_at) values (p_rule, v_now, v_now)
  on conflict (rule) do update set swept_at = v_now
  returning g.scanned_to into v_from;

  select b.seen, b.scanned_to, b.more into v_seen, v_to, more
    from tasker.prune_batch_v1(p_rule, p_templates, v_least, p_limit, p_scan, v_from, v_now) b;
  select d.due, d.archive into v_due, v_archive
    from tasker.prune_due_v1(v_seen, p_archived, v_keep, v_keep_errors, p_limit, v_now) d;
  pruned := coalesce(cardinality(v_due), 0);
  archived := coalesce(cardinality(v_archive), 0);
  -- What lies beyond a full batch belongs to the next one.
  if v_to is not null and pruned = p_limit then
    v_to := v_due[p_limit];
    more := true;
  end if;

  insert into tasker.retention_stragglers (rule, due_at, task_id)
  select p_rule, greatest(x.due_at, v_now + interval '10 seconds'), x.id
    from (select t.id,
                 -- What has not ended by now cannot be due before now + keep.
                 case when tasker.task_open_v1(t.state) then v_now + v_least
                      when t.state = tasker.task_error() then coalesce(t.finished_at + v_keep_errors, v_now + v_keep)
                      else t.finished_at + v_keep end as due_at
            from tasker.tasks t
           where t.id = any (v_seen) and t.id <= coalesce(v_to, t.id) and t.id <> all (coalesce(v_due, '{}'))) x
   where x.due_at is not null;
  get diagnostics stragglers = row_count;

  if pruned > 0 then perform tasker.delete_tasks_v1(v_due, coalesce(v_archive, '{}')); end if;
  if v_to is not null then
    update tasker.retention_progress g set scanned_to = v_to where g.rule = p_rule;
  end if;
  return next;
end $$;
