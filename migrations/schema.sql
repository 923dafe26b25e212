-- The schema after all migrations, as PostgreSQL 18 writes it, for people to read and compare. Not for installing: it
-- lacks the record of which migrations ran. Weekly partitions are left out. Made by test/migrations/schema-dump.spec.ts
-- with UPDATE_SCHEMA=1.

create table tasker.tasker_migrations (
  number text not null,
  name text not null,
  digest text not null,
  breaking boolean not null,
  applied_at timestamp with time zone not null default now(),
  constraint tasker_migrations_pkey PRIMARY KEY (number)
);

create table tasker.dependent_systems (
  id integer generated always as identity not null,
  name text not null,
  description text,
  constraint dependent_systems_name_check CHECK (((length(name) >= 1) AND (length(name) <= 64))),
  constraint dependent_systems_name_key UNIQUE (name),
  constraint dependent_systems_pkey PRIMARY KEY (id)
);

create table tasker.dependent_system_object_maps (
  id bigint generated always as identity not null,
  system_one_id integer not null,
  system_two_id integer not null,
  remote_id_one text not null,
  remote_id_two text not null,
  created_at timestamp with time zone not null default now(),
  constraint dependent_system_object_maps_pkey PRIMARY KEY (id),
  constraint dependent_system_object_maps_system_one_id_fkey FOREIGN KEY (system_one_id) REFERENCES tasker.dependent_systems(id),
  constraint dependent_system_object_maps_system_one_id_system_two_id_re_key UNIQUE (system_one_id, system_two_id, remote_id_one, remote_id_two),
  constraint dependent_system_object_maps_system_two_id_fkey FOREIGN KEY (system_two_id) REFERENCES tasker.dependent_systems(id)
);

create table tasker.lanes (
  id integer generated always as identity not null,
  queue text not null,
  handler text not null,
  constraint lanes_pkey PRIMARY KEY (id),
  constraint lanes_queue_handler_key UNIQUE (queue, handler)
);

create table tasker.task_templates (
  id integer generated always as identity not null,
  namespace text not null,
  name text not null,
  version text not null,
  revision integer not null,
  digest text not null,
  definition jsonb not null,
  created_at timestamp with time zone not null default now(),
  constraint task_templates_namespace_name_version_digest_key UNIQUE (namespace, name, version, digest),
  constraint task_templates_namespace_name_version_revision_key UNIQUE (namespace, name, version, revision),
  constraint task_templates_pkey PRIMARY KEY (id)
);

create table tasker.step_templates (
  template_id integer not null,
  "position" smallint not null,
  name text not null,
  lane_id integer not null,
  dependent_system_id integer,
  parents smallint[] not null,
  is_sink boolean not null,
  retryable boolean not null,
  retry_limit integer not null,
  timeout_ms integer,
  skippable boolean not null,
  constraint step_templates_dependent_system_id_fkey FOREIGN KEY (dependent_system_id) REFERENCES tasker.dependent_systems(id),
  constraint step_templates_lane_id_fkey FOREIGN KEY (lane_id) REFERENCES tasker.lanes(id),
  constraint step_templates_pkey PRIMARY KEY (template_id, "position"),
  constraint step_templates_template_id_fkey FOREIGN KEY (template_id) REFERENCES tasker.task_templates(id) ON DELETE CASCADE,
  constraint step_templates_template_id_name_key UNIQUE (template_id, name)
);

create table tasker.workers (
  id integer generated always as identity not null,
  name text not null,
  host text not null,
  pid integer not null,
  version text not null,
  lanes integer[] not null,
  concurrency integer not null,
  running integer not null default 0,
  min_task_id bigint not null default 0,
  started_at timestamp with time zone not null default now(),
  heartbeat_at timestamp with time zone not null default now(),
  lease_expires_at timestamp with time zone not null,
  draining boolean not null default false,
  lost_at timestamp with time zone,
  constraint workers_pkey PRIMARY KEY (id)
) with (fillfactor=50);

create table tasker.tasks (
  id bigint generated always as identity not null,
  requested_at timestamp with time zone not null,
  started_at timestamp with time zone,
  finished_at timestamp with time zone,
  template_id integer not null,
  state smallint not null default 0,
  priority smallint not null default 0,
  hold boolean not null default false,
  identity text,
  initiator text,
  source_system text,
  reason text,
  correlation_id text not null,
  trace_parent text,
  tags text[] not null default '{}'::text[],
  bypass smallint[],
  context jsonb not null,
  constraint tasks_pkey PRIMARY KEY (id),
  constraint tasks_priority_check CHECK (((priority >= '-100'::integer) AND (priority <= 100))),
  constraint tasks_state_check CHECK (((state >= 0) AND (state <= 5)))
) with (fillfactor=60);

CREATE UNIQUE INDEX tasks_identity ON tasker.tasks USING btree (identity) WHERE (identity IS NOT NULL);

create table tasker.steps (
  task_id bigint not null,
  started_at timestamp with time zone,
  finished_at timestamp with time zone,
  worker_id integer,
  waited_ms integer not null default 0,
  "position" smallint not null,
  state smallint not null,
  need smallint not null default 0,
  met smallint not null default 0,
  attempt smallint not null default 0,
  blocked boolean not null default false,
  result jsonb,
  checkpoint jsonb,
  constraint steps_pkey PRIMARY KEY (task_id, "position"),
  constraint steps_state_check CHECK (((state >= 0) AND (state <= 8)))
) with (fillfactor=45);

create table tasker.queue (
  lane_id integer not null,
  rank smallint not null,
  seq bigint generated always as identity not null,
  task_id bigint not null,
  template_id integer not null,
  "position" smallint not null,
  fresh boolean not null,
  ready_at timestamp with time zone not null,
  constraint queue_pkey PRIMARY KEY (lane_id, rank, seq)
) with (autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=5000);

create table tasker.delayed_steps (
  run_at timestamp with time zone not null,
  seq bigint generated always as identity not null,
  task_id bigint not null,
  template_id integer not null,
  lane_id integer not null,
  rank smallint not null,
  "position" smallint not null,
  constraint delayed_steps_pkey PRIMARY KEY (run_at, seq)
) with (autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=5000);

create table tasker.step_history (
  task_id bigint not null,
  at timestamp with time zone not null,
  started_at timestamp with time zone,
  worker_id integer,
  waited_ms integer not null default 0,
  "position" smallint not null,
  attempt smallint not null,
  from_state smallint not null,
  to_state smallint not null,
  actor text,
  reason text,
  error jsonb
) partition by RANGE (at);

CREATE INDEX step_history_task ON ONLY tasker.step_history USING btree (task_id);

