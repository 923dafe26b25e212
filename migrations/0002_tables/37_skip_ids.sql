-- Part of enter_timeline_v1: no id that may have been given out, and been forgotten since, is given out again. Ids of
-- tasks go on a thousand million later, those of workers, templates and lanes a hundred thousand.
create function tasker.skip_ids_v1() returns void
language plpgsql as $$
declare
  v_sequence record;
  v_next bigint;
begin
  for v_sequence in
    select c.oid::regclass as name, q.seqmax,
           case when q.seqtypid = 'bigint'::regtype then 1000000000 else 100000 end as gap
      from pg_class c join pg_sequence q on q.seqrelid = c.oid
     where c.relnamespace = (select k.relnamespace from pg_class k where k.oid = 'tasker.tasks'::regclass)
  loop
    v_next := nextval(v_sequence.name);
    perform setval(v_sequence.name, v_next + least(v_sequence.gap, (v_sequence.seqmax - v_next) / 2));
  end loop;
end $$;
