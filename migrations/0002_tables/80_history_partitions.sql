-- Partitions of one week, made ahead by whoever migrates or rescues; rows nobody made room for go to the default one.
create function tasker.ensure_history_partitions_v1(p_weeks_ahead int) returns int
language plpgsql as $$
declare
  v_this_week timestamptz := date_trunc('week', tasker.clock_v1() at time zone 'UTC') at time zone 'UTC';
  v_table text;
  v_from timestamptz;
  v_name text;
  v_made int := 0;
begin
  foreach v_table in array array['step_history', 'task_history'] loop
    for i in 0..p_weeks_ahead loop
      v_from := v_this_week + i * interval '7 days';
      v_name := v_table || '_' || to_char(v_from at time zone 'UTC', 'IYYY"w"IW');
      if to_regclass(format('tasker.%I', v_name)) is null then
        execute format('create table tasker.%I partition of tasker.%I for values from (%L) to (%L)',
                       v_name, v_table, v_from, v_from + interval '7 days');
        v_made := v_made + 1;
      end if;
    end loop;
  end loop;
  return v_made;
end $$;

select tasker.ensure_history_partitions_v1(4);