create table tasker.task_history (
  task_id bigint not null,
  at timestamp with time zone not null,
  worker_id integer,
  from_state smallint not null,
  to_state smallint not null,
  actor text,
  reason text,
  metadata jsonb
) partition by RANGE (at);

CREATE INDEX task_history_task ON ONLY tasker.task_history USING btree (task_id);

create table tasker.step_history_default
  partition of tasker.step_history DEFAULT;

create table tasker.task_history_default
  partition of tasker.task_history DEFAULT;

create table tasker.annotation_types (
  id integer generated always as identity not null,
  name text not null,
  description text,
  constraint annotation_types_name_check CHECK (((length(name) >= 1) AND (length(name) <= 64))),
  constraint annotation_types_name_key UNIQUE (name),
  constraint annotation_types_pkey PRIMARY KEY (id)
);

create table tasker.task_annotations (
  id bigint generated always as identity not null,
  task_id bigint not null,
  annotation_type_id integer not null,
  annotation jsonb not null,
  actor text,
  created_at timestamp with time zone not null default now(),
  constraint task_annotations_annotation_type_id_fkey FOREIGN KEY (annotation_type_id) REFERENCES tasker.annotation_types(id),
  constraint task_annotations_pkey PRIMARY KEY (id)
);

CREATE INDEX task_annotations_task ON tasker.task_annotations USING btree (task_id);

CREATE OR REPLACE FUNCTION tasker.ensure_history_partitions_v1(p_weeks_ahead integer)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
declare
  v_table text;
  v_from timestamptz;
  v_name text;
  v_made int := 0;
begin
  foreach v_table in array array['step_history', 'task_history'] loop
    for i in 0..p_weeks_ahead loop
      v_from := date_trunc('week', now() at time zone 'UTC') at time zone 'UTC' + i * interval '7 days';
      v_name := v_table || '_' || to_char(v_from at time zone 'UTC', 'IYYY"w"IW');
      if to_regclass(format('"tasker".%I', v_name)) is null then
        execute format('create table "tasker".%I partition of "tasker".%I for values from (%L) to (%L)',
                       v_name, v_table, v_from, v_from + interval '7 days');
        v_made := v_made + 1;
      end if;
    end loop;
  end loop;
  return v_made;
end $function$;

CREATE OR REPLACE FUNCTION tasker.create_tasks_v1(p_tasks json, r_task integer[], r_position smallint[], r_lane integer[], r_mine boolean[], p_worker integer)
 RETURNS TABLE(id bigint, duplicate boolean, at timestamp with time zone)
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET jit TO 'off'
AS $function$
#variable_conflict use_column
declare
  v_now timestamptz := clock_timestamp();
  v_ids bigint[];
  v_new bigint[];
  v_min bigint;
  v_sequence regclass := pg_get_serial_sequence('"tasker".tasks', 'id');
begin
  if p_worker is not null then
    perform 1 from "tasker".workers w where w.id = p_worker and w.lost_at is null and w.lease_expires_at >= v_now;
    if not found then raise exception 'worker % has lost its lease', p_worker using errcode = 'TSK02'; end if;
  end if;

  select array_agg(nextval(v_sequence)) into v_ids
    from generate_series(1, json_array_length(p_tasks));

  with made as (
    insert into "tasker".tasks (id, requested_at, started_at, template_id, state, priority, identity, initiator, source_system,
                              reason, correlation_id, trace_parent, tags, bypass, context)
    overriding system value
    select v_ids[t.ord], v_now, case when t.starts then v_now end, t.template, case when t.starts then 1 else 0 end,
           t.priority, t.identity, t.initiator, t."sourceSystem", t.reason, t."correlationId", t."traceParent",
           coalesce(t.tags, '{}'), t.bypass, t.context
      from (select row_number() over () as ord, x.*, coalesce(x."startNow", false) as starts
              from json_to_recordset(p_tasks) as x(
                template int, context jsonb, identity text, priority smallint, initiator text, "sourceSystem" text,
                reason text, "correlationId" text, "traceParent" text, tags text[], bypass smallint[], "startNow" boolean)) t
     order by t.ord
    on conflict (identity) where identity is not null do nothing
    returning id)
  select array_agg(made.id) into v_new from made;

  insert into "tasker".queue (lane_id, rank, task_id, template_id, position, fresh, ready_at)
  select r.lane, -t.priority, t.id, t.template_id, r.position, true, v_now
    from unnest(r_task, r_position, r_lane, r_mine) with ordinality as r(task, position, lane, mine, ord)
    join "tasker".tasks t on t.id = v_ids[r.task]
   where not r.mine and v_ids[r.task] = any (v_new)
   order by r.ord;

  if p_worker is not null then
    insert into "tasker".steps (task_id, started_at, worker_id, position, state, attempt)
    select v_ids[r.task], v_now, p_worker, r.position, 2, 1
      from unnest(r_task, r_position, r_mine) as r(task, position, mine)
     where r.mine and v_ids[r.task] = any (v_new);
    v_min := (select min(n) from unnest(v_new) n);
    update "tasker".workers w set min_task_id = v_min where w.id = p_worker and w.min_task_id > v_min;
  end if;

  -- The usual case: no duplicates, nothing to look up.
  if cardinality(v_new) = cardinality(v_ids) then
    return query select u.id, false, v_now from unnest(v_ids) with ordinality as u(id, ord) order by u.ord;
    return;
  end if;

  -- A statement of its own: it must see rows that committed while the insert above waited for them.
  return query
    select coalesce(n.id, t.id), n.id is null, v_now
      from rows from (json_to_recordset(p_tasks) as (identity text)) with ordinality as x(identity, ord)
      left join unnest(v_new) as n(id) on n.id = v_ids[x.ord]
      left join "tasker".tasks t on n.id is null and t.identity = x.identity
     order by x.ord;
end $function$;

CREATE OR REPLACE FUNCTION tasker.claim_steps_v1(p_worker integer, p_lanes integer[], p_from bigint[], p_limit integer)
 RETURNS TABLE(task_id bigint, "position" smallint, template_id integer, attempt smallint, waited_ms integer, lane_id integer, rank smallint, seq bigint, priority smallint, correlation_id text, trace_parent text, bypass smallint[], context text, checkpoint text, began boolean, at timestamp with time zone)
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET jit TO 'off'
 SET enable_seqscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
 SET enable_memoize TO 'off'
AS $function$
#variable_conflict use_column
declare
  v_now timestamptz := clock_timestamp();
  t_task bigint[];
  t_position smallint[];
  t_template int[];
  t_lane int[];
  t_rank smallint[];
  t_seq bigint[];
  t_fresh boolean[];
  t_at timestamptz[];
  t_waited int[];
