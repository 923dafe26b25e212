create function tasker.roll_up_history_v1(p_hours int) returns int
language plpgsql as $$
declare
  v_now timestamptz := tasker.clock_v1();
  v_from timestamptz;
  v_first timestamptz;
  v_done int := 0;
begin
  insert into tasker.rollup_progress default values on conflict do nothing;
  select p.rolled_until into v_from from tasker.rollup_progress p for update skip locked;
  if not found then return 0; end if;
  -- Nothing is older than the oldest task.
  v_first := date_trunc('hour', (select t.requested_at from tasker.tasks t order by t.id limit 1), 'UTC');
  v_from := greatest(v_from, v_first);
  -- Two minutes for settlements of that hour that have not committed yet.
  while v_done < p_hours and v_from + interval '62 minutes' < v_now loop
    insert into tasker.history_rollup (hour, kind, template_id, position, ended, completed, failed, all_ms, total_ms,
                                       max_ms, buckets, counts)
    select v_from, c.kind, c.template_id, c.position, c.ended, c.completed, c.failed, c.all_ms, c.total_ms,
           c.max_ms, c.buckets, c.counts
      from tasker.history_counts_v1(v_from, v_from + interval '1 hour') c
    on conflict do nothing;
    v_from := v_from + interval '1 hour';
    v_done := v_done + 1;
    if v_from = date_trunc('day', v_from, 'UTC') then
      perform tasker.roll_up_day_v1(v_from - interval '1 day');
    end if;
  end loop;
  update tasker.rollup_progress set rolled_until = v_from where v_done > 0;
  return v_done;
end $$;

comment on function tasker.roll_up_history_v1(int) is
  'Rolls up at most so many hours of history that are over. Returns how many; fewer than asked: nothing is left. One '
  'at a time: others return 0.';
