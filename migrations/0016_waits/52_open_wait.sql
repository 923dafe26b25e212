-- Part of open_waits_v1: the rows of one wait, whose boxes the caller has locked, one per signal. Instead of an older
-- one of the same step. Times: dueMs and interimMs from now, dueAt and interimAt in milliseconds since 1970.
create function tasker.open_wait_v1(p_wait jsonb, p_boxes bigint[], p_now timestamptz) returns void
language plpgsql as $$
declare
  v_task bigint := p_wait ->> 'task';
  v_position smallint := p_wait ->> 'position';
  v_deadline timestamptz := coalesce(
    p_now + (p_wait ->> 'dueMs')::float8 * interval '1 millisecond',
    to_timestamp((p_wait ->> 'dueAt')::float8 / 1000));
  v_interim timestamptz := coalesce(
    p_now + (p_wait ->> 'interimMs')::float8 * interval '1 millisecond',
    to_timestamp((p_wait ->> 'interimAt')::float8 / 1000));
  v_place record;
begin
  delete from tasker.wait_signals s where s.task_id = v_task and s.position = v_position;
  delete from tasker.step_waits w where w.task_id = v_task and w.position = v_position;
  insert into tasker.step_waits (task_id, opened_at, due_at, later_at, interim, generation, template_id, lane_id,
                                 position, lacking, kind)
  values (v_task, p_now, least(v_interim, v_deadline), v_deadline,
          coalesce(v_interim < v_deadline, v_interim is not null), (p_wait ->> 'generation')::int,
          (p_wait ->> 'template')::int, (p_wait ->> 'lane')::int, v_position,
          case when (p_wait ->> 'all')::boolean then cardinality(p_boxes) + (v_interim is not null)::int
               else least(1, cardinality(p_boxes)) end,
          p_wait ->> 'kind');
  insert into tasker.wait_signals (task_id, box_id, position, place, wanted, open, name)
  select v_task, p_boxes[u.ord], v_position, u.ord - 1, coalesce((u.signal ->> 'max')::smallint, 1), true,
         u.signal ->> 'name'
    from jsonb_array_elements(p_wait -> 'signals') with ordinality as u(signal, ord);
  if p_wait ? 'approval' then
    perform tasker.open_approval_v1(
      v_task, v_position, (p_wait ->> 'generation')::int, p_wait -> 'approval', v_deadline, p_now);
  end if;
  for v_place in
    select s.place, s.box_id, s.wanted from tasker.wait_signals s join tasker.signal_boxes b on b.id = s.box_id
     where s.task_id = v_task and s.position = v_position and b.kept > 0 order by s.place
  loop
    exit when (select w.woken_at from tasker.step_waits w
                where w.task_id = v_task and w.position = v_position) is not null;
    perform tasker.take_kept_v1(v_task, v_position, v_place.place, v_place.box_id, v_place.wanted, p_now);
  end loop;
end $$;