begin
  perform 1 from "tasker".workers w where w.id = p_worker and w.lost_at is null and w.lease_expires_at >= v_now;
  if not found then raise exception 'worker % has lost its lease', p_worker using errcode = 'TSK02'; end if;

  -- A claim that a crash of the server forgets is only claimed again, so nobody waits for the disk here; what follows from
  -- it, a settlement, does wait and carries the claim with it.
  perform set_config('synchronous_commit', 'off', true);

  with picked as materialized (
    select q.tid, q.rank, q.seq
      from unnest(p_lanes, p_from) as l(lane, from_seq)
      cross join lateral (
        select y.ctid as tid, y.rank, y.seq from "tasker".queue y
         where y.lane_id = l.lane and y.seq >= l.from_seq
         order by y.rank, y.seq limit p_limit for update skip locked) q
     order by q.rank, q.seq limit p_limit
  ), taken as (
    delete from "tasker".queue d using picked p where d.ctid = p.tid
    returning d.task_id, d.position, d.template_id, d.lane_id, d.rank, d.seq, d.fresh,
              -- The time was read before the snapshot: what is in it may be a little younger.
              greatest(v_now, d.ready_at) as begun_at,
              floor(greatest(0, extract(epoch from v_now - d.ready_at)) * 1000)::int as waited)
  select array_agg(t.task_id), array_agg(t.position), array_agg(t.template_id), array_agg(t.lane_id), array_agg(t.rank),
         array_agg(t.seq), array_agg(t.fresh), array_agg(t.begun_at), array_agg(t.waited)
    into t_task, t_position, t_template, t_lane, t_rank, t_seq, t_fresh, t_at, t_waited
    from (select * from taken order by rank, seq) t;
  if t_task is null then return; end if;

  -- An operator may have touched the root meanwhile: then its own row rules and the stale entry is dropped.
  insert into "tasker".steps (task_id, started_at, worker_id, waited_ms, position, state, attempt)
  select t.task_id, t.begun_at, p_worker, t.waited, t.position, 2, 1
    from unnest(t_task, t_position, t_at, t_waited, t_fresh) as t(task_id, position, begun_at, waited, fresh) where t.fresh
  on conflict do nothing;

  if not (true = all (t_fresh)) then
    update "tasker".steps s
       set state = 2, attempt = s.attempt + 1, worker_id = p_worker, started_at = x.begun_at, finished_at = null, waited_ms = x.waited
      from (select t.begun_at, t.waited, r.tid
              from unnest(t_task, t_position, t_at, t_waited, t_fresh) as t(task_id, position, begun_at, waited, fresh), lateral (
              select y.ctid as tid from "tasker".steps y
               where y.task_id = t.task_id and y.position = t.position and y.state = 1 offset 0) r
             where not t.fresh) x
     where s.ctid = x.tid;
  end if;

  update "tasker".tasks t set state = 1, started_at = v_now
    from (select y.ctid as tid from "tasker".tasks y
           where y.id = any (t_task) and y.state = 0
             for no key update skip locked) x
   where t.ctid = x.tid;

  update "tasker".workers w set min_task_id = m.low
    from (select min(n) as low from unnest(t_task) n) m
   where w.id = p_worker and m.low < w.min_task_id;

  -- Each row by its key: joined as sets, a claim of a thousand compares every entry with every row.
  return query
  select q.task_id, q.position, q.template_id, s.attempt, q.waited, q.lane_id, q.rank, q.seq,
         t.priority, t.correlation_id, t.trace_parent, t.bypass, t.context, s.checkpoint, t.began, v_now
    from unnest(t_task, t_position, t_template, t_lane, t_rank, t_seq, t_at, t_waited) with ordinality
           as q(task_id, position, template_id, lane_id, rank, seq, begun_at, waited, ord)
    cross join lateral (
      select y.attempt, y.checkpoint::text as checkpoint from "tasker".steps y
       where y.task_id = q.task_id and y.position = q.position and y.state = 2
         and y.worker_id = p_worker and y.started_at = q.begun_at offset 0) s
    cross join lateral (
      select y.priority, y.correlation_id, y.trace_parent, y.bypass, y.context::text as context, y.started_at = v_now as began
        from "tasker".tasks y where y.id = q.task_id offset 0) t
   order by q.ord;
end $function$;

CREATE OR REPLACE FUNCTION tasker.promote_delayed_v1(p_limit integer)
 RETURNS TABLE(promoted integer, ready_task bigint[], ready_position smallint[], ready_template integer[], ready_correlation text[], next_due_ms integer, at timestamp with time zone)
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET jit TO 'off'
 SET enable_seqscan TO 'off'
 SET enable_mergejoin TO 'off'
AS $function$
#variable_conflict use_column
declare
  v_now timestamptz := clock_timestamp();
begin
  perform set_config('synchronous_commit', 'off', true);

  with due as materialized (
    select d.ctid as tid from "tasker".delayed_steps d where d.run_at <= v_now
     order by d.run_at, d.seq limit p_limit for update skip locked
  ), gone as (
    delete from "tasker".delayed_steps d using due where d.ctid = due.tid
    returning d.task_id, d.position, d.template_id, d.lane_id, d.rank, d.run_at
  ), freed as (
    update "tasker".steps s set state = 1
      from (select g.*, r.tid from gone g, lateral (
              select y.ctid as tid from "tasker".steps y
               where y.task_id = g.task_id and y.position = g.position and y.state = 3 offset 0) r) x
     where s.ctid = x.tid
    returning x.task_id, x.position, x.template_id, x.lane_id, x.rank, x.run_at
  ), queued as (
    insert into "tasker".queue (lane_id, rank, task_id, template_id, position, fresh, ready_at)
    select f.lane_id, f.rank, f.task_id, f.template_id, f.position, false, f.run_at from freed f
    returning task_id, position, template_id
  )
  select count(*)::int, array_agg(u.task_id), array_agg(u.position), array_agg(u.template_id),
         array_agg((select t.correlation_id from "tasker".tasks t where t.id = u.task_id))
    into promoted, ready_task, ready_position, ready_template, ready_correlation from queued u;

  select ceil(extract(epoch from d.run_at - v_now) * 1000)::int into next_due_ms
    from "tasker".delayed_steps d order by d.run_at, d.seq limit 1;
  -- Not greatest(): it would take no delayed step at all for one that is due now.
  if next_due_ms < 0 then next_due_ms := 0; end if;
  at := v_now;
  return next;
end $function$;

CREATE OR REPLACE FUNCTION tasker.settle_steps_v1(p_worker integer, p_for_lost boolean, c_task bigint[], c_position smallint[], c_attempt smallint[], c_keep smallint[], c_state smallint[], c_result text[], c_error text[], r_task bigint[], r_position smallint[], r_template integer[], r_lane integer[], r_rank smallint[], r_delay_ms integer[], n_task bigint[], n_position smallint[], n_template integer[], n_lane integer[], n_rank smallint[], n_mine boolean[], j_task bigint[], j_position smallint[], j_template integer[], j_lane integer[], j_rank smallint[], j_mine boolean[], j_need smallint[], j_met smallint[], j_blocked boolean[], f_task bigint[], k_task bigint[], k_steps integer[])
 RETURNS TABLE(started_task bigint[], started_position smallint[], ready_task bigint[], ready_position smallint[], queued integer, ended_task bigint[], ended_state smallint[], at timestamp with time zone)
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET jit TO 'off'
 SET enable_seqscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
AS $function$
#variable_conflict use_column
declare
  v_now timestamptz := clock_timestamp();
  v_lost boolean;
  v_count int;
  v_whole bigint[];
  v_blocked bigint[];
begin
  -- Database clock: a worker that slept past its lease is refused even before anybody declared it lost.
  select case when p_for_lost then w.lost_at is null else w.lost_at is not null or w.lease_expires_at < v_now end
    into v_lost from "tasker".workers w where w.id = p_worker;
  if v_lost is distinct from false then
    raise exception 'worker % has lost its lease', p_worker using errcode = 'TSK02';
  end if;

  with settled as (
    update "tasker".steps s
       set state = c.state, attempt = c.keep, result = c.result::jsonb,
           finished_at = case when c.state >= 4 then v_now end,
           checkpoint = case when c.state < 4 then s.checkpoint end
      from (select o.*, x.tid
              from unnest(c_task, c_position, c_attempt, c_keep, c_state, c_result, c_error)
                     as o(task_id, position, attempt, keep, state, result, error),
                   lateral (select y.ctid as tid from "tasker".steps y
                             where y.task_id = o.task_id and y.position = o.position and y.state = 2
                               and y.worker_id = p_worker and y.attempt = o.attempt offset 0) x) c
     where s.ctid = c.tid
    returning s.task_id, s.position, s.started_at, s.waited_ms, s.state, c.attempt, c.error)
  insert into "tasker".step_history (task_id, at, started_at, worker_id, waited_ms, position, attempt, from_state, to_state, error)
  select t.task_id, v_now, t.started_at, p_worker, t.waited_ms, t.position, t.attempt, 2, t.state, t.error::jsonb from settled t;
  get diagnostics v_count = row_count;
  if v_count <> cardinality(c_task) then
    raise exception 'stale outcomes' using errcode = 'TSK01', detail = (
      select string_agg((o.ord - 1)::text, ',') from unnest(c_task, c_position, c_attempt) with ordinality as o(task_id, position, attempt, ord)
       where not exists (select 1 from "tasker".step_history h where h.task_id = o.task_id and h.position = o.position
                            and h.attempt = o.attempt and h.at = v_now and h.worker_id = p_worker));
  end if;

  queued := 0;
  if cardinality(r_task) > 0 then
    insert into "tasker".delayed_steps (run_at, task_id, template_id, lane_id, rank, position)
    select v_now + r.delay_ms * interval '1 millisecond', r.task_id, r.template_id, r.lane_id, r.rank, r.position
      from unnest(r_task, r_position, r_template, r_lane, r_rank, r_delay_ms) as r(task_id, position, template_id, lane_id, rank, delay_ms)
     where r.delay_ms > 0;
    insert into "tasker".queue (lane_id, rank, task_id, template_id, position, fresh, ready_at)
    select r.lane_id, r.rank, r.task_id, r.template_id, r.position, false, v_now
      from unnest(r_task, r_position, r_template, r_lane, r_rank, r_delay_ms) as r(task_id, position, template_id, lane_id, rank, delay_ms)
     where r.delay_ms = 0;
    get diagnostics queued = row_count;
  end if;

  if cardinality(n_task) > 0 then
    insert into "tasker".steps (task_id, started_at, worker_id, position, state, need, met, attempt)
    select n.task_id, v_now, p_worker, n.position, 2, 1, 1, 1
      from unnest(n_task, n_position, n_mine) as n(task_id, position, mine) where n.mine;
    get diagnostics v_count = row_count;
    if v_count < cardinality(n_task) then
      insert into "tasker".queue (lane_id, rank, task_id, template_id, position, fresh, ready_at)
      select n.lane_id, n.rank, n.task_id, n.template_id, n.position, true, v_now
        from unnest(n_task, n_position, n_template, n_lane, n_rank, n_mine) as n(task_id, position, template_id, lane_id, rank, mine)
       where not n.mine;
      get diagnostics v_count = row_count;
      queued := queued + v_count;
    end if;
  end if;

  if cardinality(j_task) > 0 then
    with met as (
      insert into "tasker".steps as s (task_id, started_at, worker_id, waited_ms, position, state, need, met, attempt, blocked)
      select j.task_id, case when j.met >= j.need and j.mine then v_now end, case when j.mine then p_worker end,
             case when j.met >= j.need and not j.mine then -1 else 0 end, j.position,
             case when j.met < j.need or j.blocked then 0 when j.position < 0 then 4 when j.mine then 2 else 1 end,
             j.need, j.met, case when j.met >= j.need and j.mine and j.position >= 0 then 1 else 0 end, j.blocked
        from unnest(j_task, j_position, j_need, j_met, j_blocked, j_mine) as j(task_id, position, need, met, blocked, mine)
       order by j.task_id, j.position
      on conflict (task_id, position) do update
        set met = s.met + excluded.met,
            blocked = s.blocked or excluded.blocked,
            -- -1 marks what this statement made ready, until a claim measures the wait: a row that was ready before is not queued twice.
            waited_ms = case when s.state = 0 and excluded.worker_id is null and s.met + excluded.met >= s.need then -1 else greatest(s.waited_ms, 0) end,
            worker_id = case when s.state = 0 then excluded.worker_id else s.worker_id end,
            -- Only a pending row may move here: what an operator did to it stands.
            state = case when s.state <> 0 or s.blocked or excluded.blocked or s.met + excluded.met < s.need then s.state
                         when s.position < 0 then 4 when excluded.worker_id is null then 1 else 2 end,
            started_at = case when s.state = 0 and excluded.worker_id is not null and s.met + excluded.met >= s.need then v_now else s.started_at end,
            attempt = case when s.state = 0 and s.position >= 0 and excluded.worker_id is not null and s.met + excluded.met >= s.need
                            and not (s.blocked or excluded.blocked) then 1 else s.attempt end
      returning s.task_id, s.position, s.state, s.blocked, s.started_at = v_now as started, s.waited_ms < 0 as freed)
    select array_agg(m.task_id) filter (where m.state = 2 and m.started), array_agg(m.position) filter (where m.state = 2 and m.started),
           array_agg(m.task_id) filter (where m.state = 1 and m.freed), array_agg(m.position) filter (where m.state = 1 and m.freed),
           array_agg(m.task_id) filter (where m.position < 0 and m.state = 4), array_agg(distinct m.task_id) filter (where m.blocked)
      into started_task, started_position, ready_task, ready_position, v_whole, v_blocked
      from met m;

    if ready_task is not null then
      insert into "tasker".queue (lane_id, rank, task_id, template_id, position, fresh, ready_at)
      select j.lane_id, j.rank, j.task_id, j.template_id, j.position, false, v_now
        from unnest(j_task, j_position, j_template, j_lane, j_rank) as j(task_id, position, template_id, lane_id, rank)
       -- "is true" keeps the planner from a join, which without hash joins would compare every row with every other.
       where (j.task_id, j.position) in (select * from unnest(ready_task, ready_position)) is true;
      get diagnostics v_count = row_count;
      queued := queued + v_count;
    end if;
  end if;

  -- Something failed in these tasks, so their ends cannot be counted. Under the task's row lock the last one to come sees
  -- every other settlement: when each step is finished or blocked, nothing can move and the task ends in error.
  ended_task := f_task || coalesce(v_whole, '{}');
  ended_state := array_fill(2::smallint, array[cardinality(ended_task)]);
  if v_blocked is not null then
    perform 1 from "tasker".tasks t where t.id = any (v_blocked) order by t.id for no key update;
    select ended_task || array_agg(k.task_id), ended_state || array_agg(3::smallint)
      into ended_task, ended_state
      from unnest(k_task, k_steps) as k(task_id, steps)
     where k.task_id = any (v_blocked)
       and k.steps <= (select count(*) from "tasker".steps s
                        where s.task_id = k.task_id and s.position >= 0 and (s.blocked or s.state >= 4));
  end if;

  if cardinality(ended_task) > 0 then
    with ended as (
      update "tasker".tasks t set state = e.state, finished_at = v_now, started_at = coalesce(t.started_at, v_now)
        from (select f.*, x.tid from unnest(ended_task, ended_state) as f(task_id, state),
                     lateral (select y.ctid as tid from "tasker".tasks y where y.id = f.task_id and y.state in (0, 1) offset 0) x) e
       where t.ctid = e.tid
      returning t.id, t.state)
    insert into "tasker".task_history (task_id, at, worker_id, from_state, to_state)
    select e.id, v_now, p_worker, 1, e.state from ended e;
  end if;
  at := v_now;
  return next;
end $function$;

CREATE INDEX delayed_steps_task ON tasker.delayed_steps USING btree (task_id);

CREATE OR REPLACE FUNCTION tasker.task_state_v1(p_code smallint)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN (ARRAY['pending'::text, 'in_progress'::text, 'complete'::text, 'error'::text, 'cancelled'::text, 'resolved_manually'::text])[(p_code + 1)];

CREATE OR REPLACE FUNCTION tasker.step_state_v1(p_code smallint)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN (ARRAY['pending'::text, 'ready'::text, 'in_progress'::text, 'waiting_for_retry'::text, 'complete'::text, 'error'::text, 'skipped'::text, 'cancelled'::text, 'resolved_manually'::text])[(p_code + 1)];

create view tasker.task_list as
 SELECT t.id AS task_id,
    m.namespace,
    m.name,
    m.version,
    m.revision,
    tasker.task_state_v1(t.state) AS state,
    t.priority,
    t.hold,
    t.identity,
    t.initiator,
    t.source_system,
    t.reason,
    t.correlation_id,
    t.trace_parent,
    t.tags,
    t.requested_at,
    t.started_at,
    t.finished_at,
    t.template_id,
    t.context
   FROM (tasker.tasks t
     JOIN tasker.task_templates m ON ((m.id = t.template_id)));

create view tasker.task_steps as
 SELECT t.id AS task_id,
    m."position",
    m.name,
        CASE
            WHEN (s.state IS NOT NULL) THEN tasker.step_state_v1(s.state)
            WHEN ((t.state = ANY (ARRAY[0, 1])) AND (NOT (EXISTS ( SELECT 1
               FROM (unnest(m.parents) p("position")
                 LEFT JOIN tasker.steps q ON (((q.task_id = t.id) AND (q."position" = p."position"))))
              WHERE ((q.state IS NULL) OR (q.state <> ALL (ARRAY[4, 6, 8]))))))) THEN 'ready'::text
            ELSE 'pending'::text
        END AS state,
    COALESCE(s.attempt, (0)::smallint) AS attempt,
    m.retry_limit,
    m.retryable,
    m.skippable,
    ARRAY( SELECT n.name
           FROM (unnest(m.parents) WITH ORDINALITY p("position", ord)
             JOIN tasker.step_templates n ON (((n.template_id = m.template_id) AND (n."position" = p."position"))))
          ORDER BY p.ord) AS parents,
        CASE
            WHEN (s.attempt > 0) THEN s.started_at
            ELSE NULL::timestamp with time zone
        END AS started_at,
    s.finished_at,
        CASE
            WHEN (s.state = 3) THEN ( SELECT d.run_at
               FROM tasker.delayed_steps d
              WHERE ((d.task_id = s.task_id) AND (d."position" = s."position"))
             LIMIT 1)
            ELSE NULL::timestamp with time zone
        END AS next_retry_at,
        CASE
            WHEN (s.attempt > 0) THEN s.worker_id
            ELSE NULL::integer
        END AS worker_id,
    s.result,
    COALESCE(s.blocked, false) AS blocked,
        CASE
            WHEN (s.state IS NOT NULL) THEN ( SELECT h.error
               FROM tasker.step_history h
              WHERE ((h.task_id = s.task_id) AND (h."position" = s."position") AND (h.error IS NOT NULL))
              ORDER BY h.at DESC
             LIMIT 1)
            ELSE NULL::jsonb
        END AS last_error
   FROM ((tasker.tasks t
     JOIN tasker.step_templates m ON ((m.template_id = t.template_id)))
     LEFT JOIN tasker.steps s ON (((s.task_id = t.id) AND (s."position" = m."position"))));

create view tasker.task_transitions as
 SELECT task_id,
    tasker.task_state_v1(from_state) AS from_state,
    tasker.task_state_v1(to_state) AS to_state,
    at,
    worker_id,
    actor,
    reason,
    metadata,
    row_number() OVER (PARTITION BY task_id ORDER BY at, rank) AS ordinal
   FROM ( SELECT t.id AS task_id,
            NULL::smallint AS from_state,
            (0)::smallint AS to_state,
            t.requested_at AS at,
            NULL::integer AS worker_id,
            t.initiator AS actor,
            t.reason,
            NULL::jsonb AS metadata,
            0 AS rank
           FROM tasker.tasks t
        UNION ALL
         SELECT t.id,
            (0)::smallint AS int2,
            (1)::smallint AS int2,
            t.started_at,
            NULL::integer AS int4,
            NULL::text AS text,
            NULL::text AS text,
            NULL::jsonb AS jsonb,
            1
           FROM tasker.tasks t
          WHERE (t.started_at IS NOT NULL)
        UNION ALL
         SELECT h.task_id,
            h.from_state,
            h.to_state,
            h.at,
            h.worker_id,
            h.actor,
            h.reason,
            h.metadata,
            2
           FROM tasker.task_history h) m;

create view tasker.step_transitions as
 SELECT m.task_id,
    m."position",
    n.name AS step,
    tasker.step_state_v1(m.from_state) AS from_state,
    tasker.step_state_v1(m.to_state) AS to_state,
    m.at,
    m.attempt,
    m.worker_id,
    m.actor,
    m.reason,
    m.error,
    row_number() OVER (PARTITION BY m.task_id ORDER BY m.at, m.rank, m."position") AS ordinal
   FROM ((( SELECT a.task_id,
            a."position",
            a.attempt,
            x.from_state,
            x.to_state,
            x.at,
            x.worker_id,
            x.actor,
            x.reason,
            x.error,
            x.rank
           FROM (( SELECT r.task_id,
                    r."position",
                    r.attempt,
                    r.from_state,
                    r.to_state,
                    r.at,
                    r.started_at,
                    r.waited_ms,
                    r.worker_id,
                    r.actor,
                    r.reason,
                    r.error,
                    lag(r.to_state) OVER (PARTITION BY r.task_id, r."position" ORDER BY r.at) AS before
                   FROM ( SELECT h.task_id,
                            h."position",
                            h.attempt,
                            h.from_state,
                            h.to_state,
                            h.at,
                            h.started_at,
                            h.waited_ms,
                            h.worker_id,
                            h.actor,
                            h.reason,
                            h.error
                           FROM tasker.step_history h
                        UNION ALL
                         SELECT s.task_id,
                            s."position",
                            s.attempt,
                            (2)::smallint AS int2,
                            NULL::smallint AS int2,
                            'infinity'::timestamp with time zone AS timestamptz,
                            s.started_at,
                            s.waited_ms,
                            s.worker_id,
                            NULL::text AS text,
                            NULL::text AS text,
                            NULL::jsonb AS jsonb
                           FROM tasker.steps s
                          WHERE (s.state = 2)) r) a
             CROSS JOIN LATERAL ( SELECT a.before AS from_state,
                    (1)::smallint AS to_state,
                    (a.started_at - ((a.waited_ms)::double precision * '00:00:00.001'::interval)) AS at,
                    NULL::integer AS worker_id,
                    NULL::text AS actor,
                    NULL::text AS reason,
                    NULL::jsonb AS error,
                    1 AS rank
                  WHERE ((a.from_state = 2) AND ((a.before IS NULL) OR (a.before = 3)))
                UNION ALL
                 SELECT (1)::smallint AS int2,
                    (2)::smallint AS int2,
                    a.started_at,
                    a.worker_id,
                    NULL::text AS text,
                    NULL::text AS text,
                    NULL::jsonb AS jsonb,
                    2
                  WHERE (a.from_state = 2)
                UNION ALL
                 SELECT a.from_state,
                    a.to_state,
                    a.at,
                    a.worker_id,
                    a.actor,
                    a.reason,
                    a.error,
                    0
                  WHERE (a.to_state IS NOT NULL)) x)) m
     JOIN tasker.tasks t ON ((t.id = m.task_id)))
     JOIN tasker.step_templates n ON (((n.template_id = t.template_id) AND (n."position" = m."position"))));

create view tasker.audit_steps as
 SELECT t.id AS task_id,
    m."position",
    t.template_id,
    t.state AS task_state,
    m.lane_id,
    m.is_sink,
    cardinality(m.parents) AS parents,
    (s.task_id IS NOT NULL) AS has_row,
    s.state,
    s.need,
    s.met,
    s.attempt,
    s.blocked,
    s.worker_id,
    s.started_at,
    s.finished_at,
    s.result,
    p.satisfied,
    p.ended_at
   FROM (((tasker.tasks t
     JOIN tasker.step_templates m ON ((m.template_id = t.template_id)))
     LEFT JOIN tasker.steps s ON (((s.task_id = t.id) AND (s."position" = m."position"))))
     CROSS JOIN LATERAL ( SELECT count(*) FILTER (WHERE (q.state = ANY (ARRAY[4, 6, 8]))) AS satisfied,
            max(q.finished_at) AS ended_at
           FROM (unnest(m.parents) u("position")
             LEFT JOIN tasker.steps q ON (((q.task_id = t.id) AND (q."position" = u."position"))))) p);

CREATE OR REPLACE FUNCTION tasker.audit_steps_v1()
 RETURNS TABLE(rule text, task_id bigint, "position" smallint, detail text)
 LANGUAGE sql
 STABLE
 SET jit TO 'off'
AS $function$
  with node as materialized (select * from "tasker".audit_steps)
  select 'met_counts_satisfied_parents', n.task_id, n.position,
         format('need %s met %s, but %s of %s parents are satisfied', n.need, n.met, n.satisfied, n.parents)
    from node n
   where case when not n.has_row then n.parents > 1 and n.satisfied > 0
              -- One that was claimed from the queue has no counters: its only parent put it there.
              when n.parents < 2 and n.need = 0 then n.met <> 0
              else n.need <> n.parents or n.met <> n.satisfied end
  union all
  select 'end_counts_satisfied_sinks', e.task_id, -1::smallint,
         format('need %s met %s, but %s of %s sinks are satisfied', s.need, s.met, e.satisfied, e.sinks)
    from (select n.task_id, count(*) as sinks, count(*) filter (where n.state in (4, 6, 8)) as satisfied
            from node n where n.is_sink group by n.task_id) e
    left join "tasker".steps s on s.task_id = e.task_id and s.position = -1
   where case when s.task_id is null then e.sinks > 1 and e.satisfied > 0
              else s.need <> e.sinks or (e.sinks > 1 and s.met <> e.satisfied) end
  union all
  select 'started_after_parents', n.task_id, n.position,
         format('%s, attempt %s, but %s of %s parents are satisfied', "tasker".step_state_v1(n.state), n.attempt, n.satisfied, n.parents)
    from node n where (n.state in (1, 2, 3, 4, 5) or n.attempt > 0) and n.satisfied < n.parents
  union all
  -- A second of grace: the clock is read before the rows, so a claim may carry a time just before its parent's.
  select 'started_after_parents', n.task_id, n.position, format('started %s, before a parent ended %s', n.started_at, n.ended_at)
    from node n where n.attempt > 0 and n.started_at < n.ended_at - interval '1 second'
  union all
  select 'result_only_when_satisfied', n.task_id, n.position, "tasker".step_state_v1(n.state)
    from node n where n.result is not null and n.state not in (4, 6, 8)
  union all
  select 'checkpoint_only_until_finished', s.task_id, s.position, "tasker".step_state_v1(s.state)
    from "tasker".steps s where s.checkpoint is not null and s.state >= 4
  union all
  select 'finished_at_only_when_finished', n.task_id, n.position, "tasker".step_state_v1(n.state)
    from node n where n.has_row and (n.finished_at is not null) <> (n.state >= 4)
  union all
  select 'step_in_template', s.task_id, s.position, 'neither the task nor its template knows this step'
    from "tasker".steps s left join node n on n.task_id = s.task_id and n.position = s.position
   where n.task_id is null and (s.position <> -1 or not exists (select 1 from "tasker".tasks t where t.id = s.task_id))
  union all
  select 'running_step_has_worker', n.task_id, n.position,
         case when w.id is null then format('worker %s does not exist', n.worker_id)
              else format('worker %s looks for its steps from task %s on', w.id, w.min_task_id) end
    from node n left join "tasker".workers w on w.id = n.worker_id
   where n.state = 2 and (w.id is null or w.min_task_id > n.task_id)
$function$;

CREATE OR REPLACE FUNCTION tasker.audit_queue_v1()
 RETURNS TABLE(rule text, task_id bigint, "position" smallint, detail text)
 LANGUAGE sql
 STABLE
 SET jit TO 'off'
AS $function$
  with node as materialized (
    select n.*, n.task_state in (0, 1) and not n.has_row and n.satisfied = n.parents as is_fresh
      from "tasker".audit_steps n where n.has_row or n.task_state in (0, 1)
  ), queued as materialized (
    select q.task_id, q.position, count(*) as entries, bool_or(q.fresh) as fresh, min(q.template_id) as template_id, min(q.lane_id) as lane_id
      from "tasker".queue q group by q.task_id, q.position
  ), waiting as materialized (
    select d.task_id, d.position, count(*) as entries from "tasker".delayed_steps d group by d.task_id, d.position
  )
  select 'ready_step_queued_once', n.task_id, n.position, format('%s entries in the queue', coalesce(q.entries, 0))
    from node n left join queued q on q.task_id = n.task_id and q.position = n.position
   where (n.state = 1 or n.is_fresh) and q.entries is distinct from 1
  union all
  select 'queue_entry_has_step', q.task_id, q.position,
         case when n.task_id is null then 'no such step'
              when n.has_row then "tasker".step_state_v1(n.state) || case when q.fresh then ', entry is fresh' else '' end
              when not n.is_fresh then 'its parents are not satisfied' when not q.fresh then 'it has no row, but the entry is not fresh'
              else 'entry is for another template or lane' end
    from queued q left join node n on n.task_id = q.task_id and n.position = q.position
   where (case when q.fresh then n.is_fresh else n.state = 1 end
          and q.template_id = n.template_id and q.lane_id = n.lane_id) is not true
  union all
  select 'waiting_step_delayed_once', coalesce(n.task_id, d.task_id), coalesce(n.position, d.position),
         format('%s, %s entries', coalesce("tasker".step_state_v1(n.state), 'no such step'), coalesce(d.entries, 0))
    from waiting d full join (select * from node where state is not null) n on n.task_id = d.task_id and n.position = d.position
   where case when n.state = 3 then d.entries is distinct from 1 else d.entries is not null end
$function$;

CREATE OR REPLACE FUNCTION tasker.audit_tasks_v1()
 RETURNS TABLE(rule text, task_id bigint, "position" smallint, detail text)
 LANGUAGE sql
 STABLE
 SET jit TO 'off'
AS $function$
  with recursive node as materialized (select * from "tasker".audit_steps
  ), edge as materialized (
    select n.task_id, n.position, u.position as parent
      from (select distinct f.task_id, f.template_id from node f where f.state in (5, 7)) t
      join "tasker".step_templates m on m.template_id = t.template_id
      join node n on n.task_id = t.task_id and n.position = m.position
      cross join lateral unnest(m.parents) as u(position)
  ), doomed(task_id, position) as (
    select e.task_id, e.position from edge e join node f on f.task_id = e.task_id and f.position = e.parent and f.state in (5, 7)
    union
    select e.task_id, e.position from doomed d join edge e on e.task_id = d.task_id and e.parent = d.position
  ), total as (
    select n.task_id, min(n.task_state) as state, count(*) as steps, count(*) filter (where n.state in (4, 6, 8)) as satisfied,
           count(*) filter (where n.state >= 4) as ended, count(*) filter (where n.state >= 4 or n.blocked) as still,
           count(*) filter (where n.state in (5, 7)) as failed,
           count(*) filter (where n.state in (1, 2, 3) or (not n.has_row and n.satisfied = n.parents)) as moving
      from node n group by n.task_id
  )
  select 'blocked_has_failed_ancestor', n.task_id, n.position,
         case when n.blocked then 'blocked without a failed ancestor' else 'not blocked though an ancestor failed' end
    from node n left join doomed d on d.task_id = n.task_id and d.position = n.position
   where coalesce(n.blocked, false) <> (d.task_id is not null)
  union all
  select 'task_agrees_with_steps', t.task_id, null,
         format('%s, but of %s steps %s are satisfied, %s failed, %s ended, %s can move', "tasker".task_state_v1(t.state), t.steps, t.satisfied, t.failed, t.ended, t.moving)
    from total t
   where not case t.state when 0 then t.ended = 0 and t.moving > 0
                          when 1 then t.moving > 0
                          when 2 then t.satisfied = t.steps
                          when 3 then t.failed > 0 and t.still = t.steps
                          else not exists (select 1 from node n where n.task_id = t.task_id and n.state in (1, 2, 3)) end
  union all
  select 'task_has_template', t.id, null, format('template %s does not exist or has no steps', t.template_id)
    from "tasker".tasks t where not exists (select 1 from "tasker".step_templates m where m.template_id = t.template_id)
  union all
  select 'finished_at_only_when_finished', t.id, null, "tasker".task_state_v1(t.state)
    from "tasker".tasks t where (t.finished_at is not null) <> (t.state >= 2)
  union all
  select 'task_history_agrees', t.id, null,
         format('%s, but its history says %s', "tasker".task_state_v1(t.state), coalesce("tasker".task_state_v1(h.to_state), 'nothing'))
    from "tasker".tasks t
    left join (select distinct on (y.task_id) y.task_id, y.to_state from "tasker".task_history y order by y.task_id, y.at desc)
      h on h.task_id = t.id
   where case when t.state >= 2 then h.to_state is distinct from t.state else h.to_state is not null and h.to_state <> 1 end
$function$;

CREATE OR REPLACE FUNCTION tasker.audit_history_v1()
 RETURNS TABLE(rule text, task_id bigint, "position" smallint, detail text)
 LANGUAGE sql
 STABLE
 SET jit TO 'off'
AS $function$
  with past as materialized (
    select h.task_id, h.position, (array_agg(h.to_state order by h.at desc))[1] as last_state, count(*) filter (where h.to_state = 4) as completions,
           -- A step that was given back keeps its attempt, so that number comes again.
           array_agg(h.attempt order by h.at) filter (where h.from_state = 2 and not (h.to_state = 1 and h.error is null)) as attempts
      from "tasker".step_history h group by h.task_id, h.position
  )
  select 'history_agrees_with_step', coalesce(s.task_id, p.task_id), coalesce(s.position, p.position),
         format('%s, but its history says %s', coalesce("tasker".step_state_v1(s.state), 'no row'), coalesce("tasker".step_state_v1(p.last_state), 'nothing'))
    from past p full join (select * from "tasker".steps where steps.position >= 0) s on s.task_id = p.task_id and s.position = p.position
   where not case when s.task_id is null then false
                  when s.state >= 3 then p.last_state is not distinct from s.state
                  when s.state = 0 then p.last_state is null
                  else p.last_state is null or p.last_state in (1, 3) end
  union all
  select 'completed_once', s.task_id, s.position, format('%s completions', p.completions)
    from "tasker".steps s join past p on p.task_id = s.task_id and p.position = s.position
   where p.completions <> case when s.state = 4 then 1 else 0 end
  union all
  select 'attempts_are_consecutive', s.task_id, s.position, format('attempt %s after %s', s.attempt, coalesce(p.attempts::text, '{}'))
    from "tasker".steps s left join past p on p.task_id = s.task_id and p.position = s.position
   where s.position >= 0
     and (coalesce(p.attempts, '{}') <> array(select i::smallint from generate_series(1, coalesce(cardinality(p.attempts), 0)) i)
          or s.attempt <> coalesce(cardinality(p.attempts), 0) + case when s.state = 2 then 1 else 0 end)
$function$;

CREATE OR REPLACE FUNCTION tasker.audit_v1()
 RETURNS TABLE(rule text, task_id bigint, "position" smallint, detail text)
 LANGUAGE sql
 STABLE
AS $function$
  select * from "tasker".audit_steps_v1()
  union all select * from "tasker".audit_queue_v1()
  union all select * from "tasker".audit_tasks_v1()
  union all select * from "tasker".audit_history_v1()
$function$;

comment on column tasker.task_list.hold is 'Paused: nothing of it is started.';

comment on column tasker.task_list.identity is 'What makes it the only one of its kind; null when it need not be.';

comment on column tasker.task_list.revision is 'Revision of the version; a task keeps the one it was created with.';

comment on column tasker.task_list.state is 'pending, in_progress, complete, error, cancelled or resolved_manually.';

comment on view tasker.task_list is 'Tasks with the name of their template. One row per task; by task_id it reads two rows.';

comment on column tasker.task_steps.attempt is 'Attempts begun and not given back; 0 when it has not run.';

comment on column tasker.task_steps.blocked is 'A step it depends on, near or far, ended in error or was cancelled.';

comment on column tasker.task_steps.last_error is 'How the last failed attempt failed, also when a later one succeeded.';

comment on column tasker.task_steps.next_retry_at is 'When a step that waits for a retry is due; null in any other state.';

comment on column tasker.task_steps.parents is 'Names of the steps it depends on, in the order of the template.';

comment on column tasker.task_steps.position is 'Place of the step in its template, from 0.';

comment on column tasker.task_steps.started_at is 'Start of the last attempt.';

comment on column tasker.task_steps.state is 'pending, ready, in_progress, waiting_for_retry, complete, error, skipped, cancelled or resolved_manually.';

comment on column tasker.task_steps.worker_id is 'Worker of the last attempt.';

comment on view tasker.task_steps is 'Every step of every task, whether it has run or not. Ask for one task_id: it reads by keys only.';

comment on column tasker.task_transitions.actor is 'Who created it, or the operator who acted; null when it moved by itself.';

comment on column tasker.task_transitions.from_state is 'Null: it was created.';

comment on column tasker.task_transitions.ordinal is 'Place among the transitions of its task, from 1.';

comment on column tasker.task_transitions.worker_id is 'Worker whose settlement ended it; null for what nobody settled.';

comment on view tasker.task_transitions is 'Every change of state of a task, append-only. Order by task_id, ordinal.';

comment on column tasker.step_transitions.attempt is 'The attempt it belongs to; for ready, the one that follows.';

comment on column tasker.step_transitions.error is 'How the attempt failed.';

comment on column tasker.step_transitions.from_state is 'Null: nothing had happened to the step before.';

comment on column tasker.step_transitions.ordinal is 'Place among the transitions of its task, from 1.';

comment on column tasker.step_transitions.step is 'Name of the step.';

comment on column tasker.step_transitions.worker_id is 'Null for ready, and for what an operator did.';

comment on view tasker.step_transitions is 'Every change of state of a step, append-only. Order by task_id, ordinal. A step that waits in the queue shows its way there once it starts.';

comment on view tasker.audit_steps is 'What the auditor looks at; may change with any version.';

comment on function tasker.audit_v1() is 'Broken invariants: which rule, of which task and step (null: the task itself), and what is wrong. No rows: all is well. True at any moment, also on a busy database.';
