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

CREATE OR REPLACE FUNCTION tasker.clock_v1()
 RETURNS timestamp with time zone
 LANGUAGE sql
 PARALLEL SAFE
RETURN clock_timestamp();

CREATE OR REPLACE FUNCTION tasker.lease_clock_v1()
 RETURNS timestamp with time zone
 LANGUAGE sql
 PARALLEL SAFE
RETURN clock_timestamp();

CREATE OR REPLACE FUNCTION tasker.step_pending()
 RETURNS smallint
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN 0;

CREATE OR REPLACE FUNCTION tasker.step_ready()
 RETURNS smallint
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN 1;

CREATE OR REPLACE FUNCTION tasker.step_in_progress()
 RETURNS smallint
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN 2;

CREATE OR REPLACE FUNCTION tasker.step_waiting_for_retry()
 RETURNS smallint
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN 3;

CREATE OR REPLACE FUNCTION tasker.step_waiting()
 RETURNS smallint
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN 4;

CREATE OR REPLACE FUNCTION tasker.step_complete()
 RETURNS smallint
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN 10;

CREATE OR REPLACE FUNCTION tasker.step_error()
 RETURNS smallint
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN 11;

CREATE OR REPLACE FUNCTION tasker.step_skipped()
 RETURNS smallint
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN 12;

CREATE OR REPLACE FUNCTION tasker.step_cancelled()
 RETURNS smallint
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN 13;

CREATE OR REPLACE FUNCTION tasker.step_resolved_manually()
 RETURNS smallint
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN 14;

CREATE OR REPLACE FUNCTION tasker.step_not_taken()
 RETURNS smallint
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN 15;

CREATE OR REPLACE FUNCTION tasker.step_open_v1(p_state smallint)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN (p_state < 10);

CREATE OR REPLACE FUNCTION tasker.step_ended_v1(p_state smallint)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN (p_state >= 10);

CREATE OR REPLACE FUNCTION tasker.step_claimable_v1(p_state smallint)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN (p_state = ANY (ARRAY[1, 4]));

CREATE OR REPLACE FUNCTION tasker.step_satisfied_v1(p_state smallint)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN (p_state = ANY (ARRAY[10, 12, 14, 15]));

CREATE OR REPLACE FUNCTION tasker.step_blocking_v1(p_state smallint)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN (p_state = ANY (ARRAY[11, 13]));

CREATE OR REPLACE FUNCTION tasker.step_rare_v1(p_state smallint)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN (p_state > 10);

CREATE OR REPLACE FUNCTION tasker.step_ran_v1(p_state smallint)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN (p_state <> ALL (ARRAY[4, 15]));

CREATE OR REPLACE FUNCTION tasker.step_state_v1(p_state smallint)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN CASE p_state WHEN 0 THEN 'pending'::text WHEN 1 THEN 'ready'::text WHEN 2 THEN 'in_progress'::text WHEN 3 THEN 'waiting_for_retry'::text WHEN 4 THEN 'waiting'::text WHEN 10 THEN 'complete'::text WHEN 11 THEN 'error'::text WHEN 12 THEN 'skipped'::text WHEN 13 THEN 'cancelled'::text WHEN 14 THEN 'resolved_manually'::text WHEN 15 THEN 'skipped'::text ELSE NULL::text END;

CREATE OR REPLACE FUNCTION tasker.task_pending()
 RETURNS smallint
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN 0;

CREATE OR REPLACE FUNCTION tasker.task_in_progress()
 RETURNS smallint
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN 1;

CREATE OR REPLACE FUNCTION tasker.task_complete()
 RETURNS smallint
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN 10;

CREATE OR REPLACE FUNCTION tasker.task_error()
 RETURNS smallint
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN 11;

CREATE OR REPLACE FUNCTION tasker.task_cancelled()
 RETURNS smallint
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN 12;

CREATE OR REPLACE FUNCTION tasker.task_resolved_manually()
 RETURNS smallint
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN 13;

CREATE OR REPLACE FUNCTION tasker.task_open_v1(p_state smallint)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN (p_state < 10);

CREATE OR REPLACE FUNCTION tasker.task_ended_v1(p_state smallint)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN (p_state >= 10);

CREATE OR REPLACE FUNCTION tasker.task_closed_v1(p_state smallint)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN (p_state = ANY (ARRAY[12, 13]));

CREATE OR REPLACE FUNCTION tasker.task_rare_v1(p_state smallint)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN (p_state > 10);

CREATE OR REPLACE FUNCTION tasker.task_state_v1(p_state smallint)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN CASE p_state WHEN 0 THEN 'pending'::text WHEN 1 THEN 'in_progress'::text WHEN 10 THEN 'complete'::text WHEN 11 THEN 'error'::text WHEN 12 THEN 'cancelled'::text WHEN 13 THEN 'resolved_manually'::text ELSE NULL::text END;

CREATE OR REPLACE FUNCTION tasker.skip_reason_v1(p_actor text, p_metadata jsonb)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN COALESCE((p_metadata #>> '{skip,reason}'::text[]), CASE WHEN (p_actor IS NULL) THEN 'bypassed'::text ELSE 'operator'::text END);

CREATE OR REPLACE FUNCTION tasker.error_pattern_v1(p_message text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN btrim(regexp_replace(regexp_replace("left"(p_message, 500), '(?<!\w)\x27[^\x27]*\x27(?!\w)|\x22[^\x22]*\x22|\x60[^\x60]*\x60|\m[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\M|\m0[xX][0-9a-fA-F]+\M|\m(?=[0-9a-fA-F]*\d)[0-9a-fA-F]{8,}\M|\d+([.,:]\d+)*'::text, '?'::text, 'g'::text), '\s+'::text, ' '::text, 'g'::text));

CREATE OR REPLACE FUNCTION tasker.error_fingerprint_v1(p_error jsonb)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN lpad(to_hex(hashtextextended(concat_ws('
'::text, (p_error ->> 'kind'::text), (p_error ->> 'name'::text), (p_error ->> 'code'::text), tasker.error_pattern_v1((p_error ->> 'message'::text))), (0)::bigint)), 16, '0'::text);

create table tasker.installation (
  id text not null default "left"(replace((gen_random_uuid())::text, '-'::text, ''::text), 16),
  is_only boolean not null default true,
  constraint installation_id_check CHECK ((id ~ '^[0-9a-z]{1,32}$'::text)),
  constraint installation_is_only_check CHECK (is_only),
  constraint installation_is_only_key UNIQUE (is_only),
  constraint installation_pkey PRIMARY KEY (id)
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
  created_at timestamp with time zone not null default now(),
  system_one_id integer not null,
  system_two_id integer not null,
  remote_id_one text not null,
  remote_id_two text not null,
  constraint dependent_system_object_maps_pkey PRIMARY KEY (id),
  constraint dependent_system_object_maps_system_one_id_fkey FOREIGN KEY (system_one_id) REFERENCES tasker.dependent_systems(id),
  constraint dependent_system_object_maps_system_one_id_system_two_id_re_key UNIQUE (system_one_id, system_two_id, remote_id_one, remote_id_two),
  constraint dependent_system_object_maps_system_two_id_fkey FOREIGN KEY (system_two_id) REFERENCES tasker.dependent_systems(id)
);

create table tasker.lanes (
  id integer generated always as identity not null,
  level integer not null default 1,
  queue text not null,
  handler text not null,
  constraint lanes_pkey PRIMARY KEY (id),
  constraint lanes_queue_handler_level_key UNIQUE (queue, handler, level)
);

create table tasker.task_templates (
  created_at timestamp with time zone not null default now(),
  id integer generated always as identity not null,
  first_id integer not null,
  revision integer not null,
  level integer not null default 1,
  namespace text not null,
  name text not null,
  version text not null,
  digest text not null,
  definition jsonb not null,
  constraint task_templates_namespace_name_version_digest_key UNIQUE (namespace, name, version, digest),
  constraint task_templates_namespace_name_version_revision_key UNIQUE (namespace, name, version, revision),
  constraint task_templates_pkey PRIMARY KEY (id)
);

create table tasker.step_templates (
  timeout_ms bigint,
  total_timeout_ms bigint,
  start_timeout_ms bigint,
  template_id integer not null,
  lane_id integer not null,
  entry_lane_id integer not null,
  dependent_system_id integer,
  retry_limit integer not null,
  "position" smallint not null,
  is_sink boolean not null,
  retryable boolean not null,
  skippable boolean not null,
  branched boolean not null default false,
  paused boolean not null default false,
  name text not null,
  run_if text not null default 'any'::text,
  parents smallint[] not null,
  constraint step_templates_dependent_system_id_fkey FOREIGN KEY (dependent_system_id) REFERENCES tasker.dependent_systems(id),
  constraint step_templates_entry_lane_id_fkey FOREIGN KEY (entry_lane_id) REFERENCES tasker.lanes(id),
  constraint step_templates_lane_id_fkey FOREIGN KEY (lane_id) REFERENCES tasker.lanes(id),
  constraint step_templates_pkey PRIMARY KEY (template_id, "position"),
  constraint step_templates_run_if_check CHECK ((run_if = ANY (ARRAY['any'::text, 'all'::text, 'always'::text]))),
  constraint step_templates_template_id_fkey FOREIGN KEY (template_id) REFERENCES tasker.task_templates(id) ON DELETE CASCADE,
  constraint step_templates_template_id_name_key UNIQUE (template_id, name)
);

CREATE INDEX step_templates_paused ON tasker.step_templates USING btree (template_id, "position") WHERE paused;

create table tasker.step_pauses (
  paused_at timestamp with time zone not null default now(),
  namespace text not null,
  name text not null,
  version text,
  step text not null,
  actor text not null,
  reason text,
  constraint step_pauses_namespace_name_version_step_key UNIQUE NULLS NOT DISTINCT (namespace, name, version, step)
);

create table tasker.workers (
  min_task_id bigint not null default 0,
  started_at timestamp with time zone not null default now(),
  heartbeat_at timestamp with time zone not null default now(),
  lease_expires_at timestamp with time zone not null,
  lost_at timestamp with time zone,
  rescued_at timestamp with time zone,
  id integer generated always as identity not null,
  pid integer not null,
  concurrency integer not null,
  running integer not null default 0,
  level integer not null default 1,
  draining boolean not null default false,
  drain_requested boolean not null default false,
  name text not null,
  host text not null,
  version text not null,
  lanes integer[] not null,
  constraint workers_pkey PRIMARY KEY (id)
) with (fillfactor=50);

create table tasker.sure_workers (
  worker_id integer not null,
  constraint sure_workers_pkey PRIMARY KEY (worker_id)
);

create table tasker.clock_leaps (
  at timestamp with time zone not null,
  leap_ms double precision not null,
  constraint clock_leaps_pkey PRIMARY KEY (at, leap_ms)
);

create table tasker.timeline (
  entered_at timestamp with time zone not null default now(),
  system_id bigint not null,
  timeline integer not null,
  only_row boolean not null default true,
  constraint timeline_only_row_check CHECK (only_row),
  constraint timeline_pkey PRIMARY KEY (only_row)
);

CREATE OR REPLACE FUNCTION tasker.timeline_now_v1(OUT system_id bigint, OUT timeline integer, OUT running_since timestamp with time zone)
 RETURNS record
 LANGUAGE plpgsql
AS $function$
begin
  if pg_is_in_recovery() then return; end if;
  select s.system_identifier into system_id from pg_control_system() s;
  timeline := ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::int;
  running_since := pg_postmaster_start_time();
exception
  -- Some hosted databases keep these functions to themselves.
  when insufficient_privilege or feature_not_supported or undefined_function then timeline := null;
end $function$;

CREATE OR REPLACE FUNCTION tasker.skip_ids_v1()
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  v_sequence record;
  v_next bigint;
begin
  for v_sequence in
    select c.oid::regclass as name, q.seqmax,
           case when q.seqtypid = 'bigint'::regtype then 1000000000 else 100000 end as gap
      from pg_class c join pg_sequence q on q.seqrelid = c.oid
     where c.relnamespace = (select k.relnamespace from pg_class k where k.oid = '"tasker".tasks'::regclass)
  loop
    v_next := nextval(v_sequence.name);
    perform setval(v_sequence.name, v_next + least(v_sequence.gap, (v_sequence.seqmax - v_next) / 2));
  end loop;
end $function$;

CREATE OR REPLACE FUNCTION tasker.enter_timeline_v1(OUT line text, OUT running_since text)
 RETURNS record
 LANGUAGE plpgsql
AS $function$
declare
  v_now record;
begin
  select * into v_now from "tasker".timeline_now_v1();
  if v_now.timeline is null then return; end if;
  line := v_now.system_id || '/' || v_now.timeline;
  running_since := date_part('epoch', v_now.running_since)::text;
  if exists (select 1 from "tasker".timeline t
              where t.system_id = v_now.system_id and t.timeline = v_now.timeline) then return; end if;
  perform pg_advisory_xact_lock(hashtextextended('"tasker".timeline', 0));
  if exists (select 1 from "tasker".timeline t
              where t.system_id = v_now.system_id and t.timeline = v_now.timeline) then return; end if;
  perform "tasker".skip_ids_v1();
  insert into "tasker".timeline (entered_at, system_id, timeline)
  values ("tasker".clock_v1(), v_now.system_id, v_now.timeline)
  on conflict (only_row) do update
    set entered_at = excluded.entered_at, system_id = excluded.system_id, timeline = excluded.timeline;
end $function$;

CREATE OR REPLACE FUNCTION tasker.known_templates_v1(p_templates integer[])
 RETURNS integer[]
 LANGUAGE plpgsql
AS $function$
begin
  if exists (select 1 from unnest(p_templates) as u(id)
              where not exists (select 1 from "tasker".task_templates t where t.id = u.id)) then
    raise exception 'a template is not known any more' using errcode = 'TSK05';
  end if;
  if not exists (select 1 from "tasker".timeline_now_v1() n left join "tasker".timeline t on true
                  where n.timeline is null or (n.system_id, n.timeline) = (t.system_id, t.timeline)) then
    raise exception 'nobody has entered this timeline yet' using errcode = 'TSK05';
  end if;
  return p_templates;
end $function$;

create table tasker.tasks (
  id bigint generated always as identity not null,
  requested_at timestamp with time zone not null,
  started_at timestamp with time zone,
  finished_at timestamp with time zone,
  template_id integer not null,
  identity_template integer,
  lock_version integer not null default 0,
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
  constraint tasks_state_check CHECK (((state >= 0) AND (state <= 14)))
) with (fillfactor=45, autovacuum_vacuum_scale_factor=0.02);

CREATE UNIQUE INDEX tasks_identity ON tasker.tasks USING btree (identity, identity_template) WHERE (identity IS NOT NULL);

CREATE INDEX tasks_template ON tasker.tasks USING btree (template_id, requested_at, id);

CREATE INDEX tasks_tags ON tasker.tasks USING gin (tags) WHERE (tags <> '{}'::text[]);

create table tasker.operated_tasks (
  task_id bigint not null,
  hold boolean not null default false,
  exact boolean not null default false,
  constraint operated_tasks_pkey PRIMARY KEY (task_id)
);

CREATE INDEX operated_tasks_held ON tasker.operated_tasks USING btree (task_id) WHERE hold;

create table tasker.task_attributes (
  task_id bigint not null,
  number_value double precision,
  name text collate "C" not null,
  text_value text collate "C",
  constraint task_attributes_check CHECK ((num_nonnulls(text_value, number_value) = 1)),
  constraint task_attributes_pkey PRIMARY KEY (task_id, name)
);

CREATE INDEX task_attributes_text ON tasker.task_attributes USING btree (name, text_value, task_id) WHERE (text_value IS NOT NULL);

CREATE INDEX task_attributes_number ON tasker.task_attributes USING btree (name, number_value, task_id) WHERE (number_value IS NOT NULL);

create table tasker.steps (
  task_id bigint not null,
  started_at timestamp with time zone,
  finished_at timestamp with time zone,
  waited_ms bigint not null default 0,
  worker_id integer,
  attempt integer not null default 0,
  granted integer not null default 0,
  generation integer not null default 0,
  "position" smallint not null,
  state smallint not null,
  need smallint not null default 0,
  met smallint not null default 0,
  ran smallint not null default 0,
  blocked boolean not null default false,
  admitted boolean not null default false,
  result jsonb,
  checkpoint jsonb,
  progress jsonb,
  inputs jsonb,
  constraint steps_pkey PRIMARY KEY (task_id, "position"),
  constraint steps_state_check CHECK (((state >= 0) AND (state <= 15)))
) with (fillfactor=45, autovacuum_vacuum_scale_factor=0.02);

CREATE OR REPLACE FUNCTION tasker.task_now_v1(p_task bigint, p_state smallint, p_started_at timestamp with time zone)
 RETURNS TABLE(state smallint, started_at timestamp with time zone)
 LANGUAGE sql
 STABLE
AS $function$
  select case when p_state = "tasker".task_pending() and exists (
                select 1 from "tasker".steps s
                 where s.task_id = p_task and s.position >= 0 and s.state = "tasker".step_in_progress())
              then "tasker".task_in_progress() else p_state end,
         coalesce(p_started_at, (
           select min(s.started_at) from "tasker".steps s
            where p_state = "tasker".task_pending() and s.task_id = p_task and s.position >= 0
              and s.state = "tasker".step_in_progress()))
$function$;

create table tasker.queue (
  seq bigint generated always as identity not null,
  task_id bigint not null,
  ready_at timestamp with time zone not null,
  lane_id integer not null,
  template_id integer not null,
  rank smallint not null,
  "position" smallint not null,
  fresh boolean not null,
  lone boolean not null default false,
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

CREATE INDEX delayed_steps_task ON tasker.delayed_steps USING btree (task_id);

create table tasker.parked_steps (
  task_id bigint not null,
  ready_at timestamp with time zone not null,
  template_id integer not null,
  lane_id integer not null,
  rank smallint not null,
  "position" smallint not null,
  fresh boolean not null
);

CREATE INDEX parked_steps_task ON tasker.parked_steps USING btree (task_id);

CREATE INDEX parked_steps_step ON tasker.parked_steps USING btree (template_id, "position");

create table tasker.step_history (
  task_id bigint not null,
  at timestamp with time zone not null,
  started_at timestamp with time zone,
  waited_ms bigint not null default 0,
  worker_id integer,
  attempt integer not null,
  "position" smallint not null,
  from_state smallint not null,
  to_state smallint not null,
  actor text,
  reason text,
  error jsonb,
  metadata jsonb,
  fingerprint text
) partition by RANGE (at);

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

CREATE INDEX step_history_task ON ONLY tasker.step_history USING btree (task_id);

CREATE INDEX task_history_task ON ONLY tasker.task_history USING btree (task_id);

CREATE INDEX step_history_rare ON ONLY tasker.step_history USING btree (to_state, task_id) WHERE (to_state > 10);

CREATE INDEX task_history_rare ON ONLY tasker.task_history USING btree (to_state, task_id) WHERE (to_state > 10);

CREATE INDEX step_history_failures ON ONLY tasker.step_history USING btree (at) INCLUDE (task_id, "position", to_state, fingerprint) WHERE (error IS NOT NULL);

CREATE INDEX step_history_at ON ONLY tasker.step_history USING brin (at) WITH (pages_per_range='16');

CREATE INDEX task_history_at ON ONLY tasker.task_history USING brin (at) WITH (pages_per_range='16');

create table tasker.step_history_default
  partition of tasker.step_history DEFAULT;

create table tasker.task_history_default
  partition of tasker.task_history DEFAULT;

CREATE OR REPLACE FUNCTION tasker.ensure_history_partitions_v1(p_weeks_ahead integer)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
declare
  v_this_week timestamptz := date_trunc('week', "tasker".clock_v1() at time zone 'UTC') at time zone 'UTC';
  v_table text;
  v_from timestamptz;
  v_name text;
  v_made int := 0;
begin
  foreach v_table in array array['step_history', 'task_history'] loop
    for i in 0..p_weeks_ahead loop
      v_from := v_this_week + i * interval '7 days';
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
  created_at timestamp with time zone not null default now(),
  annotation_type_id integer not null,
  annotation jsonb not null,
  actor text,
  constraint task_annotations_annotation_type_id_fkey FOREIGN KEY (annotation_type_id) REFERENCES tasker.annotation_types(id),
  constraint task_annotations_pkey PRIMARY KEY (id)
);

CREATE INDEX task_annotations_task ON tasker.task_annotations USING btree (task_id, id);

CREATE INDEX task_annotations_type ON tasker.task_annotations USING btree (annotation_type_id, task_id);

CREATE INDEX task_annotations_annotation ON tasker.task_annotations USING gin (annotation jsonb_path_ops);

CREATE OR REPLACE FUNCTION tasker.task_rows_v1(p_ids bigint[], p_now timestamp with time zone, t_template integer[], t_priority smallint[], t_correlation text[], t_context text[], t_identity text[], t_initiator text[], t_source text[], t_reason text[], t_trace text[], t_tags text[], t_bypass text[], t_begun boolean[])
 RETURNS TABLE(id bigint, requested_at timestamp with time zone, started_at timestamp with time zone, template_id integer, state smallint, priority smallint, identity text, initiator text, source_system text, reason text, correlation_id text, trace_parent text, tags text[], bypass smallint[], context jsonb)
 LANGUAGE sql
 STABLE
BEGIN ATOMIC
 SELECT t.id,
     task_rows_v1.p_now AS p_now,
         CASE
             WHEN t.begun THEN task_rows_v1.p_now
             ELSE NULL::timestamp with time zone
         END AS "case",
     t.template_id,
         CASE
             WHEN t.begun THEN tasker.task_in_progress()
             ELSE tasker.task_pending()
         END AS task_pending,
     t.priority,
     t.identity,
     t.initiator,
     t.source_system,
     t.reason,
     t.correlation_id,
     t.trace_parent,
     COALESCE((t.tags)::text[], '{}'::text[]) AS "coalesce",
     (t.bypass)::smallint[] AS bypass,
     (t.context)::jsonb AS context
    FROM UNNEST(task_rows_v1.p_ids, task_rows_v1.t_template, task_rows_v1.t_priority, task_rows_v1.t_correlation, task_rows_v1.t_context, task_rows_v1.t_identity, task_rows_v1.t_initiator, task_rows_v1.t_source, task_rows_v1.t_reason, task_rows_v1.t_trace, task_rows_v1.t_tags, task_rows_v1.t_bypass, task_rows_v1.t_begun) t(id, template_id, priority, correlation_id, context, identity, initiator, source_system, reason, trace_parent, tags, bypass, begun);
END;

CREATE OR REPLACE FUNCTION tasker.assert_may_begin_v1(p_worker integer, t_template integer[], r_task integer[], r_position smallint[], r_mine boolean[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  perform 1 from "tasker".workers w where w.id = p_worker and w.lost_at is null;
  if not found then raise exception 'worker % has lost its lease', p_worker using errcode = 'TSK02'; end if;
  if exists (select 1 from "tasker".step_templates m where m.paused)
     and exists (select 1 from unnest(r_task, r_position, r_mine) as r(task, position, mine)
                   join "tasker".step_templates m
                     on m.template_id = t_template[r.task] and m.position = r.position and m.paused
                  where r.mine) then
    raise exception 'a first step is paused everywhere' using errcode = 'TSK03';
  end if;
end $function$;

CREATE OR REPLACE FUNCTION tasker.known_ids_v1(p_new bigint[], t_template integer[], t_identity text[])
 RETURNS bigint[]
 LANGUAGE plpgsql
AS $function$
declare
  v_ids bigint[];
begin
  select array_agg(coalesce(n.id, t.id) order by n.ord) into v_ids
    from unnest(p_new, t_template, t_identity) with ordinality as n(id, template_id, identity, ord)
    join "tasker".task_templates m on m.id = n.template_id
    left join "tasker".tasks t on n.id is null and t.identity = n.identity and t.identity_template = m.first_id;
  -- Retention may take the task in the way between the two statements: then the creation is made again.
  if exists (select 1 from unnest(v_ids) as k(id) where k.id is null) then
    raise exception 'a task of the same identity has just been pruned' using errcode = '40001';
  end if;
  return v_ids;
end $function$;

CREATE OR REPLACE FUNCTION tasker.add_attributes_v1(p_new bigint[], a_task integer[], a_name text[], a_text text[], a_number double precision[])
 RETURNS void
 LANGUAGE sql
BEGIN ATOMIC
 INSERT INTO tasker.task_attributes (task_id, name, text_value, number_value)  SELECT (add_attributes_v1.p_new)[a.task] AS p_new,
             a.name,
             a.text_value,
             a.number_value
            FROM UNNEST(add_attributes_v1.a_task, add_attributes_v1.a_name, add_attributes_v1.a_text, add_attributes_v1.a_number) a(task, name, text_value, number_value)
           WHERE ((add_attributes_v1.p_new)[a.task] IS NOT NULL);
END;

CREATE OR REPLACE FUNCTION tasker.create_tasks_v1(t_template integer[], t_priority smallint[], t_correlation text[], t_context text[], t_identity text[], t_initiator text[], t_source text[], t_reason text[], t_trace text[], t_tags text[], t_bypass text[], t_begun boolean[], r_task integer[], r_position smallint[], r_lane integer[], r_lone boolean[], r_mine boolean[], a_task integer[], a_name text[], a_text text[], a_number double precision[], p_worker integer)
 RETURNS TABLE(ids bigint[], duplicates integer[], at timestamp with time zone)
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET jit TO 'off'
AS $function$
#variable_conflict use_column
declare
  v_now timestamptz := "tasker".clock_v1();
  v_new bigint[];        -- null in the place of a duplicate
begin
  if p_worker is not null then
    perform "tasker".assert_may_begin_v1(p_worker, t_template, r_task, r_position, r_mine);
  end if;
  select array_agg(nextval('"tasker".tasks_id_seq')) into ids from generate_series(1, cardinality(t_template));
  if t_identity is null then
    insert into "tasker".tasks (id, requested_at, started_at, template_id, state, priority, identity, initiator,
                              source_system, reason, correlation_id, trace_parent, tags, bypass, context)
    overriding system value
    select * from "tasker".task_rows_v1(ids, v_now, t_template, t_priority, t_correlation, t_context, null,
                                      t_initiator, t_source, t_reason, t_trace, t_tags, t_bypass, t_begun);
    v_new := ids;
  else
    -- A conflict clause costs every row a record of its own in the log, so it is for those who need it.
    with made as (
      insert into "tasker".tasks (id, requested_at, started_at, template_id, state, priority, identity, initiator,
                                source_system, reason, correlation_id, trace_parent, tags, bypass, context,
                                identity_template)
      overriding system value
      select r.*, (select m.first_id from "tasker".task_templates m where m.id = r.template_id and r.identity is not null)
        from "tasker".task_rows_v1(ids, v_now, t_template, t_priority, t_correlation, t_context, t_identity,
                                 t_initiator, t_source, t_reason, t_trace, t_tags, t_bypass, t_begun) r
      on conflict (identity, identity_template) where identity is not null do nothing
      returning id)
    select array_agg(m.id order by i.ord), array_agg(i.ord order by i.ord) filter (where m.id is null)
      into v_new, duplicates
      from unnest(ids) with ordinality as i(id, ord) left join made m on m.id = i.id;
    if duplicates is not null then ids := "tasker".known_ids_v1(v_new, t_template, t_identity); end if;
  end if;

  insert into "tasker".queue (lane_id, rank, task_id, template_id, position, fresh, lone, ready_at)
  select r.lane, -t_priority[r.task], v_new[r.task], t_template[r.task], r.position, true, r.lone, v_now
    from unnest(r_task, r_position, r_lane, r_lone, r_mine) as r(task, position, lane, lone, mine)
   where r.mine is not true and v_new[r.task] is not null;
  if a_task is not null then perform "tasker".add_attributes_v1(v_new, a_task, a_name, a_text, a_number); end if;
  if p_worker is not null then
    insert into "tasker".steps (task_id, started_at, worker_id, position, state, attempt)
    select v_new[r.task], v_now, p_worker, r.position, "tasker".step_in_progress(), 1
      from unnest(r_task, r_position, r_mine) as r(task, position, mine)
     where r.mine and v_new[r.task] is not null;
    update "tasker".workers w set min_task_id = m.low from (select min(n) as low from unnest(v_new) n) m
     where w.id = p_worker and m.low < w.min_task_id;
  end if;
  at := v_now;
  return next;
end $function$;

CREATE OR REPLACE FUNCTION tasker.waited_ms_v1(p_ready_at timestamp with time zone, p_now timestamp with time zone)
 RETURNS bigint
 LANGUAGE sql
 STABLE PARALLEL SAFE
RETURN (GREATEST((0)::double precision, floor(((1000)::double precision * date_part('epoch'::text, (p_now - p_ready_at))))))::bigint;

create type tasker.claimed_step_v1 as (task_id bigint, "position" smallint, template_id integer, attempt integer, waited_ms bigint, lane_id integer, seq bigint, priority smallint, correlation_id text, trace_parent text, bypass smallint[], context text, checkpoint text, granted integer, generation integer, inputs text, admitted boolean, lock_version integer, began boolean, at timestamp with time zone, requested_at timestamp with time zone);

CREATE OR REPLACE FUNCTION tasker.step_stopped_v1(p_task bigint, p_template integer, p_position smallint, p_held bigint[])
 RETURNS boolean
 LANGUAGE sql
 STABLE
RETURN ((p_task = ANY (p_held)) OR (EXISTS (SELECT 1 FROM tasker.step_templates m WHERE ((m.template_id = step_stopped_v1.p_template) AND (m."position" = step_stopped_v1.p_position) AND m.paused))));

CREATE OR REPLACE FUNCTION tasker.pick_entries_v1(p_lanes integer[], p_from bigint[], p_limit integer)
 RETURNS tasker.queue[]
 LANGUAGE plpgsql
AS $function$
declare
  v_entries "tasker".queue[];
begin
  with picked as materialized (
    select q.tid, q.rank, q.seq
      from unnest(p_lanes, p_from) as l(lane, from_seq)
      cross join lateral (
        select y.ctid as tid, y.rank, y.seq from "tasker".queue y
         where y.lane_id = l.lane and y.seq >= l.from_seq
         order by y.rank, y.seq limit p_limit for update skip locked) q
     order by q.rank, q.seq limit p_limit
  ), taken as (
    delete from "tasker".queue d using picked p where d.ctid = p.tid returning d.*)
  select array_agg(t order by t.rank, t.seq) into v_entries from taken t;
  return v_entries;
end $function$;

CREATE OR REPLACE FUNCTION tasker.hold_back_v1(p_entries tasker.queue[])
 RETURNS tasker.queue[]
 LANGUAGE plpgsql
AS $function$
declare
  v_held bigint[];
  v_rest "tasker".queue[];
begin
  -- An operator of one of these tasks has finished, or waits and finds what is parked.
  perform pg_advisory_xact_lock_shared(hashtextextended('"tasker".operate', t.id))
     from (select distinct e.task_id as id from unnest(p_entries) e order by e.task_id) t;
  -- Whoever begins or ends a pause everywhere likewise.
  with held as (
    select o.task_id from "tasker".operated_tasks o
     where o.hold and o.task_id in (select e.task_id from unnest(p_entries) e) order by o.task_id for share)
  select coalesce(array_agg(h.task_id), '{}') into v_held from held h;
  perform 1 from "tasker".step_templates m
    where (m.template_id, m.position) in (select e.template_id, e.position from unnest(p_entries) e)
    order by m.template_id, m.position for share;

  with judged as materialized (
    select e as entry, "tasker".step_stopped_v1(e.task_id, e.template_id, e.position, v_held) as stopped,
           coalesce((select "tasker".step_claimable_v1(s.state) from "tasker".steps s
                      where s.task_id = e.task_id and s.position = e.position), e.fresh) as ready
      from unnest(p_entries) e
  ), parked as (
    insert into "tasker".parked_steps (task_id, position, template_id, lane_id, rank, fresh, ready_at)
    select (j.entry).task_id, (j.entry).position, (j.entry).template_id, (j.entry).lane_id, (j.entry).rank,
           (j.entry).fresh, (j.entry).ready_at
      from judged j where j.stopped and j.ready)
  select array_agg(j.entry order by (j.entry).rank, (j.entry).seq) into v_rest from judged j where not j.stopped;
  return v_rest;
end $function$;

CREATE OR REPLACE FUNCTION tasker.take_steps_v1(p_worker integer, p_entries tasker.queue[], p_now timestamp with time zone)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
declare
  v_fresh int;
  v_again int;
begin
  insert into "tasker".steps as s (task_id, started_at, worker_id, waited_ms, position, state, attempt)
  select e.task_id, p_now, p_worker, "tasker".waited_ms_v1(e.ready_at, p_now), e.position, "tasker".step_in_progress(), 1
    from unnest(p_entries) e join "tasker".tasks t on t.id = e.task_id where e.fresh
   order by e.task_id, e.position
  on conflict (task_id, position) do update
    set state = "tasker".step_in_progress(), attempt = s.attempt + 1, worker_id = p_worker,
        started_at = excluded.started_at, finished_at = null, waited_ms = excluded.waited_ms
    where "tasker".step_claimable_v1(s.state);
  get diagnostics v_fresh = row_count;
  -- Locked by a statement of its own: the next one sees what whoever was changing them has made of them.
  perform 1 from "tasker".steps s
    where (s.task_id, s.position) in (select e.task_id, e.position from unnest(p_entries) e where not e.fresh)
    order by s.task_id, s.position for update;
  update "tasker".steps s
     set state = "tasker".step_in_progress(), attempt = s.attempt + 1, worker_id = p_worker, started_at = p_now,
         finished_at = null, waited_ms = x.waited_ms
    from (select "tasker".waited_ms_v1(e.ready_at, p_now) as waited_ms, r.tid
            from unnest(p_entries) e
            cross join lateral (
              select y.ctid as tid from "tasker".steps y
               where y.task_id = e.task_id and y.position = e.position and "tasker".step_claimable_v1(y.state)
               offset 0) r
           where not e.fresh) x
   where s.ctid = x.tid;
  get diagnostics v_again = row_count;
  return v_fresh + v_again;
end $function$;

CREATE OR REPLACE FUNCTION tasker.stale_entry_v1(p_task bigint, p_position smallint)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
begin
  if exists (select 1 from "tasker".steps s
              where s.task_id = p_task and s.position = p_position and "tasker".step_claimable_v1(s.state)) then
    raise exception 'a step was changed meanwhile' using errcode = '40001';
  end if;
  return true;
end $function$;

CREATE OR REPLACE FUNCTION tasker.begin_tasks_v1(p_worker integer, p_entries tasker.queue[], p_now timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  update "tasker".tasks t set state = "tasker".task_in_progress(), started_at = p_now
    from (select y.ctid as tid from "tasker".tasks y
           where y.id = any (array(
                   select e.task_id from unnest(p_entries) e, lateral (
                     select 1 from "tasker".steps s
                      where s.task_id = e.task_id and s.position = e.position and s.worker_id = p_worker
                        and s.state = "tasker".step_in_progress() and s.started_at = p_now offset 0) s))
             and y.state = "tasker".task_pending()
           order by y.id for no key update) x
   where t.ctid = x.tid;
  -- An operator who paused a task held its row until now: all is rolled back, and the claim is made again.
  if exists (select 1 from "tasker".operated_tasks o
              where o.hold and o.task_id = any (array(select e.task_id from unnest(p_entries) e))) then
    raise exception 'a task was paused meanwhile' using errcode = '40001';
  end if;
end $function$;

CREATE OR REPLACE FUNCTION tasker.describe_steps_v1(p_worker integer, p_entries tasker.queue[], p_now timestamp with time zone)
 RETURNS SETOF tasker.claimed_step_v1
 LANGUAGE plpgsql
AS $function$
begin
  return query
  select e.task_id, e.position, e.template_id, s.attempt, s.waited_ms, e.lane_id, e.seq, t.priority, t.correlation_id,
         t.trace_parent, t.bypass, t.context, s.checkpoint, s.granted, s.generation, s.inputs, s.admitted,
         t.lock_version, t.began, p_now, t.requested_at
    from unnest(p_entries) as e
    cross join lateral (
      select y.attempt, y.waited_ms, y.checkpoint::text as checkpoint, y.granted, y.generation,
             y.inputs::text as inputs, y.admitted
        from "tasker".steps y
       where y.task_id = e.task_id and y.position = e.position and y.state = "tasker".step_in_progress()
         and y.worker_id = p_worker and y.started_at = p_now offset 0) s
    cross join lateral (
      select y.priority, y.correlation_id, y.trace_parent, y.bypass, y.context::text as context, y.lock_version,
             y.started_at = p_now as began, y.requested_at
        from "tasker".tasks y where y.id = e.task_id offset 0) t
   order by e.rank, e.seq;
end $function$;

CREATE OR REPLACE FUNCTION tasker.claim_carefully_v1(p_worker integer, p_lanes integer[], p_from bigint[], p_limit integer)
 RETURNS SETOF tasker.claimed_step_v1
 LANGUAGE plpgsql
AS $function$
declare
  v_now timestamptz;
  v_entries "tasker".queue[];
  v_left int := p_limit;
  v_taken int;
begin
  while v_left > 0 loop
    v_entries := "tasker".pick_entries_v1(p_lanes, p_from, v_left);
    exit when v_entries is null;
    v_entries := "tasker".hold_back_v1(v_entries);
    continue when v_entries is null;
    v_now := "tasker".clock_v1();
    v_taken := "tasker".take_steps_v1(p_worker, v_entries, v_now);
    continue when v_taken = 0;
    perform "tasker".begin_tasks_v1(p_worker, v_entries, v_now);
    update "tasker".workers w set min_task_id = m.low
      from (select min(e.task_id) as low from unnest(v_entries) e) m
     where w.id = p_worker and m.low < w.min_task_id;
    return query select * from "tasker".describe_steps_v1(p_worker, v_entries, v_now);
    v_left := v_left - v_taken;
  end loop;
end $function$;

CREATE OR REPLACE FUNCTION tasker.claim_steps_v1(p_worker integer, p_lanes integer[], p_from bigint[], p_limit integer, p_careful boolean)
 RETURNS SETOF tasker.claimed_step_v1
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET jit TO 'off'
 SET enable_seqscan TO 'off'
 SET enable_mergejoin TO 'off'
 SET enable_memoize TO 'off'
AS $function$
#variable_conflict use_column
declare
  v_now timestamptz := "tasker".clock_v1(); v_leased boolean; v_sure boolean; v_careful boolean;
begin
  select exists (select from "tasker".workers w where w.id = p_worker and w.lost_at is null),
         exists (select from "tasker".sure_workers s where s.worker_id = 0),
         exists (select from "tasker".operated_tasks o where o.hold)
         or exists (select from "tasker".step_templates m where m.paused)
    into v_leased, v_sure, v_careful from set_config('synchronous_commit', 'off', true);
  if not v_leased then raise exception 'worker % has lost its lease', p_worker using errcode = 'TSK02'; end if;
  if not v_sure then return; end if;
  if p_careful or v_careful then
    return query select * from "tasker".claim_carefully_v1(p_worker, p_lanes, p_from, p_limit); return;
  end if;
  return query
  with picked as materialized (
    select q.tid, q.rank, q.seq
      from unnest(p_lanes, p_from) as l(lane, from_seq)
      cross join lateral (
        select y.ctid as tid, y.rank, y.seq from "tasker".queue y where y.lane_id = l.lane and y.seq >= l.from_seq
         order by y.rank, y.seq limit p_limit for update skip locked) q
     order by q.rank, q.seq limit p_limit
  ), taken as (
    delete from "tasker".queue d using picked p where d.ctid = p.tid returning d.*
  ), known as materialized (
    -- Retention may have taken the task of an entry that an operator's act had left behind.
    select q.*, greatest(v_now, q.ready_at) as begun_at, "tasker".waited_ms_v1(q.ready_at, v_now) as waited_ms, t.*
      from taken q cross join lateral (
        select y.priority, y.correlation_id, y.trace_parent, y.bypass, y.context::text, y.lock_version, y.requested_at
          from "tasker".tasks y where y.id = q.task_id offset 0) t
  ), inserted as (
    insert into "tasker".steps (task_id, started_at, worker_id, waited_ms, position, state, attempt)
    select k.task_id, k.begun_at, p_worker, k.waited_ms, k.position, "tasker".step_in_progress(), 1
      from known k where k.fresh
  ), resumed as (
    update "tasker".steps s
       set state = "tasker".step_in_progress(), attempt = s.attempt + 1, worker_id = p_worker, started_at = x.begun_at,
           finished_at = null, waited_ms = x.waited_ms
      from (select k.begun_at, k.waited_ms, r.tid
              from known k
              cross join lateral (select y.ctid as tid from "tasker".steps y
                                   where y.task_id = k.task_id and y.position = k.position
                                     and "tasker".step_claimable_v1(y.state) offset 0) r
             where not k.fresh) x
     where s.ctid = x.tid
    returning s.task_id, s.position, s.attempt, s.checkpoint::text, s.granted, s.generation, s.inputs::text, s.admitted
  ), begun as (
    -- A task of one step is in progress when that step is: nothing is written for it here.
    update "tasker".tasks t set state = "tasker".task_in_progress(), started_at = greatest(v_now, t.requested_at)
      from (select y.ctid as tid from "tasker".tasks y
             where y.id = any (array(select k.task_id from known k where k.fresh and not k.lone
                                     union all select r.task_id from resumed r))
               and y.state = "tasker".task_pending() order by y.id for no key update) x
     where t.ctid = x.tid
    returning t.id
  ), lowered as (
    update "tasker".workers w set min_task_id = m.low from (select min(k.task_id) as low from known k) m
     where w.id = p_worker and m.low < w.min_task_id)
  select k.task_id, k.position, k.template_id, coalesce(r.attempt, 1), k.waited_ms, k.lane_id, k.seq, k.priority,
         k.correlation_id, k.trace_parent, k.bypass, k.context, r.checkpoint, coalesce(r.granted, 0),
         coalesce(r.generation, 0), r.inputs, coalesce(r.admitted, false), k.lock_version, k.lone or b.id is not null,
         k.begun_at, k.requested_at
    from known k
    left join resumed r on not k.fresh and r.task_id = k.task_id and r.position = k.position
    left join begun b on not k.lone and b.id = k.task_id
   where k.fresh or r.task_id is not null or not "tasker".stale_entry_v1(k.task_id, k.position)
   order by k.rank, k.seq;
  -- An operator who paused a task held its rows until now: all is rolled back, and the claim is made again, carefully.
  if exists (select 1 from "tasker".operated_tasks o where o.hold) then
    raise exception 'a task was paused meanwhile' using errcode = '40001';
  end if;
end $function$;

CREATE OR REPLACE FUNCTION tasker.promote_delayed_v1(p_limit integer)
 RETURNS TABLE(promoted integer, ready_task bigint[], ready_position smallint[], ready_template integer[], ready_correlation text[], next_due_ms bigint, at timestamp with time zone)
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET jit TO 'off'
 SET enable_seqscan TO 'off'
 SET enable_mergejoin TO 'off'
AS $function$
#variable_conflict use_column
declare
  v_now timestamptz := "tasker".clock_v1();
  v_task bigint[];
  v_position smallint[];
begin
  perform set_config('synchronous_commit', 'off', true);

  with due as materialized (
    select d.ctid as tid from "tasker".delayed_steps d where d.run_at <= v_now
     order by d.run_at, d.seq limit p_limit for update skip locked
  ), gone as (
    delete from "tasker".delayed_steps d using due where d.ctid = due.tid
    returning d.task_id, d.position, d.template_id, d.lane_id, d.rank, d.run_at
  ), freed as (
    update "tasker".steps s set state = "tasker".step_ready()
      from (select g.*, r.tid from gone g, lateral (
              select y.ctid as tid from "tasker".steps y
               where y.task_id = g.task_id and y.position = g.position
                 and y.state = "tasker".step_waiting_for_retry() offset 0) r) x
     where s.ctid = x.tid
    returning x.task_id, x.position, x.template_id, x.lane_id, x.rank, x.run_at
  ), queued as (
    insert into "tasker".queue (lane_id, rank, task_id, template_id, position, fresh, ready_at)
    select f.lane_id, f.rank, f.task_id, f.template_id, f.position, false, f.run_at from freed f
    returning task_id, position, template_id
  )
  select count(*)::int, array_agg(u.task_id), array_agg(u.position), array_agg(u.template_id),
         array_agg((select t.correlation_id from "tasker".tasks t where t.id = u.task_id)),
         (select array_agg(g.task_id) from gone g), (select array_agg(g.position) from gone g)
    into promoted, ready_task, ready_position, ready_template, ready_correlation, v_task, v_position from queued u;
  -- A row that an operator was changing is not found again by its ctid, and its entry must not be lost.
  if promoted < cardinality(v_task) and exists (
       select 1 from unnest(v_task, v_position) as g(task_id, position), lateral (
         select 1 from "tasker".steps y
          where y.task_id = g.task_id and y.position = g.position
            and y.state = "tasker".step_waiting_for_retry() offset 0) r) then
    raise exception 'a step was changed meanwhile' using errcode = '40001';
  end if;

  select ceil(extract(epoch from d.run_at - v_now) * 1000)::bigint into next_due_ms
    from "tasker".delayed_steps d order by d.run_at, d.seq limit 1;
  -- Not greatest(): it would take no delayed step at all for one that is due now.
  if next_due_ms < 0 then next_due_ms := 0; end if;
  at := v_now;
  return next;
end $function$;

CREATE OR REPLACE FUNCTION tasker.reclaim_steps_v1(p_worker integer, p_tasks bigint[], p_positions smallint[], p_attempts integer[])
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
declare
  v_now timestamptz := "tasker".clock_v1();
  v_entries "tasker".queue[];
  v_taken int;
begin
  perform 1 from "tasker".workers w where w.id = p_worker and w.lost_at is null;
  if not found then raise exception 'worker % has lost its lease', p_worker using errcode = 'TSK02'; end if;
  with taken as (
    delete from "tasker".queue q
     where (q.task_id, q.position) in (
             select u.task_id, u.position
               from unnest(p_tasks, p_positions, p_attempts) as u(task_id, position, attempt)
               left join "tasker".steps s on s.task_id = u.task_id and s.position = u.position
              where u.attempt = coalesce(s.attempt, 0) + 1)
    returning q.*)
  select array_agg(t order by t.rank, t.seq) into v_entries from taken t;
  if v_entries is not null then v_entries := "tasker".hold_back_v1(v_entries); end if;
  if v_entries is null then return 0; end if;
  v_taken := "tasker".take_steps_v1(p_worker, v_entries, v_now);
  perform "tasker".begin_tasks_v1(p_worker, v_entries, v_now);
  update "tasker".workers w set min_task_id = m.low
    from (select min(e.task_id) as low from unnest(v_entries) e) m
   where w.id = p_worker and m.low < w.min_task_id;
  return v_taken;
end $function$;

CREATE OR REPLACE FUNCTION tasker.resume_claims_v1(p_worker integer, p_channel text)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
begin
  if p_worker is not null then
    insert into "tasker".sure_workers (worker_id) values (p_worker) on conflict do nothing;
  end if;
  if exists (select 1 from "tasker".sure_workers s where s.worker_id = 0) then return true; end if;
  if exists (select 1 from "tasker".workers w
              where w.lost_at is null
                and not exists (select 1 from "tasker".sure_workers s where s.worker_id = w.id)) then
    return false;
  end if;
  insert into "tasker".sure_workers (worker_id) values (0) on conflict do nothing;
  perform pg_notify(p_channel, 'claims');
  return true;
end $function$;

CREATE OR REPLACE FUNCTION tasker.refuse_lost_v1(p_workers integer[], p_lost integer[], c_worker integer[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  if cardinality(p_lost) = cardinality(p_workers) then
    raise exception 'worker % has lost its lease', p_workers[1] using errcode = 'TSK02';
  end if;
  raise exception 'stale outcomes' using errcode = 'TSK01', detail = (
    select string_agg((o.ord - 1)::text, ',') from unnest(c_worker) with ordinality as o(worker_id, ord)
     where o.worker_id = any (p_lost));
end $function$;

CREATE OR REPLACE FUNCTION tasker.record_outcomes_v1(c_worker integer[], c_task bigint[], c_position smallint[], c_attempt integer[], c_grants smallint[], c_state smallint[], c_result text[], c_error text[], p_now timestamp with time zone)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
declare
  v_count int;
begin
  with settled as (
    update "tasker".steps s
       set state = c.state, granted = s.granted + coalesce(c.grants, 0), result = c.result::jsonb,
           finished_at = case when "tasker".step_ended_v1(c.state) then p_now end,
           checkpoint = case when "tasker".step_open_v1(c.state) then s.checkpoint end
      from (select o.state, o.grants, o.result, o.error, x.tid
              from unnest(c_worker, c_task, c_position, c_attempt, c_grants, c_state, c_result, c_error)
                     as o(worker_id, task_id, position, attempt, grants, state, result, error),
                   lateral (select y.ctid as tid from "tasker".steps y
                             where y.task_id = o.task_id and y.position = o.position
                               and y.state = "tasker".step_in_progress()
                               and y.worker_id = o.worker_id and y.attempt = o.attempt offset 0) x) c
     where s.ctid = c.tid
    returning s.task_id, s.position, s.started_at, s.waited_ms, s.state, s.attempt, s.worker_id, c.error)
  insert into "tasker".step_history (task_id, at, started_at, worker_id, waited_ms, position, attempt,
                                   from_state, to_state, error, fingerprint)
  select t.task_id, p_now, t.started_at, t.worker_id, t.waited_ms, t.position, t.attempt,
         "tasker".step_in_progress(), t.state, t.error::jsonb,
         case when t.error is not null then "tasker".error_fingerprint_v1(t.error::jsonb) end
    from settled t;
  get diagnostics v_count = row_count;
  return v_count;
end $function$;

CREATE OR REPLACE FUNCTION tasker.refuse_stale_v1(c_worker integer[], c_task bigint[], c_position smallint[], c_attempt integer[], p_now timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  v_stale text;
begin
  -- A row that somebody was changing, such as its checkpoint, is not found again by its ctid; it may be ours still.
  if exists (select 1 from unnest(c_worker, c_task, c_position, c_attempt) as o(worker_id, task_id, position, attempt),
               lateral (select 1 from "tasker".steps y
                         where y.task_id = o.task_id and y.position = o.position
                           and y.state = "tasker".step_in_progress()
                           and y.worker_id = o.worker_id and y.attempt = o.attempt offset 0) x) then
    raise exception 'a step was changed meanwhile' using errcode = '40001';
  end if;
  select string_agg((o.ord - 1)::text, ',') into v_stale
    from unnest(c_worker, c_task, c_position, c_attempt) with ordinality
           as o(worker_id, task_id, position, attempt, ord)
   where not exists (select 1 from "tasker".step_history h
                      where h.task_id = o.task_id and h.position = o.position and h.attempt = o.attempt
                        and h.at = p_now and h.worker_id = o.worker_id);
  -- Every one has its row, so one was there twice.
  if v_stale is null then raise exception 'an outcome was given twice' using errcode = '22023'; end if;
  raise exception 'stale outcomes' using errcode = 'TSK01', detail = v_stale;
end $function$;

CREATE OR REPLACE FUNCTION tasker.record_ends_v1(c_worker integer[], c_task bigint[], c_position smallint[], c_attempt integer[], c_state smallint[], c_result text[], p_now timestamp with time zone)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
declare
  v_count int;
  v_ended int;
begin
  with settled as (
    update "tasker".steps s
       set state = c.state, result = c.result::jsonb, finished_at = p_now, checkpoint = null
      from (select o.state, o.result, x.tid
              from unnest(c_worker, c_task, c_position, c_attempt, c_state, c_result)
                     as o(worker_id, task_id, position, attempt, state, result),
                   lateral (select y.ctid as tid from "tasker".steps y
                             where y.task_id = o.task_id and y.position = o.position
                               and y.state = "tasker".step_in_progress()
                               and y.worker_id = o.worker_id and y.attempt = o.attempt offset 0) x) c
     where s.ctid = c.tid
    returning s.task_id, s.position, s.started_at, s.waited_ms, s.state, s.attempt, s.worker_id
  ), noted as (
    insert into "tasker".step_history (task_id, at, started_at, worker_id, waited_ms, position, attempt,
                                     from_state, to_state)
    select s.task_id, p_now, s.started_at, s.worker_id, s.waited_ms, s.position, s.attempt,
           "tasker".step_in_progress(), s.state
      from settled s
  ), ended as (
    update "tasker".tasks t
       set state = "tasker".task_complete(), finished_at = p_now, hold = false,
           started_at = coalesce(t.started_at, e.started_at)
      from (select s.started_at, s.worker_id, x.tid
              from settled s, lateral (select y.ctid as tid from "tasker".tasks y
                                        where y.id = s.task_id and "tasker".task_open_v1(y.state) offset 0) x
             where (select count(*) from settled) = cardinality(c_task)) e
     where t.ctid = e.tid
    returning t.id, t.lock_version, e.worker_id
  ), told as (
    insert into "tasker".task_history (task_id, at, worker_id, from_state, to_state)
    -- After an act that came while this settlement began.
    select e.id, case when e.lock_version > 0 then greatest(p_now, "tasker".clock_v1()) else p_now end, e.worker_id,
           "tasker".task_in_progress(), "tasker".task_complete()
      from ended e)
  select (select count(*) from settled), (select count(*) from ended) into v_count, v_ended;
  -- A row that an operator was changing is not found again by its ctid.
  if v_ended < v_count and v_count = cardinality(c_task) and exists (
       select 1 from unnest(c_task) as u(id) join "tasker".tasks t on t.id = u.id and "tasker".task_open_v1(t.state)) then
    raise exception 'a task was changed meanwhile' using errcode = '40001';
  end if;
  return v_count;
end $function$;

CREATE OR REPLACE FUNCTION tasker.touched_tasks_v1(c_task bigint[], OUT exact bigint[], OUT held bigint[])
 RETURNS record
 LANGUAGE sql
AS $function$
  select coalesce(array_agg(o.task_id) filter (where o.exact), '{}'),
         coalesce(array_agg(o.task_id) filter (where o.hold and not o.exact), '{}')
    from (select distinct c.task_id from unnest(c_task) as c(task_id)) c
    join "tasker".operated_tasks o on o.task_id = c.task_id
$function$;

CREATE OR REPLACE FUNCTION tasker.queue_reruns_v1(r_task bigint[], r_position smallint[], r_template integer[], r_lane integer[], r_rank smallint[], r_delay_ms bigint[], p_exact bigint[], p_now timestamp with time zone)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
declare
  v_queued int;
begin
  insert into "tasker".delayed_steps (run_at, task_id, template_id, lane_id, rank, position)
  select p_now + r.delay_ms * interval '1 millisecond', r.task_id, r.template_id, r.lane_id,
         case when r.task_id = any (p_exact) then (select -t.priority from "tasker".tasks t where t.id = r.task_id)
              else r.rank end, r.position
    from unnest(r_task, r_position, r_template, r_lane, r_rank, r_delay_ms)
           as r(task_id, position, template_id, lane_id, rank, delay_ms)
   where r.delay_ms > 0;
  insert into "tasker".queue (lane_id, rank, task_id, template_id, position, fresh, ready_at)
  select r.lane_id, case when r.task_id = any (p_exact)
                         then (select -t.priority from "tasker".tasks t where t.id = r.task_id) else r.rank end,
         r.task_id, r.template_id, r.position, false, p_now
    from unnest(r_task, r_position, r_template, r_lane, r_rank, r_delay_ms)
           as r(task_id, position, template_id, lane_id, rank, delay_ms)
   where r.delay_ms = 0;
  get diagnostics v_queued = row_count;
  return v_queued;
end $function$;

CREATE OR REPLACE FUNCTION tasker.withhold_next_v1(n_task bigint[], n_position smallint[], n_template integer[], n_worker integer[], p_exact bigint[], p_held bigint[], OUT workers integer[], OUT declined_task bigint[], OUT declined_position smallint[])
 RETURNS record
 LANGUAGE sql
AS $function$
  with judged as materialized (
    select n.*, n.worker_id is not null
                and (n.task_id = any (p_exact)
                     or "tasker".step_stopped_v1(n.task_id, n.template_id, n.position, p_held)) as stopped
      from unnest(n_task, n_position, n_template, n_worker) with ordinality
             as n(task_id, position, template_id, worker_id, ord))
  select array_agg(case when not j.stopped then j.worker_id end order by j.ord),
         array_agg(j.task_id order by j.ord) filter (where j.stopped),
         array_agg(j.position order by j.ord) filter (where j.stopped)
    from judged j
$function$;

CREATE OR REPLACE FUNCTION tasker.start_next_v1(n_task bigint[], n_position smallint[], n_template integer[], n_lane integer[], n_rank smallint[], n_worker integer[], p_exact bigint[], p_now timestamp with time zone)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
declare
  v_count int;
begin
  insert into "tasker".steps (task_id, started_at, worker_id, position, state, need, met, attempt)
  select n.task_id, p_now, n.worker_id, n.position, "tasker".step_in_progress(), 1, 1, 1
    from unnest(n_task, n_position, n_worker) as n(task_id, position, worker_id)
   where n.worker_id is not null and n.task_id <> all (p_exact);
  get diagnostics v_count = row_count;
  if v_count = cardinality(n_task) then return 0; end if;
  insert into "tasker".queue (lane_id, rank, task_id, template_id, position, fresh, ready_at)
  select n.lane_id, n.rank, n.task_id, n.template_id, n.position, true, p_now
    from unnest(n_task, n_position, n_template, n_lane, n_rank, n_worker)
           as n(task_id, position, template_id, lane_id, rank, worker_id)
   where n.worker_id is null and n.task_id <> all (p_exact);
  get diagnostics v_count = row_count;
  return v_count;
end $function$;

CREATE OR REPLACE FUNCTION tasker.meet_joins_v1(j_task bigint[], j_position smallint[], j_template integer[], j_lane integer[], j_rank smallint[], j_worker integer[], j_need smallint[], j_met smallint[], j_blocked boolean[], p_exact bigint[], p_held bigint[], p_guarded boolean, p_now timestamp with time zone, OUT started_task bigint[], OUT started_position smallint[], OUT ready_task bigint[], OUT ready_position smallint[], OUT whole bigint[], OUT blocked bigint[])
 RETURNS record
 LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
begin
  with met as (
    insert into "tasker".steps as s (task_id, started_at, worker_id, waited_ms, position, state, need, met, attempt,
                                   blocked)
    select j.task_id, case when j.full and j.worker_id is not null then p_now end, j.worker_id,
           case when j.full and j.worker_id is null then -1 else 0 end, j.position,
           case when not j.full or j.blocked then "tasker".step_pending()
                when j.position < 0 then "tasker".step_complete()
                when j.worker_id is not null then "tasker".step_in_progress() else "tasker".step_ready() end,
           j.need, j.met, case when j.full and j.worker_id is not null and j.position >= 0 then 1 else 0 end, j.blocked
      from (select u.*, u.met >= u.need as full,
                   case when not (p_guarded and "tasker".step_stopped_v1(u.task_id, u.template_id, u.position, p_held))
                        then u.worker end as worker_id
              from unnest(j_task, j_position, j_template, j_worker, j_need, j_met, j_blocked)
                     as u(task_id, position, template_id, worker, need, met, blocked)
             where u.task_id <> all (p_exact)) j
     order by j.task_id, j.position
    on conflict (task_id, position) do update
      set met = s.met + excluded.met,
          blocked = s.blocked or excluded.blocked,
          waited_ms = case when s.state = "tasker".step_pending() and excluded.worker_id is null
                                and s.met + excluded.met >= s.need then -1 else greatest(s.waited_ms, 0) end,
          worker_id = case when s.state = "tasker".step_pending() then excluded.worker_id else s.worker_id end,
          -- Only a pending row may move here: what an operator did to it stands.
          state = case when s.state <> "tasker".step_pending() or s.blocked or excluded.blocked
                            or s.met + excluded.met < s.need then s.state
                       when s.position < 0 then "tasker".step_complete()
                       when excluded.worker_id is null then "tasker".step_ready() else "tasker".step_in_progress() end,
          started_at = case when s.state = "tasker".step_pending() and excluded.worker_id is not null
                                 and s.met + excluded.met >= s.need then p_now else s.started_at end,
          attempt = case when s.state = "tasker".step_pending() and s.position >= 0 and excluded.worker_id is not null
                              and s.met + excluded.met >= s.need and not (s.blocked or excluded.blocked)
                         then 1 else s.attempt end
    returning s.task_id, s.position, s.state, s.blocked, s.started_at = p_now as started, s.waited_ms < 0 as freed)
  select array_agg(m.task_id) filter (where m.state = "tasker".step_in_progress() and m.started),
         array_agg(m.position) filter (where m.state = "tasker".step_in_progress() and m.started),
         array_agg(m.task_id) filter (where m.state = "tasker".step_ready() and m.freed),
         array_agg(m.position) filter (where m.state = "tasker".step_ready() and m.freed),
         array_agg(m.task_id) filter (where m.position < 0 and m.state = "tasker".step_complete()),
         array_agg(distinct m.task_id) filter (where m.blocked)
    into started_task, started_position, ready_task, ready_position, whole, blocked
    from met m;
  if ready_task is null then return; end if;
  insert into "tasker".queue (lane_id, rank, task_id, template_id, position, fresh, ready_at)
  select j.lane_id, j.rank, j.task_id, j.template_id, j.position, false, p_now
    from unnest(j_task, j_position, j_template, j_lane, j_rank) as j(task_id, position, template_id, lane_id, rank)
   -- "is true" keeps the planner from a join, which without hash joins would compare every row with every other.
   where (j.task_id, j.position) in (select * from unnest(ready_task, ready_position)) is true;
end $function$;

CREATE OR REPLACE FUNCTION tasker.failed_tasks_v1(p_blocked bigint[], k_task bigint[], k_steps integer[])
 RETURNS bigint[]
 LANGUAGE plpgsql
AS $function$
begin
  perform 1 from "tasker".tasks t where t.id = any (p_blocked) order by t.id for no key update;
  return (
    select array_agg(k.task_id) from unnest(k_task, k_steps) as k(task_id, steps)
     where k.task_id = any (p_blocked)
       and k.steps <= (select count(*) from "tasker".steps s
                        where s.task_id = k.task_id and s.position >= 0
                          and (s.blocked or "tasker".step_ended_v1(s.state))));
end $function$;

CREATE OR REPLACE FUNCTION tasker.move_tasks_v1(p_tasks bigint[], p_states smallint[], p_workers integer[], p_now timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  v_count int;
begin
  with moved as (
    update "tasker".tasks t
       set state = e.state, finished_at = case when "tasker".task_ended_v1(e.state) then p_now end,
           hold = t.hold and "tasker".task_open_v1(e.state),
           started_at = coalesce(t.started_at, (select min(s.started_at) from "tasker".steps s
                                                 where s.task_id = t.id and s.position >= 0), p_now)
      from (select f.state, x.tid
              from (select * from unnest(p_tasks, p_states) as u(task_id, state) order by u.task_id) f,
                   lateral (select y.ctid as tid from "tasker".tasks y
                             where y.id = f.task_id and "tasker".task_open_v1(y.state) and y.state < f.state
                             offset 0) x) e
     where t.ctid = e.tid
    returning t.id, t.state, t.lock_version)
  insert into "tasker".task_history (task_id, at, worker_id, from_state, to_state)
  -- After the acts that this settlement has waited for, although it began before them.
  select m.id, case when m.lock_version > 0 then greatest(p_now, "tasker".clock_v1()) else p_now end,
         case when cardinality(p_workers) = 1 then p_workers[1] else (
           select s.worker_id from "tasker".steps s where s.task_id = m.id and s.finished_at = p_now limit 1) end,
         "tasker".task_in_progress(), m.state
    from moved m where "tasker".task_ended_v1(m.state);
  get diagnostics v_count = row_count;
  -- A row that an operator was changing is not found again by its ctid.
  if (v_count < (select count(*) from unnest(p_states) s where "tasker".task_ended_v1(s))
      or "tasker".task_in_progress() = any (p_states)) and exists (
       select 1 from unnest(p_tasks, p_states) as u(task_id, state)
         join "tasker".tasks t on t.id = u.task_id and "tasker".task_open_v1(t.state) and t.state < u.state) then
    raise exception 'a task was changed meanwhile' using errcode = '40001';
  end if;
end $function$;

CREATE OR REPLACE FUNCTION tasker.end_tasks_v1(f_task bigint[], p_whole bigint[], p_blocked bigint[], k_task bigint[], k_steps integer[], r_task bigint[], p_exact bigint[], p_workers integer[], p_now timestamp with time zone, OUT ended_task bigint[], OUT ended_state smallint[])
 RETURNS record
 LANGUAGE plpgsql
AS $function$
declare
  v_failed bigint[] := '{}';
begin
  -- What an operator has touched is counted when all is written.
  ended_task := array(select f from unnest(f_task) f where f <> all (p_exact)) || p_whole;
  if p_blocked is not null then v_failed := "tasker".failed_tasks_v1(p_blocked, k_task, k_steps); end if;
  ended_state := array_fill("tasker".task_complete(), array[cardinality(ended_task)])
              || array_fill("tasker".task_error(), array[coalesce(cardinality(v_failed), 0)]);
  ended_task := ended_task || v_failed;
  if ended_task <> '{}' or r_task is not null then
    perform "tasker".move_tasks_v1(
      ended_task || r_task,
      ended_state || array_fill("tasker".task_in_progress(), array[coalesce(cardinality(r_task), 0)]), p_workers, p_now);
  end if;
end $function$;

CREATE OR REPLACE FUNCTION tasker.settle_touched_v1(p_ended boolean, p_exact bigint[], p_held bigint[], p_worker integer, p_now timestamp with time zone, INOUT ready_task bigint[], INOUT ready_position smallint[], INOUT queued integer, INOUT ended_task bigint[], INOUT ended_state smallint[])
 RETURNS record
 LANGUAGE plpgsql
AS $function$
declare
  v_counted record;
begin
  -- He was faster than a settlement that has ended them uncounted: all is rolled back, and made again.
  if p_ended then raise exception 'a task was touched meanwhile' using errcode = '40001'; end if;
  if p_held <> '{}' then delete from "tasker".operated_tasks o where o.task_id = any (ended_task); end if;
  if p_exact = '{}' then return; end if;
  select * into v_counted from "tasker".recount_v1(p_exact, p_worker, p_now);
  ready_task := ready_task || v_counted.ready_task;
  ready_position := ready_position || v_counted.ready_position;
  queued := queued + coalesce(cardinality(v_counted.ready_task), 0);
  ended_task := ended_task || v_counted.ended_task;
  ended_state := ended_state || v_counted.ended_state;
end $function$;

CREATE OR REPLACE FUNCTION tasker.settle_steps_v1(p_workers integer[], p_for_lost boolean, c_worker integer[], c_task bigint[], c_position smallint[], c_attempt integer[], c_grants smallint[], c_state smallint[], c_result text[], c_error text[], r_task bigint[], r_position smallint[], r_template integer[], r_lane integer[], r_rank smallint[], r_delay_ms bigint[], n_task bigint[], n_position smallint[], n_template integer[], n_lane integer[], n_rank smallint[], n_worker integer[], j_task bigint[], j_position smallint[], j_template integer[], j_lane integer[], j_rank smallint[], j_worker integer[], j_need smallint[], j_met smallint[], j_blocked boolean[], f_task bigint[], k_task bigint[], k_steps integer[])
 RETURNS TABLE(started_task bigint[], started_position smallint[], ready_task bigint[], ready_position smallint[], queued integer, ended_task bigint[], ended_state smallint[], declined_task bigint[], declined_position smallint[], at timestamp with time zone)
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET jit TO 'off'
 SET enable_seqscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
AS $function$
#variable_conflict use_column
declare
  v_now timestamptz := "tasker".clock_v1();
  v_ends boolean; v_touched boolean; v_guarded boolean; v_count int; v_lost int[];
  v_exact bigint[] := '{}'; v_held bigint[] := '{}';
  v_whole bigint[]; v_blocked bigint[];
begin
  -- Nothing follows any of these steps but the end of its task, and nobody has touched one: one statement writes all.
  v_ends := coalesce(r_task, n_task, j_task) is null and cardinality(f_task) = cardinality(c_task)
            and not exists (select 1 from "tasker".operated_tasks);
  v_count := case
    when v_ends then "tasker".record_ends_v1(c_worker, c_task, c_position, c_attempt, c_state, c_result, v_now)
    else "tasker".record_outcomes_v1(
      c_worker, c_task, c_position, c_attempt, c_grants, c_state, c_result, c_error, v_now) end;
  -- No clock: a lease ends here when somebody has declared the worker lost; until then nobody else has its steps.
  select (select array_agg(u.id) from unnest(p_workers) as u(id) left join "tasker".workers w on w.id = u.id
           where w.id is null or (w.lost_at is not null) <> p_for_lost),
         exists (select 1 from "tasker".operated_tasks), exists (select 1 from "tasker".step_templates m where m.paused)
    into v_lost, v_touched, v_guarded;
  if v_lost is not null then perform "tasker".refuse_lost_v1(p_workers, v_lost, c_worker); end if;
  if v_count <> cardinality(c_task) then
    perform "tasker".refuse_stale_v1(c_worker, c_task, c_position, c_attempt, v_now);
  end if;
  if v_touched then select * into v_exact, v_held from "tasker".touched_tasks_v1(c_task); end if;
  v_guarded := v_guarded or v_held <> '{}';
  if n_task is not null and (v_guarded or v_exact <> '{}') then
    -- What may not begin now goes to the queue, where a claim parks it.
    select * into n_worker, declined_task, declined_position
      from "tasker".withhold_next_v1(n_task, n_position, n_template, n_worker, v_exact, v_held);
  end if;
  queued := 0;
  if r_task is not null then
    queued := "tasker".queue_reruns_v1(r_task, r_position, r_template, r_lane, r_rank, r_delay_ms, v_exact, v_now);
  end if;
  if n_task is not null then
    queued := queued
           + "tasker".start_next_v1(n_task, n_position, n_template, n_lane, n_rank, n_worker, v_exact, v_now);
  end if;
  if j_task is not null then
    select * into started_task, started_position, ready_task, ready_position, v_whole, v_blocked
      from "tasker".meet_joins_v1(j_task, j_position, j_template, j_lane, j_rank, j_worker, j_need, j_met, j_blocked,
                                v_exact, v_held, v_guarded, v_now);
    queued := queued + coalesce(cardinality(ready_task), 0);
  end if;
  if v_ends then
    ended_task := f_task;
    ended_state := array_fill("tasker".task_complete(), array[v_count]);
  elsif f_task is not null or v_whole is not null or v_blocked is not null or r_task is not null then
    select * into ended_task, ended_state
      from "tasker".end_tasks_v1(f_task, v_whole, v_blocked, k_task, k_steps, r_task, v_exact, p_workers, v_now);
  end if;
  if v_exact <> '{}' or v_held <> '{}' then
    select * into ready_task, ready_position, queued, ended_task, ended_state
      from "tasker".settle_touched_v1(v_ends, v_exact, v_held, p_workers[1], v_now,
                                    ready_task, ready_position, queued, ended_task, ended_state);
  end if;
  at := v_now;
  return next;
end $function$;

create view tasker.task_list as
 SELECT t.id AS task_id,
    m.namespace,
    m.name,
    m.version,
    m.revision,
    tasker.task_state_v1(n.state) AS state,
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
    n.started_at,
    t.finished_at,
    t.template_id,
    t.context,
    t.lock_version
   FROM ((tasker.tasks t
     JOIN tasker.task_templates m ON ((m.id = t.template_id)))
     CROSS JOIN LATERAL ( SELECT
                CASE
                    WHEN ((t.state = tasker.task_pending()) AND (EXISTS ( SELECT 1
                       FROM tasker.steps s
                      WHERE ((s.task_id = t.id) AND (s."position" >= 0) AND (s.state = tasker.step_in_progress()))))) THEN tasker.task_in_progress()
                    ELSE t.state
                END AS state,
            COALESCE(t.started_at, ( SELECT min(s.started_at) AS min
                   FROM tasker.steps s
                  WHERE ((t.state = tasker.task_pending()) AND (s.task_id = t.id) AND (s."position" >= 0) AND (s.state = tasker.step_in_progress())))) AS started_at) n);

create view tasker.task_steps as
 SELECT t.id AS task_id,
    m."position",
    m.name,
        CASE
            WHEN (s.state IS NOT NULL) THEN tasker.step_state_v1(s.state)
            WHEN (tasker.task_open_v1(t.state) AND (NOT (EXISTS ( SELECT 1
               FROM unnest(m.parents) p("position")
              WHERE COALESCE(( SELECT (NOT tasker.step_satisfied_v1(q.state))
                       FROM tasker.steps q
                      WHERE ((q.task_id = t.id) AND (q."position" = p."position"))), true))))) THEN 'ready'::text
            ELSE 'pending'::text
        END AS state,
    COALESCE(s.attempt, 0) AS attempt,
    m.retry_limit,
    m.retryable,
    m.skippable,
    ARRAY( SELECT ( SELECT n.name
                   FROM tasker.step_templates n
                  WHERE ((n.template_id = m.template_id) AND (n."position" = p."position"))) AS name
           FROM unnest(m.parents) WITH ORDINALITY p("position", ord)
          ORDER BY p.ord) AS parents,
        CASE
            WHEN (s.attempt > 0) THEN s.started_at
            ELSE NULL::timestamp with time zone
        END AS started_at,
    s.finished_at,
        CASE
            WHEN (s.state = tasker.step_waiting_for_retry()) THEN ( SELECT d.run_at
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
            WHEN ((s.attempt > 1) OR ((s.attempt = 1) AND (s.state <> ALL (ARRAY[tasker.step_complete(), tasker.step_in_progress()])))) THEN ( SELECT h.error
               FROM tasker.step_history h
              WHERE ((h.task_id = s.task_id) AND (h."position" = s."position") AND (h.error IS NOT NULL))
              ORDER BY h.at DESC
             LIMIT 1)
            ELSE NULL::jsonb
        END AS last_error,
    COALESCE(s.granted, 0) AS granted,
    s.inputs,
        CASE
            WHEN (s.state = ANY (ARRAY[tasker.step_skipped(), tasker.step_not_taken()])) THEN ( SELECT tasker.skip_reason_v1(h.actor, h.metadata) AS skip_reason_v1
               FROM tasker.step_history h
              WHERE ((h.task_id = s.task_id) AND (h."position" = s."position") AND (h.to_state = s.state))
              ORDER BY h.at DESC
             LIMIT 1)
            ELSE NULL::text
        END AS skip_reason
   FROM ((tasker.tasks t
     JOIN tasker.step_templates m ON ((m.template_id = t.template_id)))
     LEFT JOIN LATERAL ( SELECT y.task_id,
            y.started_at,
            y.finished_at,
            y.waited_ms,
            y.worker_id,
            y.attempt,
            y.granted,
            y.generation,
            y."position",
            y.state,
            y.need,
            y.met,
            y.ran,
            y.blocked,
            y.admitted,
            y.result,
            y.checkpoint,
            y.progress,
            y.inputs
           FROM tasker.steps y
          WHERE ((y.task_id = t.id) AND (y."position" = m."position"))
         OFFSET 0) s ON (true));

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
            tasker.task_pending() AS to_state,
            t.requested_at AS at,
            NULL::integer AS worker_id,
            t.initiator AS actor,
            t.reason,
            NULL::jsonb AS metadata,
            0 AS rank
           FROM tasker.tasks t
        UNION ALL
         SELECT t.id,
            tasker.task_pending() AS task_pending,
            tasker.task_in_progress() AS task_in_progress,
            n.started_at,
            NULL::integer AS int4,
            NULL::text AS text,
            NULL::text AS text,
            NULL::jsonb AS jsonb,
            1
           FROM (tasker.tasks t
             CROSS JOIN LATERAL ( SELECT COALESCE(t.started_at, ( SELECT min(s.started_at) AS min
                           FROM tasker.steps s
                          WHERE ((t.state = tasker.task_pending()) AND (s.task_id = t.id) AND (s."position" >= 0) AND (s.state = tasker.step_in_progress())))) AS started_at) n)
          WHERE (n.started_at IS NOT NULL)
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
    row_number() OVER (PARTITION BY m.task_id ORDER BY m.at, m.rank, m."position") AS ordinal,
    m.metadata
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
            x.metadata,
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
                    r.metadata,
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
                            h.error,
                            h.metadata
                           FROM tasker.step_history h
                        UNION ALL
                         SELECT s.task_id,
                            s."position",
                            s.attempt,
                            s.state,
                            NULL::smallint AS int2,
                            'infinity'::timestamp with time zone AS timestamptz,
                            s.started_at,
                            s.waited_ms,
                            s.worker_id,
                            NULL::text AS text,
                            NULL::text AS text,
                            NULL::jsonb AS jsonb,
                            NULL::jsonb AS jsonb
                           FROM tasker.steps s
                          WHERE (s.state = tasker.step_in_progress())) r) a
             CROSS JOIN LATERAL ( SELECT a.before AS from_state,
                    tasker.step_ready() AS to_state,
                    (a.started_at - ((a.waited_ms)::double precision * '00:00:00.001'::interval)) AS at,
                    NULL::integer AS worker_id,
                    NULL::text AS actor,
                    NULL::text AS reason,
                    NULL::jsonb AS error,
                    NULL::jsonb AS metadata,
                    1 AS rank
                  WHERE ((a.from_state = tasker.step_in_progress()) AND ((a.before IS NULL) OR (a.before = ANY (ARRAY[tasker.step_pending(), tasker.step_waiting_for_retry(), tasker.step_waiting()]))))
                UNION ALL
                 SELECT tasker.step_ready() AS step_ready,
                    tasker.step_in_progress() AS step_in_progress,
                    a.started_at,
                    a.worker_id,
                    NULL::text AS text,
                    NULL::text AS text,
                    NULL::jsonb AS jsonb,
                    NULL::jsonb AS jsonb,
                    2
                  WHERE (a.from_state = tasker.step_in_progress())
                UNION ALL
                 SELECT a.from_state,
                    a.to_state,
                    a.at,
                    a.worker_id,
                    a.actor,
                    a.reason,
                    a.error,
                    a.metadata,
                    0
                  WHERE (a.to_state IS NOT NULL)) x)) m
     JOIN tasker.tasks t ON ((t.id = m.task_id)))
     JOIN tasker.step_templates n ON (((n.template_id = t.template_id) AND (n."position" = m."position"))));

create view tasker.live_workers as
 SELECT id,
    name,
    host,
    pid,
    version,
    level,
    lanes,
    concurrency,
    running,
    min_task_id,
    started_at,
    heartbeat_at,
    lease_expires_at,
    draining,
    drain_requested,
    ((NOT draining) AND (NOT drain_requested)) AS serving
   FROM tasker.workers w
  WHERE ((lost_at IS NULL) AND (lease_expires_at > tasker.lease_clock_v1()));

CREATE OR REPLACE FUNCTION tasker.clock_folded_v1(p_at timestamp with time zone)
 RETURNS boolean
 LANGUAGE sql
 STABLE
RETURN (EXISTS (SELECT 1 FROM tasker.clock_leaps l WHERE ((l.leap_ms < (0)::double precision) AND ((clock_folded_v1.p_at >= (l.at - '00:00:02'::interval)) AND (clock_folded_v1.p_at <= (l.at + (((2000)::double precision - l.leap_ms) * '00:00:00.001'::interval)))))));

create view tasker.audit_steps as
 SELECT t.id AS task_id,
    m."position",
    t.template_id,
    t.state AS task_state,
    ((t.lock_version > 0) OR (EXISTS ( SELECT 1
           FROM tasker.operated_tasks o
          WHERE (o.task_id = t.id)))) AS operated,
    m.lane_id,
    m.entry_lane_id,
    m.is_sink,
    m.branched,
    m.run_if,
    cardinality(m.parents) AS parents,
    (s.task_id IS NOT NULL) AS has_row,
    s.state,
    s.need,
    s.met,
    s.ran,
    s.attempt,
    s.blocked,
    s.worker_id,
    s.started_at,
    s.finished_at,
    s.result,
    p.satisfied,
    p.taken,
    p.ended_at
   FROM (((tasker.tasks t
     JOIN tasker.step_templates m ON ((m.template_id = t.template_id)))
     LEFT JOIN tasker.steps s ON (((s.task_id = t.id) AND (s."position" = m."position"))))
     CROSS JOIN LATERAL ( SELECT count(*) FILTER (WHERE tasker.step_satisfied_v1(q.state)) AS satisfied,
            count(*) FILTER (WHERE (tasker.step_satisfied_v1(q.state) AND (q.state <> tasker.step_not_taken()))) AS taken,
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
   -- In a task an operator has touched only the counters of what still waits are kept.
   where not (n.operated and n.state <> "tasker".step_pending())
     and case when not n.has_row then n.parents > 1 and n.satisfied > 0
              -- One that was claimed from the queue has no counters: its only parent put it there.
              when n.parents < 2 and n.need = 0 then n.met <> 0
              else n.need <> n.parents or n.met <> n.satisfied end
  union all
  select 'end_counts_satisfied_sinks', e.task_id, -1::smallint,
         format('need %s met %s, but %s of %s sinks are satisfied', s.need, s.met, e.satisfied, e.sinks)
    from (select n.task_id, count(*) as sinks, count(*) filter (where "tasker".step_satisfied_v1(n.state)) as satisfied
            from node n where n.is_sink group by n.task_id) e
    left join "tasker".steps s on s.task_id = e.task_id and s.position = -1
   where case when s.task_id is null then e.sinks > 1 and e.satisfied > 0
              else s.need <> e.sinks or (e.sinks > 1 and s.met <> e.satisfied) end
  union all
  select 'started_after_parents', n.task_id, n.position,
         format('%s, attempt %s, but %s of %s parents are satisfied',
                "tasker".step_state_v1(n.state), n.attempt, n.satisfied, n.parents)
    from node n
   where (n.state in ("tasker".step_ready(), "tasker".step_in_progress(), "tasker".step_waiting_for_retry(),
                      "tasker".step_waiting(), "tasker".step_complete(), "tasker".step_error(), "tasker".step_not_taken())
          or n.attempt > 0 and not n.operated)
     and n.satisfied < n.parents
  union all
  -- A second of grace: the clock is read before the rows, so a claim may carry a time just before its parent's.
  select 'started_after_parents', n.task_id, n.position,
         format('started %s, before a parent ended %s', n.started_at, n.ended_at)
    from node n
   where n.attempt > 0 and n.started_at < n.ended_at - interval '1 second'
     and n.state in ("tasker".step_in_progress(), "tasker".step_waiting_for_retry(), "tasker".step_complete(),
                     "tasker".step_error())
     and not "tasker".clock_folded_v1(n.ended_at)
  union all
  select 'result_only_when_satisfied', n.task_id, n.position, "tasker".step_state_v1(n.state)
    from node n
   where n.result is not null
     and (not "tasker".step_satisfied_v1(n.state) or n.state in ("tasker".step_skipped(), "tasker".step_not_taken()))
  union all
  select 'checkpoint_only_until_finished', s.task_id, s.position, "tasker".step_state_v1(s.state)
    from "tasker".steps s where s.checkpoint is not null and "tasker".step_ended_v1(s.state)
  union all
  select 'finished_at_only_when_finished', n.task_id, n.position, "tasker".step_state_v1(n.state)
    from node n where n.has_row and (n.finished_at is not null) <> "tasker".step_ended_v1(n.state)
  union all
  select 'step_in_template', s.task_id, s.position, 'neither the task nor its template knows this step'
    from "tasker".steps s left join node n on n.task_id = s.task_id and n.position = s.position
   where n.task_id is null
     and (s.position <> -1 or not exists (select 1 from "tasker".tasks t where t.id = s.task_id))
  union all
  select 'running_step_has_worker', n.task_id, n.position,
         case when w.id is null then format('worker %s does not exist', n.worker_id)
              else format('worker %s looks for its steps from task %s on', w.id, w.min_task_id) end
    from node n left join "tasker".workers w on w.id = n.worker_id
   where n.state = "tasker".step_in_progress() and (w.id is null or w.min_task_id > n.task_id)
$function$;

CREATE OR REPLACE FUNCTION tasker.audit_branches_v1()
 RETURNS TABLE(rule text, task_id bigint, "position" smallint, detail text)
 LANGUAGE sql
 STABLE
 SET jit TO 'off'
AS $function$
  with node as materialized (
    select n.*, case n.run_if when 'always' then 0 when 'all' then n.parents else 1 end as least
      from "tasker".task_templates k join "tasker".audit_steps n on n.template_id = k.id
     where k.level > 1 and n.branched
  ), past as materialized (
    select distinct on (h.task_id, h.position) h.task_id, h.position, h.metadata #>> '{skip,reason}' as reason
      from "tasker".step_history h
     where h.to_state = "tasker".step_not_taken() and "tasker".step_rare_v1(h.to_state)
     order by h.task_id, h.position, h.at desc
  )
  select 'ran_counts_parents_that_ran', n.task_id, n.position,
         format('ran %s, but %s of %s satisfied parents were not left out', n.ran, n.taken, n.satisfied)
    from node n
   where n.has_row and n.parents > 1 and not (n.operated and n.state <> "tasker".step_pending())
     and n.ran <> n.taken
  union all
  select 'left_out_for_a_reason', n.task_id, n.position,
         case when p.reason is null then 'its history does not say why'
              else format('%s, though %s of %s parents have run', p.reason, n.taken, n.parents) end
    from node n left join past p on p.task_id = n.task_id and p.position = n.position
   where n.state = "tasker".step_not_taken()
     and (p.reason is null or p.reason = 'no_branch_taken' and n.parents > 0 and n.taken >= n.least
          or p.reason <> 'no_branch_taken' and n.parents > 0 and n.taken < n.least)
  union all
  select 'runs_only_where_a_branch_came', n.task_id, n.position,
         format('%s, but %s of %s parents have run', "tasker".step_state_v1(n.state), n.taken, n.parents)
    from node n
   -- In progress it may be to be left out; an operator may have reset what was before a step that has run.
   where n.state in ("tasker".step_waiting_for_retry(), "tasker".step_waiting(), "tasker".step_complete(),
                     "tasker".step_error())
     and n.parents > 0 and n.satisfied = n.parents and n.taken < n.least
  union all
  select 'only_branches_leave_out', s.task_id, s.position, 'no branch can leave it out'
    from "tasker".steps s
   where s.state = "tasker".step_not_taken()
     and not exists (select 1 from "tasker".tasks t
                       join "tasker".step_templates m on m.template_id = t.template_id
                      where t.id = s.task_id and m.position = s.position and m.branched)
  union all
  select 'lanes_have_the_level_of_their_template', t.id, x.position,
         format('level %s, but its lanes have %s and %s', x.level, x.own, x.entry)
    from (select m.template_id, m.position, k.level, l.level as own, e.level as entry
            from "tasker".step_templates m
            join "tasker".task_templates k on k.id = m.template_id
            join "tasker".lanes l on l.id = m.lane_id
            join "tasker".lanes e on e.id = m.entry_lane_id
           where k.level <> l.level or k.level <> e.level offset 0) x
    join "tasker".tasks t on t.template_id = x.template_id
$function$;

CREATE OR REPLACE FUNCTION tasker.audit_queue_v1()
 RETURNS TABLE(rule text, task_id bigint, "position" smallint, detail text)
 LANGUAGE sql
 STABLE
 SET jit TO 'off'
AS $function$
  with node as materialized (
    select n.*, "tasker".task_open_v1(n.task_state) and not n.has_row and n.satisfied = n.parents as is_fresh
      from "tasker".audit_steps n where n.has_row or n.operated or "tasker".task_open_v1(n.task_state)
  ), queued as materialized (
    select q.task_id, q.position, count(*) as entries, bool_or(q.fresh) as fresh, min(q.template_id) as template_id,
           min(q.lane_id) as lane_id
      from (select y.task_id, y.position, y.fresh, y.template_id, y.lane_id from "tasker".queue y
            union all
            select k.task_id, k.position, k.fresh, k.template_id, k.lane_id from "tasker".parked_steps k) q
     group by q.task_id, q.position
  ), waiting as materialized (
    select d.task_id, d.position, count(*) as entries from "tasker".delayed_steps d group by d.task_id, d.position
  )
  select 'ready_step_queued_once', n.task_id, n.position, format('%s entries in the queue', coalesce(q.entries, 0))
    from node n left join queued q on q.task_id = n.task_id and q.position = n.position
   -- An operator who takes a step out of the queue leaves its entry there; whoever claims it drops it.
   where (n.state = "tasker".step_ready() or n.is_fresh) and (q.entries is null or q.entries > 1 and not n.operated)
  union all
  select 'queue_entry_has_step', q.task_id, q.position,
         case when n.task_id is null then 'no such step'
              when n.has_row then "tasker".step_state_v1(n.state) || case when q.fresh then ', entry is fresh' else '' end
              when not n.is_fresh then 'its parents are not satisfied'
              when not q.fresh then 'it has no row, but the entry is not fresh'
              else 'entry is for another template or lane' end
    from queued q left join node n on n.task_id = q.task_id and n.position = q.position
   -- A step that waits is queued when what it waits for has come.
   where ((case when q.fresh then n.is_fresh
                else n.state in ("tasker".step_ready(), "tasker".step_waiting()) end or n.operated)
          and q.template_id = n.template_id and q.lane_id in (n.lane_id, n.entry_lane_id)) is not true
     -- Retention took the task; the entry an operator left behind goes with its claim.
     and not (n.task_id is null and not exists (select 1 from "tasker".tasks t where t.id = q.task_id))
  union all
  select 'waiting_step_delayed_once', coalesce(n.task_id, d.task_id), coalesce(n.position, d.position),
         format('%s, %s entries', coalesce("tasker".step_state_v1(n.state), 'no such step'), coalesce(d.entries, 0))
    from waiting d
    full join (select * from node where state is not null) n on n.task_id = d.task_id and n.position = d.position
   where case when n.state = "tasker".step_waiting_for_retry() then d.entries is distinct from 1
              else d.entries is not null end
$function$;

CREATE OR REPLACE FUNCTION tasker.audit_tasks_v1()
 RETURNS TABLE(rule text, task_id bigint, "position" smallint, detail text)
 LANGUAGE sql
 STABLE
 SET jit TO 'off'
AS $function$
  with recursive node as materialized (
    select n.*, coalesce(n.state, "tasker".step_pending()) = "tasker".step_pending() as waits from "tasker".audit_steps n
  ), edge as materialized (
    select n.task_id, n.position, u.position as parent
      from (select distinct f.task_id, f.template_id from node f where "tasker".step_blocking_v1(f.state)) t
      join "tasker".step_templates m on m.template_id = t.template_id
      -- What an operator skipped or resolved stands, whatever became of its parents.
      join node n on n.task_id = t.task_id and n.position = m.position and n.waits
      cross join lateral unnest(m.parents) as u(position)
  ), doomed(task_id, position) as (
    select e.task_id, e.position
      from edge e join node f on f.task_id = e.task_id and f.position = e.parent and "tasker".step_blocking_v1(f.state)
    union
    select e.task_id, e.position from doomed d join edge e on e.task_id = d.task_id and e.parent = d.position
  ), total as (
    select n.task_id, min(n.task_state) as state, bool_or(n.operated) as operated, count(*) as steps,
           count(*) filter (where "tasker".step_satisfied_v1(n.state)) as satisfied,
           count(*) filter (where "tasker".step_ended_v1(n.state)) as ended,
           count(*) filter (where "tasker".step_ended_v1(n.state) or n.blocked) as still,
           count(*) filter (where "tasker".step_blocking_v1(n.state)) as failed,
           count(*) filter (where case when n.has_row then "tasker".step_open_v1(n.state) and not n.waits
                                       else n.satisfied = n.parents end) as moving
      from node n group by n.task_id
  )
  select 'blocked_has_failed_ancestor', n.task_id, n.position,
         case when n.blocked then 'blocked without a failed ancestor' else 'not blocked though an ancestor failed' end
    from node n left join doomed d on d.task_id = n.task_id and d.position = n.position
   where n.waits and coalesce(n.blocked, false) <> (d.task_id is not null)
  union all
  select 'task_agrees_with_steps', t.task_id, null,
         format('%s, but of %s steps %s are satisfied, %s failed, %s ended, %s can move',
                "tasker".task_state_v1(t.state), t.steps, t.satisfied, t.failed, t.ended, t.moving)
    from total t
   where not case t.state
               when "tasker".task_pending() then (t.ended = 0 or t.operated) and t.moving > 0
               when "tasker".task_in_progress() then t.moving > 0
               when "tasker".task_complete() then t.satisfied = t.steps
               when "tasker".task_error() then t.failed > 0 and t.still = t.steps
               -- A handler that was allowed to finish may still run.
               else not exists (
                 select 1 from node n
                  where n.task_id = t.task_id and n.state in ("tasker".step_ready(), "tasker".step_waiting_for_retry())) end
  union all
  select 'task_has_template', t.id, null, format('template %s does not exist or has no steps', t.template_id)
    from "tasker".tasks t
   where not exists (select 1 from "tasker".step_templates m where m.template_id = t.template_id)
  union all
  select 'finished_at_only_when_finished', t.id, null, "tasker".task_state_v1(t.state)
    from "tasker".tasks t where (t.finished_at is not null) <> "tasker".task_ended_v1(t.state)
  union all
  select 'task_history_agrees', t.id, null,
         format('%s, but its history says %s',
                "tasker".task_state_v1(t.state), coalesce("tasker".task_state_v1(h.to_state), 'nothing'))
    from "tasker".tasks t
    left join (select distinct on (y.task_id) y.task_id, y.to_state, y.at
                 from "tasker".task_history y order by y.task_id, y.at desc) h on h.task_id = t.id
   where case when "tasker".task_ended_v1(t.state) then h.to_state is distinct from t.state
              else h.to_state is not null and not "tasker".task_open_v1(h.to_state) end
     and not coalesce("tasker".clock_folded_v1(h.at), false)
$function$;

CREATE OR REPLACE FUNCTION tasker.audit_history_v1()
 RETURNS TABLE(rule text, task_id bigint, "position" smallint, detail text)
 LANGUAGE sql
 STABLE
 SET jit TO 'off'
AS $function$
  with past as materialized (
    select h.task_id, h.position, (array_agg(h.to_state order by h.attempt desc, h.at desc))[1] as last_state,
           max(h.at) as last_at,
           count(*) filter (where h.to_state = "tasker".step_complete() and h.from_state <> h.to_state) as completions,
           count(*) filter (where h.from_state = "tasker".step_complete() and h.to_state <> h.from_state) as undone,
           array_agg(h.attempt order by h.attempt) filter (where h.from_state = "tasker".step_in_progress()) as attempts
      from "tasker".step_history h group by h.task_id, h.position
  )
  select 'history_agrees_with_step', coalesce(s.task_id, p.task_id), coalesce(s.position, p.position),
         format('%s, but its history says %s', coalesce("tasker".step_state_v1(s.state), 'no row'),
                coalesce("tasker".step_state_v1(p.last_state), 'nothing'))
    from past p
    full join (select * from "tasker".steps where steps.position >= 0) s
      on s.task_id = p.task_id and s.position = p.position
   where not case when s.task_id is null then false
                  when s.state in ("tasker".step_waiting_for_retry(), "tasker".step_waiting())
                       or "tasker".step_ended_v1(s.state)
                  then p.last_state is not distinct from s.state
                  when s.state = "tasker".step_pending()
                  then p.last_state is null or p.last_state = "tasker".step_pending()
                  else p.last_state is null or p.last_state in (
                         "tasker".step_pending(), "tasker".step_ready(), "tasker".step_waiting_for_retry(),
                         "tasker".step_waiting()) end
     and not coalesce("tasker".clock_folded_v1(p.last_at), false)
  union all
  select 'completed_once', s.task_id, s.position, format('%s completions', p.completions)
    from "tasker".steps s join past p on p.task_id = s.task_id and p.position = s.position
   -- Every completion but the last was undone by an operator who ran the step again.
   where p.completions - p.undone <> case when s.state = "tasker".step_complete() then 1 else 0 end
  union all
  select 'attempts_are_consecutive', s.task_id, s.position,
         format('attempt %s after %s', s.attempt, coalesce(p.attempts::text, '{}'))
    from "tasker".steps s left join past p on p.task_id = s.task_id and p.position = s.position
   where s.position >= 0
     and (coalesce(p.attempts, '{}') <> array(
            select i from generate_series(1, coalesce(cardinality(p.attempts), 0)) i)
          or s.attempt <> coalesce(cardinality(p.attempts), 0)
                          + case when s.state = "tasker".step_in_progress() then 1 else 0 end)
$function$;

CREATE OR REPLACE FUNCTION tasker.audit_v1()
 RETURNS TABLE(rule text, task_id bigint, "position" smallint, detail text)
 LANGUAGE plpgsql
 STABLE
AS $function$
begin
  return query
    select * from "tasker".audit_steps_v1()
    union all select * from "tasker".audit_branches_v1()
    union all select * from "tasker".audit_queue_v1()
    union all select * from "tasker".audit_tasks_v1()
    union all select * from "tasker".audit_history_v1()
    union all select * from "tasker".audit_waits_v1();
end $function$;

CREATE OR REPLACE FUNCTION tasker.count_waiting_v1(p_tasks bigint[])
 RETURNS TABLE(task_id bigint, "position" smallint, need smallint, met smallint, ran smallint, blocked boolean)
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET jit TO 'off'
 SET enable_hashjoin TO 'on'
 SET enable_nestloop TO 'off'
 SET enable_mergejoin TO 'off'
AS $function$
#variable_conflict use_column
begin
  return query
  with recursive node as materialized (
    select s.task_id, s.position, s.state, m.parents, m.branched
      from unnest(p_tasks) as p(task_id)
     cross join lateral (select y.template_id from "tasker".tasks y where y.id = p.task_id offset 0) t
     cross join lateral (select y.task_id, y.position, y.state from "tasker".steps y
                          where y.task_id = p.task_id and y.position >= 0 offset 0) s
     cross join lateral (select y.parents, y.branched from "tasker".step_templates y
                          where y.template_id = t.template_id and y.position = s.position offset 0) m
  ), edge as materialized (
    select u.task_id, u.position, q.position as parent, q.state as parent_state
      from (select n.task_id, n.position, unnest(n.parents) as parent
              from node n where n.state = "tasker".step_pending()) u
      join node q on q.task_id = u.task_id and q.position = u.parent
  ), doomed(task_id, position) as (
    select e.task_id, e.position from edge e where "tasker".step_blocking_v1(e.parent_state)
    union
    select e.task_id, e.position from doomed d join edge e on e.task_id = d.task_id and e.parent = d.position
  ), met as (
    select e.task_id, e.position, count(*) as met,
           count(*) filter (where e.parent_state <> "tasker".step_not_taken()) as ran
      from edge e where "tasker".step_satisfied_v1(e.parent_state) group by e.task_id, e.position
  )
  select n.task_id, n.position, cardinality(n.parents)::smallint, coalesce(m.met, 0)::smallint,
         case when n.branched then coalesce(m.ran, 0) else 0 end::smallint, d.task_id is not null
    from node n
    left join met m on m.task_id = n.task_id and m.position = n.position
    left join doomed d on d.task_id = n.task_id and d.position = n.position
   where n.state = "tasker".step_pending();
end $function$;

CREATE OR REPLACE FUNCTION tasker.left_out_v1(p_task bigint, p_template integer)
 RETURNS smallint[]
 LANGUAGE plpgsql
 STABLE
AS $function$
declare
  v_states smallint[] := (
    select array_agg(s.state order by g.position)
      from generate_series(0, (select max(y.position) from "tasker".steps y where y.task_id = p_task)) as g(position)
      left join "tasker".steps s on s.task_id = p_task and s.position = g.position);
  v_step record;
  v_parent smallint;
  v_met int;
  v_ran int;
  v_left smallint[] := '{}';
begin
  for v_step in
    select l.position, m.parents, m.run_if
      from "tasker".template_levels_v1(p_template) l
      join "tasker".step_templates m on m.template_id = p_template and m.position = l.position
     where m.branched and m.parents <> '{}' and m.run_if <> 'always' order by l.ord
  loop
    continue when v_states[v_step.position + 1] <> "tasker".step_pending();
    v_met := 0;
    v_ran := 0;
    foreach v_parent in array v_step.parents loop
      if "tasker".step_satisfied_v1(v_states[v_parent + 1]) then v_met := v_met + 1; end if;
      if v_states[v_parent + 1] <> "tasker".step_not_taken() then v_ran := v_ran + 1; end if;
    end loop;
    if v_met = cardinality(v_step.parents) and v_ran < (case v_step.run_if when 'all' then v_met else 1 end) then
      v_states[v_step.position + 1] := "tasker".step_not_taken();
      v_left := v_left || v_step.position;
    end if;
  end loop;
  return v_left;
end $function$;

CREATE OR REPLACE FUNCTION tasker.recount_close_v1(p_tasks bigint[], p_now timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  with closed as (
    update "tasker".steps s set state = "tasker".step_cancelled(), finished_at = p_now, checkpoint = null
      from "tasker".tasks t
     where t.id = s.task_id and t.id = any (p_tasks) and "tasker".task_closed_v1(t.state) and s.position >= 0
       and "tasker".step_open_v1(s.state) and s.state <> "tasker".step_in_progress()
    returning s.task_id, s.position, s.attempt)
  insert into "tasker".step_history (task_id, at, position, attempt, from_state, to_state, reason)
  select c.task_id, p_now + interval '1 microsecond', c.position, c.attempt,
         coalesce((select h.to_state from "tasker".step_history h
                    where h.task_id = c.task_id and h.position = c.position order by h.at desc limit 1),
                  "tasker".step_pending()),
         "tasker".step_cancelled(), 'the task has been ended'
    from closed c;
  perform "tasker".close_waits_v1(p_tasks, p_now);
  delete from "tasker".delayed_steps d
   using "tasker".tasks t where d.task_id = any (p_tasks) and t.id = d.task_id and "tasker".task_closed_v1(t.state);
end $function$;

CREATE OR REPLACE FUNCTION tasker.recount_free_v1(p_tasks bigint[], p_now timestamp with time zone, OUT ready_task bigint[], OUT ready_position smallint[])
 RETURNS record
 LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
begin
  with due as materialized (
    select c.*, x.tid
      from "tasker".count_waiting_v1(p_tasks) c
     cross join lateral (
       select y.ctid as tid from "tasker".steps y
        where y.task_id = c.task_id and y.position = c.position and y.state = "tasker".step_pending()
          and ((y.need, y.met, y.ran, y.blocked) is distinct from (c.need, c.met, c.ran, c.blocked)
               or c.met >= c.need and not c.blocked) offset 0) x
  ), moved as (
    update "tasker".steps s
       set need = d.need, met = d.met, ran = d.ran, blocked = d.blocked, waited_ms = 0,
           state = case when d.met >= d.need and not d.blocked then "tasker".step_ready() else "tasker".step_pending() end
      from due d
     where s.ctid = d.tid
    returning s.task_id, s.position, s.state
  ), queued as (
    insert into "tasker".queue (lane_id, rank, task_id, template_id, position, fresh, ready_at)
    select m.entry_lane_id, -t.priority, v.task_id, t.template_id, v.position, false, p_now
      from moved v join "tasker".tasks t on t.id = v.task_id
      join "tasker".step_templates m on m.template_id = t.template_id and m.position = v.position
     where v.state = "tasker".step_ready()
    returning task_id, position)
  select array_agg(q.task_id), array_agg(q.position) into ready_task, ready_position from queued q;
end $function$;

CREATE OR REPLACE FUNCTION tasker.recount_ends_v1(p_tasks bigint[], p_worker integer, p_now timestamp with time zone, OUT ended_task bigint[], OUT ended_state smallint[])
 RETURNS record
 LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
begin
  update "tasker".steps s
     set need = e.sinks, met = e.satisfied, blocked = e.failed > 0,
         state = case when e.satisfied >= e.sinks then "tasker".step_complete() else "tasker".step_pending() end
    from (select t.id, count(*) filter (where m.is_sink) as sinks,
                 count(*) filter (where m.is_sink and "tasker".step_satisfied_v1(y.state)) as satisfied,
                 count(*) filter (where "tasker".step_blocking_v1(y.state)) as failed
            from "tasker".tasks t
            join "tasker".step_templates m on m.template_id = t.template_id
            join "tasker".steps y on y.task_id = t.id and y.position = m.position
           where t.id = any (p_tasks) group by t.id) e
   where s.task_id = e.id and s.position = -1;

  with total as (
    select t.id, count(*) as steps, count(*) filter (where "tasker".step_satisfied_v1(s.state)) as satisfied,
           count(*) filter (where "tasker".step_ended_v1(s.state) or s.blocked) as still
      from "tasker".tasks t join "tasker".steps s on s.task_id = t.id and s.position >= 0
     where t.id = any (p_tasks) and "tasker".task_open_v1(t.state) group by t.id
  ), ended as (
    update "tasker".tasks t
       set state = case when o.satisfied = o.steps then "tasker".task_complete() else "tasker".task_error() end,
           finished_at = p_now, started_at = coalesce(t.started_at, p_now), hold = false
      from total o where o.id = t.id and o.still = o.steps
    returning t.id, t.state
  ), noted as (
    insert into "tasker".task_history (task_id, at, worker_id, from_state, to_state)
    select e.id, greatest(p_now + interval '1 microsecond', "tasker".clock_v1()), p_worker,
           "tasker".task_in_progress(), e.state
      from ended e)
  select array_agg(e.id), array_agg(e.state) into ended_task, ended_state from ended e;
end $function$;

CREATE OR REPLACE FUNCTION tasker.recount_v1(p_tasks bigint[], p_worker integer, p_now timestamp with time zone)
 RETURNS TABLE(ready_task bigint[], ready_position smallint[], ended_task bigint[], ended_state smallint[], left_task bigint[], left_position smallint[])
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET jit TO 'off'
 SET enable_seqscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
AS $function$
#variable_conflict use_column
begin
  perform 1 from "tasker".tasks t where t.id = any (p_tasks) order by t.id for no key update;
  perform "tasker".recount_close_v1(p_tasks, p_now);
  select b.left_task, b.left_position into left_task, left_position
    from "tasker".recount_branches_v1(p_tasks, p_now) b;
  select f.ready_task, f.ready_position into ready_task, ready_position from "tasker".recount_free_v1(p_tasks, p_now) f;
  select e.ended_task, e.ended_state into ended_task, ended_state
    from "tasker".recount_ends_v1(p_tasks, p_worker, p_now) e;

  delete from "tasker".operated_tasks o
   using "tasker".tasks t
   where o.task_id = any (p_tasks) and t.id = o.task_id and "tasker".task_ended_v1(t.state)
     and not exists (select 1 from "tasker".steps s where s.task_id = o.task_id and s.state = "tasker".step_in_progress());
  return next;
end $function$;

CREATE OR REPLACE FUNCTION tasker.recount_branches_v1(p_tasks bigint[], p_now timestamp with time zone, OUT left_task bigint[], OUT left_position smallint[])
 RETURNS record
 LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
begin
  with found as materialized (
    select t.id as task_id, t.template_id, l.position
      from (select y.id, y.template_id
              from "tasker".tasks y
              join "tasker".task_templates m on m.id = y.template_id and m.level > 1
             where y.id = any (p_tasks) and "tasker".task_open_v1(y.state)
               and exists (select 1 from "tasker".steps s
                            where s.task_id = y.id and s.position >= 0 and s.state = "tasker".step_not_taken())
            offset 0) t
     cross join lateral unnest("tasker".left_out_v1(t.id, t.template_id)) as l(position)
  ), moved as (
    update "tasker".steps s
       set state = "tasker".step_not_taken(), finished_at = p_now, blocked = false, checkpoint = null,
           need = x.need, met = x.need, ran = x.ran
      from (select y.ctid as tid, cardinality(m.parents) as need, r.ran
              from found f
             cross join lateral (
               select z.ctid from "tasker".steps z
                where z.task_id = f.task_id and z.position = f.position and z.state = "tasker".step_pending()
                offset 0) y
             cross join lateral (
               select k.parents from "tasker".step_templates k
                where k.template_id = f.template_id and k.position = f.position offset 0) m
             -- Parents that are left out by this very statement still wait, as it sees them.
             cross join lateral (
               select count(*) as ran from unnest(m.parents) as u(position)
                cross join lateral (select q.state from "tasker".steps q
                                     where q.task_id = f.task_id and q.position = u.position offset 0) q
                where "tasker".step_satisfied_v1(q.state) and q.state <> "tasker".step_not_taken()) r) x
     where s.ctid = x.tid
    returning s.task_id, s.position, s.attempt
  ), noted as (
    insert into "tasker".step_history (task_id, at, position, attempt, from_state, to_state, metadata)
    -- After what the same act or settlement has done to the step.
    select m.task_id, p_now + interval '1 microsecond', m.position, m.attempt, "tasker".step_pending(),
           "tasker".step_not_taken(), '{"skip": {"reason": "no_branch_taken"}}'
      from moved m)
  select array_agg(m.task_id), array_agg(m.position) into left_task, left_position from moved m;
end $function$;

CREATE OR REPLACE FUNCTION tasker.operate_fill_v1(p_tasks bigint[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  insert into "tasker".steps (task_id, position, state)
  select t.id, m.position, "tasker".step_pending()
    from "tasker".tasks t
    join "tasker".step_templates m on m.template_id = t.template_id
   where t.id = any (p_tasks)
   order by t.id, m.position
  on conflict do nothing;
  insert into "tasker".steps (task_id, position, state)
  select t.id, -1, "tasker".step_pending()
    from "tasker".tasks t
   where t.id = any (p_tasks)
     and (select count(*) from "tasker".step_templates m where m.template_id = t.template_id and m.is_sink) > 1
   order by t.id
  on conflict do nothing;
  perform 1 from "tasker".steps s where s.task_id = any (p_tasks) order by s.task_id, s.position for no key update;
end $function$;

CREATE OR REPLACE FUNCTION tasker.operate_exact_v1(p_tasks bigint[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
declare
  v_made bigint[];
begin
  -- A row that was missing although nothing held the step back: it waits in the queue.
  update "tasker".steps s set state = "tasker".step_ready()
    from (select y.tid
            from (select t.id, t.template_id from "tasker".tasks t
                   where t.id = any (p_tasks) and "tasker".task_open_v1(t.state) offset 0) t
           cross join lateral (select w.ctid as tid, w.position from "tasker".steps w
                                where w.task_id = t.id and w.position >= 0 and w.state = "tasker".step_pending()
                                  and not w.blocked offset 0) y
           cross join lateral (select z.parents from "tasker".step_templates z
                                where z.template_id = t.template_id and z.position = y.position offset 0) m
           where not exists (select 1 from unnest(m.parents) as u(position)
                              cross join lateral (select q.state from "tasker".steps q
                                                   where q.task_id = t.id and q.position = u.position offset 0) q
                              where not "tasker".step_satisfied_v1(q.state))) x
   where s.ctid = x.tid;
  -- The rows stay whatever is decided, and with them the arithmetic of settlements is over.
  with made as (
    insert into "tasker".operated_tasks as o (task_id, hold, exact)
    select t.id, t.hold, true
      from "tasker".tasks t where t.id = any (p_tasks) and "tasker".task_open_v1(t.state) order by t.id
    on conflict (task_id) do update set exact = true where not o.exact
    returning task_id)
  select array_agg(m.task_id) into v_made from made m;
  if v_made is not null then
    perform "tasker".recount_v1(v_made, null, "tasker".clock_v1());
  end if;
end $function$;

CREATE OR REPLACE FUNCTION tasker.operate_lock_v1(p_tasks bigint[], p_whole boolean)
 RETURNS TABLE(task_id bigint, template_id integer, state smallint, hold boolean, priority smallint, lock_version integer, correlation_id text, positions smallint[], states smallint[])
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET jit TO 'off'
 SET enable_seqscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
AS $function$
#variable_conflict use_column
begin
  perform set_config('lock_timeout', '300ms', true);
  -- Operators take turns before they take rows.
  perform pg_advisory_xact_lock(hashtextextended('"tasker".operate', t.id))
     from (select distinct u as id from unnest(p_tasks) u order by u) t;

  perform 1 from "tasker".steps s where s.task_id = any (p_tasks) and s.state = "tasker".step_in_progress()
    order by s.task_id, s.position for no key update;
  if p_whole then perform "tasker".operate_fill_v1(p_tasks); end if;
  perform 1 from "tasker".tasks t where t.id = any (p_tasks) order by t.id for no key update;
  -- From here on the row of a task of one step says what tasker.task_now_v1 sees.
  update "tasker".tasks t set state = "tasker".task_in_progress(), started_at = s.started_at
    from "tasker".steps s
   where t.id = any (p_tasks) and t.state = "tasker".task_pending()
     and s.task_id = t.id and s.position >= 0 and s.state = "tasker".step_in_progress()
     and not exists (select 1 from "tasker".step_templates m
                      where m.template_id = t.template_id and m.position <> s.position);
  if p_whole then perform "tasker".operate_exact_v1(p_tasks); end if;

  return query
  select t.id, t.template_id, t.state, t.hold, t.priority, t.lock_version, t.correlation_id,
         s.positions, s.states
    from "tasker".tasks t
    left join lateral (select array_agg(y.position order by y.position) as positions,
                              array_agg(y.state order by y.position) as states
                         from "tasker".steps y where p_whole and y.task_id = t.id and y.position >= 0) s on true
   where t.id = any (p_tasks)
   order by t.id;
end $function$;

CREATE OR REPLACE FUNCTION tasker.operate_steps_v1(p_actor text, p_reason text, p_tasks jsonb, p_now timestamp with time zone, m_task bigint[], m_position smallint[], m_state smallint[], m_result text[], m_inputs text[], m_again boolean[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
declare
  -- All tasks of one call are for one command.
  v_rerun boolean := p_tasks -> 0 -> 'metadata' ->> 'verb' = 'rerun';
  -- How many attempts the step has from now on: what the template allows beyond or below that is granted, or taken.
  v_attempts int := p_tasks -> 0 -> 'metadata' ->> 'attempts';
begin
  with was as (
    select m.*, s.state as from_state, s.attempt, s.started_at, s.waited_ms, s.worker_id, s.inputs as had,
           s.result as gave, s.state = "tasker".step_in_progress() as ran
      from unnest(m_task, m_position, m_state, m_result, m_inputs, m_again)
             as m(task_id, position, to_state, result, inputs, again)
      join "tasker".steps s on s.task_id = m.task_id and s.position = m.position
  ), moved as (
    update "tasker".steps s
       set state = w.to_state,
           -- A step that is given back is granted an attempt, not given the number again: the fence tells the next run
           -- from the one whose handler does not know yet that it is over.
           granted = case when v_attempts is not null then w.attempt + v_attempts - (
                               select p.retry_limit from "tasker".tasks t
                                 join "tasker".step_templates p on p.template_id = t.template_id
                                  and p.position = w.position where t.id = w.task_id)
                          when w.again then w.attempt
                          when w.ran and w.to_state = "tasker".step_ready() then s.granted + 1 else s.granted end,
           admitted = s.admitted and not (w.again and v_rerun),
           generation = s.generation + case when w.again and v_rerun then 1 else 0 end,
           result = case when w.to_state = "tasker".step_resolved_manually() then w.result::jsonb
                         when w.from_state = w.to_state then s.result end,
           checkpoint = case when "tasker".step_open_v1(w.to_state) and not w.again then s.checkpoint end,
           inputs = case when w.inputs is null then s.inputs when w.inputs <> 'null' then w.inputs::jsonb end,
           finished_at = case when w.from_state = w.to_state then s.finished_at
                              when "tasker".step_ended_v1(w.to_state) then p_now end,
           blocked = s.blocked and w.to_state = "tasker".step_pending()
      from was w where s.task_id = w.task_id and s.position = w.position)
  insert into "tasker".step_history (task_id, at, started_at, worker_id, waited_ms, position, attempt,
                                   from_state, to_state, actor, reason, metadata)
  select w.task_id, p_now, case when w.ran then w.started_at end, case when w.ran then w.worker_id end,
         case when w.ran then w.waited_ms else 0 end, w.position, w.attempt, w.from_state, w.to_state,
         p_actor, p_reason,
         x.metadata
         || case when w.inputs is null then '{}' else jsonb_build_object('inputsBefore', w.had) end
         || case when w.again and w.gave is not null then jsonb_build_object('resultBefore', w.gave) else '{}' end
         || case when w.to_state = "tasker".step_not_taken() then jsonb '{"skip": {"reason": "not_chosen"}}' else '{}' end
    from was w
    join (select y.task, coalesce(y.metadata, '{}') as metadata
            from jsonb_to_recordset(p_tasks) as y(task bigint, metadata jsonb)) x
      on x.task = w.task_id;

  delete from "tasker".delayed_steps d
   using unnest(m_task, m_position) as m(task_id, position)
   where d.task_id = m.task_id and d.position = m.position
     and not exists (select 1 from "tasker".steps s where s.task_id = d.task_id and s.position = d.position
                                                     and s.state = "tasker".step_waiting_for_retry());
  delete from "tasker".parked_steps k
   using unnest(m_task, m_position) as m(task_id, position)
   where k.task_id = m.task_id and k.position = m.position
     and not exists (select 1 from "tasker".steps s where s.task_id = k.task_id and s.position = k.position
                                                     and s.state = "tasker".step_ready());
end $function$;

CREATE OR REPLACE FUNCTION tasker.operate_tasks_v1(p_actor text, p_reason text, p_tasks jsonb, p_now timestamp with time zone, p_all bigint[], p_whole bigint[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
begin
  with now_is as (
    update "tasker".tasks t
       set state = coalesce(x.state, t.state), priority = coalesce(x.priority, t.priority),
           hold = coalesce(x.hold, t.hold), tags = coalesce(x.tags, t.tags),
           reason = case when x.reason is null then t.reason else x.reason ->> 0 end,
           lock_version = t.lock_version + 1,
           finished_at = case when x.state is null or x.state = t.state then t.finished_at
                              when "tasker".task_ended_v1(x.state) then p_now end,
           started_at = case when x.state = "tasker".task_in_progress() then coalesce(t.started_at, p_now)
                             else t.started_at end
      from (select y.*, o.state as was
              from jsonb_to_recordset(p_tasks) as y(
                     task bigint, state smallint, hold boolean, priority smallint, tags text[], reason jsonb,
                     metadata jsonb)
              join "tasker".tasks o on o.id = y.task) x
     where t.id = x.task
    returning t.id, x.was, t.state, x.metadata,
              x.state is not null or x.hold is not null or x.priority is not null or x.tags is not null
              or x.reason is not null as noted)
  insert into "tasker".task_history (task_id, at, from_state, to_state, actor, reason, metadata)
  select n.id, p_now, n.was, n.state, p_actor, p_reason, n.metadata from now_is n where n.noted;

  insert into "tasker".operated_tasks as o (task_id, hold, exact)
  select t.id, t.hold, t.id = any (p_whole) from "tasker".tasks t
   where t.id = any (p_all) and (t.hold or t.id = any (p_whole))
  on conflict (task_id) do update set hold = excluded.hold, exact = o.exact or excluded.exact;
  update "tasker".operated_tasks o set hold = t.hold
    from "tasker".tasks t where t.id = o.task_id and t.id = any (p_all) and o.hold <> t.hold;
  delete from "tasker".operated_tasks o where o.task_id = any (p_all) and not o.hold and not o.exact;
end $function$;

CREATE OR REPLACE FUNCTION tasker.operate_queue_v1(p_all bigint[], p_now timestamp with time zone, m_task bigint[], m_position smallint[], m_state smallint[], m_inputs text[], m_again boolean[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
begin
  with gone as (
    delete from "tasker".parked_steps k using "tasker".tasks t
     where k.task_id = any (p_all) and t.id = k.task_id and not t.hold and "tasker".task_open_v1(t.state)
    returning k.*)
  insert into "tasker".queue (lane_id, rank, task_id, template_id, position, fresh, ready_at)
  select g.lane_id, g.rank, g.task_id, g.template_id, g.position, g.fresh, g.ready_at from gone g;
  insert into "tasker".queue (lane_id, rank, task_id, template_id, position, fresh, ready_at)
  select case when s.admitted then p.lane_id else p.entry_lane_id end, -t.priority, t.id, t.template_id, m.position,
         false, p_now
    from unnest(m_task, m_position, m_state, m_inputs, m_again) as m(task_id, position, state, inputs, again)
    join "tasker".tasks t on t.id = m.task_id
    join "tasker".step_templates p on p.template_id = t.template_id and p.position = m.position
    join "tasker".steps s on s.task_id = t.id and s.position = m.position
   -- Not those that only get other inputs: they are in the queue.
   where m.state = "tasker".step_ready() and (m.again or m.inputs is null);
end $function$;

CREATE OR REPLACE FUNCTION tasker.operate_apply_v1(p_actor text, p_reason text, p_tasks jsonb, m_task bigint[], m_position smallint[], m_state smallint[], m_result text[], m_inputs text[], m_again boolean[])
 RETURNS TABLE(task_id bigint, state smallint, hold boolean, priority smallint, lock_version integer, ready_position smallint[], left_position smallint[], ended_state smallint, at timestamp with time zone)
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET jit TO 'off'
 SET enable_seqscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
AS $function$
#variable_conflict use_column
declare
  v_now timestamptz := "tasker".clock_v1();
  v_all bigint[];
  v_whole bigint[];
  v_ready_task bigint[];
  v_ready_position smallint[];
  v_left_task bigint[];
  v_left_position smallint[];
  v_ended_task bigint[];
  v_ended_state smallint[];
begin
  select array_agg(x.task), coalesce(array_agg(x.task) filter (where x.whole), '{}') into v_all, v_whole
    from jsonb_to_recordset(p_tasks) as x(task bigint, whole boolean);

  perform "tasker".operate_steps_v1(p_actor, p_reason, p_tasks, v_now,
                                  m_task, m_position, m_state, m_result, m_inputs, m_again);
  perform "tasker".close_waits_v1(v_all, v_now);
  perform "tasker".operate_tasks_v1(p_actor, p_reason, p_tasks, v_now, v_all, v_whole);
  if p_tasks -> 0 -> 'metadata' ->> 'verb' <> 'set_attempts' then
    perform "tasker".operate_queue_v1(v_all, v_now, m_task, m_position, m_state, m_inputs, m_again);
  end if;
  if v_whole <> '{}' then
    select r.ready_task, r.ready_position, r.left_task, r.left_position, r.ended_task, r.ended_state
      into v_ready_task, v_ready_position, v_left_task, v_left_position, v_ended_task, v_ended_state
      from "tasker".recount_v1(v_whole, null, v_now) r;
  end if;
  return query
  select t.id, t.state, t.hold, t.priority, t.lock_version,
         (select array_agg(r.position)
            from unnest(v_ready_task, v_ready_position) as r(task_id, position) where r.task_id = t.id),
         (select array_agg(l.position)
            from unnest(v_left_task, v_left_position) as l(task_id, position) where l.task_id = t.id),
         (select e.state from unnest(v_ended_task, v_ended_state) as e(task_id, state) where e.task_id = t.id),
         v_now
    from "tasker".tasks t where t.id = any (v_all) order by t.id;
end $function$;

CREATE OR REPLACE FUNCTION tasker.requeue_v1(p_tasks bigint[], p_old smallint[])
 RETURNS void
 LANGUAGE plpgsql
 SET jit TO 'off'
AS $function$
#variable_conflict use_column
begin
  -- What a claim is taking needs no new place.
  with found as materialized (
    select q.ctid as tid
      from unnest(p_tasks, p_old) as x(task_id, old)
     cross join lateral (
       select distinct u.lane_id
         from "tasker".tasks t
         join "tasker".step_templates m on m.template_id = t.template_id
        cross join lateral unnest(array[m.lane_id, m.entry_lane_id]) as u(lane_id)
        where t.id = x.task_id) l
     cross join lateral (
       select y.ctid from "tasker".queue y
        where y.lane_id = l.lane_id and y.rank = -x.old and y.task_id = x.task_id for update skip locked) q
  ), moved as (
    delete from "tasker".queue q using found f where q.ctid = f.tid
    returning q.*)
  insert into "tasker".queue (lane_id, rank, task_id, template_id, position, fresh, ready_at)
  select v.lane_id, -t.priority, v.task_id, v.template_id, v.position, v.fresh, v.ready_at
    from moved v join "tasker".tasks t on t.id = v.task_id;
  update "tasker".delayed_steps d set rank = -t.priority
    from "tasker".tasks t where t.id = d.task_id and t.id = any (p_tasks);
  update "tasker".parked_steps k set rank = -t.priority
    from "tasker".tasks t where t.id = k.task_id and t.id = any (p_tasks);
end $function$;

CREATE OR REPLACE FUNCTION tasker.unpark_steps_v1()
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
declare
  v_count int;
begin
  with gone as (
    delete from "tasker".parked_steps k
     where not exists (select 1 from "tasker".step_templates m
                        where m.template_id = k.template_id and m.position = k.position and m.paused)
       and not exists (select 1 from "tasker".operated_tasks o where o.task_id = k.task_id and o.hold)
    returning k.*)
  insert into "tasker".queue (lane_id, rank, task_id, template_id, position, fresh, ready_at)
  select g.lane_id, g.rank, g.task_id, g.template_id, g.position, g.fresh, g.ready_at from gone g;
  get diagnostics v_count = row_count;
  return v_count;
end $function$;

CREATE OR REPLACE FUNCTION tasker.live_floor_v1()
 RETURNS bigint
 LANGUAGE sql
 STABLE
RETURN LEAST((SELECT min(q.task_id) AS min FROM tasker.queue q), (SELECT min(d.task_id) AS min FROM tasker.delayed_steps d), (SELECT min(k.task_id) AS min FROM tasker.parked_steps k), (SELECT min(o.task_id) AS min FROM tasker.operated_tasks o), (SELECT min(w.min_task_id) AS min FROM tasker.workers w), '9223372036854775807'::bigint);

CREATE OR REPLACE FUNCTION tasker.step_standings_v1(p_task bigint)
 RETURNS TABLE("position" smallint, name text, lane_id integer, entry_lane_id integer, parents smallint[], retryable boolean, retry_limit integer, paused boolean, task_state smallint, hold boolean, attempt integer, granted integer, worker_id integer, started_at timestamp with time zone, finished_at timestamp with time zone, satisfied integer, missing text[], origins text[], code smallint)
 LANGUAGE sql
 STABLE
AS $function$
  with recursive standing as materialized (
    select m.position, m.name, m.lane_id, m.entry_lane_id, m.parents, m.retryable, m.retry_limit, m.paused,
           t.state as task_state, t.hold, s.state, coalesce(s.attempt, 0) as attempt, coalesce(s.granted, 0) as granted,
           s.worker_id,
           case when s.attempt > 0 then s.started_at end as started_at, s.finished_at
      from "tasker".tasks t
      join "tasker".step_templates m on m.template_id = t.template_id
      left join "tasker".steps s on s.task_id = t.id and s.position = m.position
     where t.id = p_task
  ), edge as materialized (
    select n.position, u.position as parent, u.ord
      from standing n, unnest(n.parents) with ordinality as u(position, ord)
  ), met as (
    select e.position, count(*) filter (where "tasker".step_satisfied_v1(p.state))::int as satisfied,
           array_agg(p.name order by e.ord) filter (where "tasker".step_satisfied_v1(p.state) is not true) as missing
      from edge e join standing p on p.position = e.parent
     group by e.position
  ), doomed(position, origin) as (
    (select e.position, f.position
       from (select n.position from standing n
              where "tasker".step_blocking_v1(n.state) order by n.position limit 100) f
       join edge e on e.parent = f.position)
    union
    select e.position, d.origin from doomed d join edge e on e.parent = d.position
  ), doom as (
    select d.position, array_agg(n.name order by n.position) as origins
      from doomed d join standing n on n.position = d.origin group by d.position
  )
  select n.position, n.name, n.lane_id, n.entry_lane_id, n.parents, n.retryable, n.retry_limit, n.paused,
         n.task_state, n.hold, n.attempt, n.granted, n.worker_id, n.started_at, n.finished_at,
         coalesce(x.satisfied, 0), coalesce(x.missing, '{}'), coalesce(o.origins, '{}'),
         case when n.state is not null then n.state
              when "tasker".task_open_v1(n.task_state) and cardinality(n.parents) = coalesce(x.satisfied, 0)
              then "tasker".step_ready()
              else "tasker".step_pending() end
    from standing n
    left join met x on x.position = n.position
    left join doom o on o.position = n.position
$function$;

CREATE OR REPLACE FUNCTION tasker.step_readiness_v1(p_task bigint)
 RETURNS TABLE("position" smallint, step text, state text, ready boolean, reason text, parents integer, satisfied_parents integer, parent_positions smallint[], waits_for text[], blocked_by text[], due_at timestamp with time zone, queue_ahead integer, queue_capped boolean, live_workers integer, handler text, queue text, worker_id integer, worker text, host text, started_at timestamp with time zone, finished_at timestamp with time zone, attempt integer, retry_limit integer, attempts_left integer, last_failed_at timestamp with time zone, skip_reason text, skip jsonb)
 LANGUAGE sql
 STABLE
 SET jit TO 'off'
AS $function$
  with node as materialized (
    select s.*, s.code = "tasker".step_pending() as is_pending, s.code = "tasker".step_ready() as is_ready,
           s.code = "tasker".step_waiting_for_retry() as is_waiting
      from "tasker".step_standings_v1(p_task) s
  ), lane as materialized (
    select l.id, l.queue, l.handler,
           (select count(*)::int from "tasker".live_workers w where w.serving and l.id = any (w.lanes)) as serving
      from "tasker".lanes l where l.id in (select n.lane_id from node n union select n.entry_lane_id from node n)
  ), line as materialized (
    -- The first thousand of each lane: further back it only matters that it is far. A step on which the engine decides
    -- something is in one of two: in the engine's first.
    select distinct on (q.position) q.position, q.ord, l.lane_id
      from (select n.lane_id from node n where n.is_ready union select n.entry_lane_id from node n where n.is_ready) l
      cross join lateral (
        select y.task_id, y.position, (row_number() over (order by y.rank, y.seq))::int as ord
          from (select z.task_id, z.position, z.rank, z.seq from "tasker".queue z
                 where z.lane_id = l.lane_id order by z.rank, z.seq limit 1000) y) q
     where q.task_id = p_task
     order by q.position, q.ord
  )
  select n.position, n.name, "tasker".step_state_v1(n.code), n.is_ready,
         case when "tasker".step_ended_v1(n.code) then 'finished'
              when n.code = "tasker".step_in_progress() then 'running'
              when "tasker".task_ended_v1(n.task_state) and n.origins = '{}' then 'task_ended'
              when n.is_waiting then 'backing_off'
              when n.code = "tasker".step_waiting() then 'waiting'
              when n.is_pending and n.origins <> '{}' then 'blocked'
              when n.is_pending then 'waits_for_parents'
              when n.hold then 'paused_task'
              when n.paused then 'paused_step'
              when l.serving = 0 then 'no_live_worker'
              else 'queued' end,
         cardinality(n.parents), n.satisfied, n.parents, case when n.is_pending then n.missing else '{}' end,
         case when n.is_pending then n.origins else '{}' end,
         case when n.is_waiting then (
           select d.run_at from "tasker".delayed_steps d
            where d.task_id = p_task and d.position = n.position limit 1) end,
         case when n.is_ready then coalesce(q.ord - 1, 1000) end, case when n.is_ready then q.ord is null end,
         l.serving, l.handler, l.queue,
         case when n.attempt > 0 then n.worker_id end, w.name, w.host, n.started_at, n.finished_at, n.attempt,
         n.retry_limit,
         case when n.retryable then greatest(n.retry_limit - n.attempt + n.granted, 0)
              when n.attempt > n.granted then 0 else 1 end,
         f.at, k.reason, k.skip
    from node n
    left join line q on q.position = n.position and n.is_ready
    join lane l on l.id = coalesce(q.lane_id, n.lane_id)
    left join "tasker".workers w on w.id = n.worker_id and n.attempt > 0
    left join (select h.position, max(h.at) as at from "tasker".step_history h
                where h.task_id = p_task and h.error is not null group by h.position) f on f.position = n.position
    left join (select distinct on (h.position) h.position, "tasker".skip_reason_v1(h.actor, h.metadata) as reason,
                      h.metadata -> 'skip' as skip
                 from "tasker".step_history h
                where h.task_id = p_task and h.to_state in ("tasker".step_skipped(), "tasker".step_not_taken())
                order by h.position, h.at desc) k
      on k.position = n.position and n.code in ("tasker".step_skipped(), "tasker".step_not_taken())
   order by n.position
$function$;

CREATE OR REPLACE FUNCTION tasker.execution_context_v1(p_task bigint)
 RETURNS TABLE(task_id bigint, state text, total_steps integer, pending_steps integer, ready_steps integer, in_progress_steps integer, waiting_for_retry_steps integer, waiting_steps integer, completed_steps integer, failed_steps integer, cancelled_steps integer, blocked_steps integer, unserved_steps integer, execution_status text, recommended_action text, completion_percentage double precision, health_status text)
 LANGUAGE sql
 STABLE
 SET jit TO 'off'
AS $function$
  with counted as (
    select t.id, n.state, t.hold, count(r.step)::int as total,
           (count(*) filter (where r.state = 'pending'))::int as pending,
           (count(*) filter (where r.state = 'ready'))::int as ready,
           (count(*) filter (where r.state = 'in_progress'))::int as running,
           (count(*) filter (where r.state = 'waiting_for_retry'))::int as backing_off,
           (count(*) filter (where r.state = 'waiting'))::int as waiting,
           (count(*) filter (where r.state in ('complete', 'skipped', 'resolved_manually')))::int as satisfied,
           (count(*) filter (where r.state = 'error'))::int as failed,
           (count(*) filter (where r.state = 'cancelled'))::int as cancelled,
           (count(*) filter (where r.reason = 'blocked'))::int as blocked,
           (count(*) filter (where r.reason = 'no_live_worker'))::int as unserved
      from "tasker".tasks t
     cross join lateral "tasker".task_now_v1(t.id, t.state, t.started_at) n
      left join lateral "tasker".step_readiness_v1(t.id) r on true
     where t.id = p_task group by t.id, n.state
  ), judged as (
    select c.*, case when c.state = "tasker".task_complete() then 'all_complete'
                     when c.state = "tasker".task_error() then 'blocked_by_failures'
                     when "tasker".task_ended_v1(c.state) then 'finished'
                     when c.hold then 'paused'
                     when c.ready > c.unserved then 'has_ready_steps'
                     when c.running > 0 then 'processing'
                     when c.unserved > 0 then 'no_live_worker'
                     when c.backing_off > 0 then 'waiting_for_retry'
                     when c.waiting > 0 then 'waiting'
                     when c.failed + c.cancelled > 0 then 'blocked_by_failures'
                     else 'waiting_for_dependencies' end as status
      from counted c)
  select j.id, "tasker".task_state_v1(j.state), j.total, j.pending, j.ready, j.running, j.backing_off, j.waiting,
         j.satisfied, j.failed, j.cancelled, j.blocked, j.unserved, j.status,
         case j.status when 'paused' then 'resume_task' when 'has_ready_steps' then 'execute_ready_steps'
                       when 'processing' then 'wait_for_completion' when 'no_live_worker' then 'start_worker'
                       when 'waiting_for_retry' then 'wait_for_retry' when 'waiting' then 'wait'
                       when 'blocked_by_failures' then 'handle_failures'
                       when 'waiting_for_dependencies' then 'wait_for_dependencies' else 'none' end,
         case when j.total = 0 then 0 else round(100.0 * j.satisfied / j.total, 2)::float8 end,
         case when j.state = "tasker".task_error() then 'blocked'
              when "tasker".task_ended_v1(j.state) then 'healthy'
              when j.failed + j.cancelled = 0 and j.backing_off = 0 then 'healthy'
              when j.ready + j.running + j.backing_off + j.waiting > 0 then 'recovering'
              else 'blocked' end
    from judged j
$function$;

CREATE OR REPLACE FUNCTION tasker.template_levels_v1(p_template integer)
 RETURNS TABLE(ord integer, "position" smallint, level integer)
 LANGUAGE plpgsql
 STABLE
AS $function$
declare
  v_count int;       -- positions, those without a step included
  v_open int[];      -- parents not seen yet, by position + 1
  v_level int[];
  v_from int[];      -- where the children of a position begin in v_child
  v_child int[];
  v_order int[];
  v_at int := 1;
  v_next int;
begin
  select max(m.position) + 1 into v_count from "tasker".step_templates m where m.template_id = p_template;
  if v_count is null then return; end if;
  select array_agg(cardinality(m.parents) order by g.position), array_fill(0, array[v_count]),
         array_agg(m.position::int order by m.position) filter (where m.parents = '{}')
    into v_open, v_level, v_order
    from generate_series(0, v_count - 1) as g(position)
    left join "tasker".step_templates m on m.template_id = p_template and m.position = g.position;
  select coalesce(array_agg(e.child order by e.parent), '{}') into v_child
    from (select u.position as parent, m.position::int as child
            from "tasker".step_templates m cross join lateral unnest(m.parents) as u(position)
           where m.template_id = p_template) e;
  select array_agg(f.start order by f.position) into v_from
    from (select g.position,
                 (1 + coalesce(sum(c.edges) over (order by g.position
                                                  rows between unbounded preceding and 1 preceding), 0))::int as start
            from generate_series(0, v_count) as g(position)
            left join (select u.position, count(*) as edges
                         from "tasker".step_templates m cross join lateral unnest(m.parents) as u(position)
                        where m.template_id = p_template group by u.position) c on c.position = g.position) f;
  while v_at <= cardinality(v_order) loop
    ord := v_at;
    position := v_order[v_at];
    level := v_level[position + 1];
    return next;
    for i in v_from[position + 1] .. v_from[position + 2] - 1 loop
      v_next := v_child[i] + 1;
      v_open[v_next] := v_open[v_next] - 1;
      if v_level[v_next] <= level then v_level[v_next] := level + 1; end if;
      if v_open[v_next] = 0 then v_order[cardinality(v_order) + 1] := v_next - 1; end if;
    end loop;
    v_at := v_at + 1;
  end loop;
end $function$;

CREATE OR REPLACE FUNCTION tasker.dependency_levels_v1(p_task bigint)
 RETURNS TABLE("position" smallint, step text, level integer)
 LANGUAGE sql
 STABLE
AS $function$
  select m.position, m.name, l.level
    from "tasker".tasks t
    cross join lateral "tasker".template_levels_v1(t.template_id) l
    join "tasker".step_templates m on m.template_id = t.template_id and m.position = l.position
   where t.id = p_task
   order by l.level, m.position
$function$;

CREATE OR REPLACE FUNCTION tasker.critical_path_v1(p_task bigint)
 RETURNS TABLE(ord integer, "position" smallint, step text, duration_ms double precision, waited_ms double precision)
 LANGUAGE plpgsql
 STABLE
 SET jit TO 'off'
AS $function$
declare
  v_template int;
  v_ms float8[];       -- by position + 1
  v_waited float8[];
  v_best float8[];
  v_via int[];
  v_last int;
  v_path int[] := '{}';
  v_step record;
  v_at int;
  v_parent int;
begin
  select t.template_id into v_template from "tasker".tasks t where t.id = p_task;
  if v_template is null then return; end if;
  with past as (
    select h.position, min(h.started_at) as began, max(h.at) as ended,
           (array_agg(h.waited_ms order by h.at))[1] as waited
      from "tasker".step_history h
     where h.task_id = p_task and h.from_state = "tasker".step_in_progress() group by h.position)
  select array_agg(greatest(0, coalesce(1000 * date_part('epoch', x.ended - x.began), 0)) order by x.position),
         array_agg(x.waited order by x.position)
    into v_ms, v_waited
    from (select g.position, coalesce(p.began, case when s.attempt > 0 then s.started_at end) as began,
                 case when s.state in ("tasker".step_in_progress(), "tasker".step_waiting_for_retry(),
                                   "tasker".step_waiting())
                      then "tasker".clock_v1() else coalesce(p.ended, s.finished_at) end as ended,
                 greatest(0, coalesce(p.waited, s.waited_ms, 0)) as waited
            from generate_series(0, (select max(m.position) from "tasker".step_templates m
                                      where m.template_id = v_template)) as g(position)
            left join "tasker".steps s on s.task_id = p_task and s.position = g.position
            left join past p on p.position = g.position) x;
  v_best := array_fill(0::float8, array[cardinality(v_ms)]);
  v_via := array_fill(-1, array[cardinality(v_ms)]);
  for v_step in
    select l.position as at, m.parents from "tasker".template_levels_v1(v_template) l
      join "tasker".step_templates m on m.template_id = v_template and m.position = l.position order by l.ord
  loop
    v_at := v_step.at + 1;
    foreach v_parent in array v_step.parents loop
      if v_via[v_at] = -1 or v_best[v_parent + 1] > v_best[v_via[v_at] + 1] then v_via[v_at] := v_parent; end if;
    end loop;
    v_best[v_at] := v_ms[v_at] + v_waited[v_at] + case when v_via[v_at] = -1 then 0 else v_best[v_via[v_at] + 1] end;
    if v_last is null or v_best[v_at] > v_best[v_last + 1] then v_last := v_step.at; end if;
  end loop;
  while v_last <> -1 loop
    v_path := v_last || v_path;
    v_last := v_via[v_last + 1];
  end loop;
  return query
    select p.ord::int, m.position, m.name, v_ms[m.position + 1], v_waited[m.position + 1]
      from unnest(v_path) with ordinality as p(position, ord)
      join "tasker".step_templates m on m.template_id = v_template and m.position = p.position
     order by p.ord;
end $function$;

create table tasker.bulk_operations (
  id bigint generated always as identity not null,
  last_task_id bigint not null default 0,
  until_task_id bigint not null,
  next_batch_at timestamp with time zone not null default now(),
  lease_expires_at timestamp with time zone not null default '-infinity'::timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  finished_at timestamp with time zone,
  matched integer not null default 0,
  changed integer not null default 0,
  unchanged integer not null default 0,
  refused integer not null default 0,
  failed integer not null default 0,
  batch_size integer not null,
  rate real,
  state text not null default 'running'::text,
  command jsonb not null,
  filter jsonb not null,
  actor text not null,
  reason text,
  refusals jsonb not null default '{}'::jsonb,
  samples jsonb not null default '[]'::jsonb,
  owner text,
  error text,
  constraint bulk_operations_batch_size_check CHECK ((batch_size > 0)),
  constraint bulk_operations_pkey PRIMARY KEY (id),
  constraint bulk_operations_rate_check CHECK ((rate > (0)::double precision)),
  constraint bulk_operations_state_check CHECK ((state = ANY (ARRAY['running'::text, 'complete'::text, 'cancelled'::text, 'failed'::text])))
) with (fillfactor=50);

CREATE INDEX bulk_operations_running ON tasker.bulk_operations USING btree (id) WHERE (state = 'running'::text);

create table tasker.retention_sweeps (
  lease_expires_at timestamp with time zone not null default '-infinity'::timestamp with time zone,
  ended_at timestamp with time zone not null default '-infinity'::timestamp with time zone,
  one boolean not null default true,
  owner text,
  constraint retention_sweeps_one_check CHECK (one),
  constraint retention_sweeps_pkey PRIMARY KEY (one)
) with (fillfactor=20);

create table tasker.retention_progress (
  scanned_to bigint not null default 0,
  pass_began_at timestamp with time zone not null,
  swept_at timestamp with time zone not null,
  rule text not null,
  constraint retention_progress_pkey PRIMARY KEY (rule)
) with (fillfactor=20);

create table tasker.retention_stragglers (
  due_at timestamp with time zone not null,
  task_id bigint not null,
  rule text not null,
  constraint retention_stragglers_pkey PRIMARY KEY (rule, due_at, task_id)
);

create table tasker.archived_tasks (
  task_id bigint not null,
  requested_at timestamp with time zone not null,
  finished_at timestamp with time zone not null,
  archived_at timestamp with time zone not null,
  namespace text not null,
  name text not null,
  version text not null,
  state text not null,
  identity text,
  correlation_id text not null,
  document jsonb not null,
  constraint archived_tasks_pkey PRIMARY KEY (task_id)
);

CREATE INDEX archived_tasks_at ON tasker.archived_tasks USING brin (archived_at);

CREATE OR REPLACE FUNCTION tasker.task_document_v1(p_task bigint)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET jit TO 'off'
AS $function$
  select jsonb_build_object(
    'format', 1,
    'task', (select to_jsonb(t) from "tasker".task_list t where t.task_id = p_task),
    'steps', coalesce((
      select jsonb_agg(to_jsonb(s) - 'task_id' order by s.position)
        from "tasker".task_steps s where s.task_id = p_task), '[]'),
    'transitions', jsonb_build_object(
      'task', coalesce((
        select jsonb_agg(to_jsonb(h) - 'task_id' order by h.ordinal)
          from "tasker".task_transitions h where h.task_id = p_task), '[]'),
      'steps', coalesce((
        select jsonb_agg(to_jsonb(h) - 'task_id' order by h.ordinal)
          from "tasker".step_transitions h where h.task_id = p_task), '[]')),
    'annotations', coalesce((
      select jsonb_agg(jsonb_build_object('type', k.name, 'annotation', a.annotation, 'actor', a.actor,
                                          'created_at', a.created_at) order by a.id)
        from "tasker".task_annotations a
        join "tasker".annotation_types k on k.id = a.annotation_type_id
       where a.task_id = p_task), '[]'))
$function$;

CREATE OR REPLACE FUNCTION tasker.delete_tasks_v1(p_tasks bigint[], p_archive bigint[])
 RETURNS void
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET jit TO 'off'
 SET enable_seqscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
AS $function$
declare
  -- Nothing was recorded of a task before it was requested: older partitions are not looked at.
  v_since timestamptz := (select min(t.requested_at) from "tasker".tasks t where t.id = any (p_tasks));
begin
  if cardinality(p_archive) > 0 then
    insert into "tasker".archived_tasks (task_id, namespace, name, version, state, identity, correlation_id,
                                       requested_at, finished_at, archived_at, document)
    select l.task_id, l.namespace, l.name, l.version, l.state, l.identity, l.correlation_id,
           l.requested_at, l.finished_at, "tasker".clock_v1(), "tasker".task_document_v1(l.task_id)
      from "tasker".task_list l where l.task_id = any (p_archive);
  end if;
  perform "tasker".delete_waits_v1(p_tasks);
  delete from "tasker".task_annotations a where a.task_id = any (p_tasks);
  delete from "tasker".task_attributes a where a.task_id = any (p_tasks);
  delete from "tasker".step_history h where h.task_id = any (p_tasks) and h.at >= v_since;
  delete from "tasker".task_history h where h.task_id = any (p_tasks) and h.at >= v_since;
  delete from "tasker".steps s where s.task_id = any (p_tasks);
  delete from "tasker".tasks t where t.id = any (p_tasks);
end $function$;

CREATE OR REPLACE FUNCTION tasker.prune_batch_v1(p_rule text, p_templates integer[], p_least interval, p_limit integer, p_scan integer, p_from bigint, p_now timestamp with time zone, OUT seen bigint[], OUT scanned_to bigint, OUT more boolean)
 RETURNS record
 LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
declare
  v_read int;
  v_last bigint;
  v_young bigint;
begin
  with late as (
    delete from "tasker".retention_stragglers g
     where g.rule = p_rule and (g.due_at, g.task_id) in (
       select y.due_at, y.task_id from "tasker".retention_stragglers y
        where y.rule = p_rule and y.due_at <= p_now order by y.due_at, y.task_id limit p_limit)
    returning g.task_id)
  select array_agg(l.task_id order by l.task_id) into seen from late l;
  more := true;
  if seen is not null then return; end if;

  select count(*), max(w.id), min(w.id) filter (where w.requested_at > p_now - p_least)
    into v_read, v_last, v_young
    from (select t.id, t.requested_at from "tasker".tasks t where t.id > p_from order by t.id limit p_scan) w;
  -- Nothing requested later than this can be due, and ids are nearly in the order of requests.
  more := v_young is null and v_read = p_scan;
  scanned_to := coalesce(v_young - 1, v_last, p_from);
  select array_agg(t.id order by t.id) into seen
    from "tasker".tasks t where t.id > p_from and t.id <= scanned_to and t.template_id = any (p_templates);
end $function$;

CREATE OR REPLACE FUNCTION tasker.prune_due_v1(p_seen bigint[], p_archived integer[], p_keep interval, p_keep_errors interval, p_limit integer, p_now timestamp with time zone, OUT due bigint[], OUT archive bigint[])
 RETURNS record
 LANGUAGE plpgsql
AS $function$
begin
  select array_agg(d.id order by d.id), array_agg(d.id) filter (where d.template_id = any (p_archived))
    into due, archive
    from (select t.id, t.template_id from "tasker".tasks t
           where t.id = any (p_seen) and "tasker".task_ended_v1(t.state)
             and t.finished_at <= p_now - case when t.state = "tasker".task_error() then p_keep_errors else p_keep end
             -- A handler may still end what it had begun when the task was cancelled or resolved.
             and not ("tasker".task_closed_v1(t.state)
                      and exists (select 1 from "tasker".steps s
                                   where s.task_id = t.id and s.state = "tasker".step_in_progress()))
           order by t.id limit p_limit for update skip locked) d;
end $function$;

CREATE OR REPLACE FUNCTION tasker.prune_tasks_v1(p_owner text, p_lease_ms bigint, p_rule text, p_templates integer[], p_archived integer[], p_keep_ms bigint, p_keep_errors_ms bigint, p_limit integer, p_scan integer)
 RETURNS TABLE(pruned integer, archived integer, stragglers integer, more boolean)
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET jit TO 'off'
 SET enable_seqscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
AS $function$
#variable_conflict use_column
declare
  v_now timestamptz := "tasker".clock_v1();
  v_keep interval := p_keep_ms * interval '1 millisecond';
  v_keep_errors interval := p_keep_errors_ms * interval '1 millisecond';
  v_least interval := least(v_keep, v_keep_errors);
  v_from bigint;
  v_to bigint;
  v_seen bigint[];
  v_due bigint[];
  v_archive bigint[];
begin
  update "tasker".retention_sweeps w set lease_expires_at = clock_timestamp() + p_lease_ms * interval '1 millisecond'
   where w.owner = p_owner;
  if not found then raise exception 'another process sweeps' using errcode = 'TSK04'; end if;
  -- A prune that a crash of the server forgets is only done again.
  perform set_config('synchronous_commit', 'off', true);

  insert into "tasker".retention_progress as g (rule, pass_began_at, swept_at) values (p_rule, v_now, v_now)
  on conflict (rule) do update set swept_at = v_now
  returning g.scanned_to into v_from;

  select b.seen, b.scanned_to, b.more into v_seen, v_to, more
    from "tasker".prune_batch_v1(p_rule, p_templates, v_least, p_limit, p_scan, v_from, v_now) b;
  select d.due, d.archive into v_due, v_archive
    from "tasker".prune_due_v1(v_seen, p_archived, v_keep, v_keep_errors, p_limit, v_now) d;
  pruned := coalesce(cardinality(v_due), 0);
  archived := coalesce(cardinality(v_archive), 0);
  -- What lies beyond a full batch belongs to the next one.
  if v_to is not null and pruned = p_limit then
    v_to := v_due[p_limit];
    more := true;
  end if;

  insert into "tasker".retention_stragglers (rule, due_at, task_id)
  select p_rule, greatest(x.due_at, v_now + interval '10 seconds'), x.id
    from (select t.id,
                 -- What has not ended by now cannot be due before now + keep.
                 case when "tasker".task_open_v1(t.state) then v_now + v_least
                      when t.state = "tasker".task_error() then coalesce(t.finished_at + v_keep_errors, v_now + v_keep)
                      else t.finished_at + v_keep end as due_at
            from "tasker".tasks t
           where t.id = any (v_seen) and t.id <= coalesce(v_to, t.id) and t.id <> all (coalesce(v_due, '{}'))) x
   where x.due_at is not null;
  get diagnostics stragglers = row_count;

  if pruned > 0 then perform "tasker".delete_tasks_v1(v_due, coalesce(v_archive, '{}')); end if;
  if v_to is not null then
    update "tasker".retention_progress g set scanned_to = v_to where g.rule = p_rule;
  end if;
  return next;
end $function$;

CREATE OR REPLACE FUNCTION tasker.drop_history_partition_v1()
 RETURNS text
 LANGUAGE plpgsql
AS $function$
declare
  v_now timestamptz := "tasker".clock_v1();
  v_oldest timestamptz := coalesce((select t.requested_at from "tasker".tasks t order by t.id limit 1), v_now);
  v_name text;
begin
  select c.relname into v_name
    from pg_inherits i
    join pg_class c on c.oid = i.inhrelid
    cross join lateral (
      -- for values from ('...') to ('...'); default has no end.
      select nullif(split_part(pg_get_expr(c.relpartbound, c.oid), '''', 4), '')::timestamptz as ends_at) b
   where i.inhparent in ('"tasker".step_history'::regclass, '"tasker".task_history'::regclass)
     and b.ends_at <= v_now
     -- No task is as old as it, or vacuum has given back its last page.
     and (pg_relation_size(c.oid) = 0 or b.ends_at < v_oldest - interval '1 hour')
   order by b.ends_at, c.relname limit 1;
  if v_name is not null then
    execute format('drop table "tasker".%I', v_name);
  end if;
  return v_name;
exception when lock_not_available then
  return 'busy';
end $function$;

create table tasker.api_keys (
  created_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone,
  revoked_at timestamp with time zone,
  last_used_at timestamp with time zone,
  id integer generated always as identity not null,
  prefix text not null,
  hash bytea not null,
  name text not null,
  roles text[] not null,
  permissions text[] not null,
  namespaces text[],
  created_by text not null,
  revoked_by text,
  constraint api_keys_pkey PRIMARY KEY (id),
  constraint api_keys_prefix_key UNIQUE (prefix)
) with (fillfactor=80);

create table tasker.history_rollup (
  hour timestamp with time zone not null,
  all_ms double precision not null,
  total_ms double precision not null,
  max_ms double precision,
  template_id integer not null,
  ended integer not null,
  completed integer not null,
  failed integer not null,
  kind smallint not null,
  "position" smallint not null,
  buckets smallint[] not null,
  counts integer[] not null,
  constraint history_rollup_pkey PRIMARY KEY (hour, kind, template_id, "position")
);

create table tasker.history_rollup_days (
  day timestamp with time zone not null,
  all_ms double precision not null,
  total_ms double precision not null,
  max_ms double precision,
  template_id integer not null,
  ended integer not null,
  completed integer not null,
  failed integer not null,
  kind smallint not null,
  "position" smallint not null,
  buckets smallint[] not null,
  counts integer[] not null,
  constraint history_rollup_days_pkey PRIMARY KEY (day, kind, template_id, "position")
);

create table tasker.rollup_progress (
  rolled_until timestamp with time zone,
  singleton boolean not null default true,
  constraint rollup_progress_pkey PRIMARY KEY (singleton),
  constraint rollup_progress_singleton_check CHECK (singleton)
) with (fillfactor=20);

CREATE OR REPLACE FUNCTION tasker.duration_bucket_v1(p_ms double precision)
 RETURNS smallint
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN (CASE WHEN (p_ms <= (0.01)::double precision) THEN (0)::double precision ELSE ceil((ln((p_ms / (0.01)::double precision)) / ln((1.04)::double precision))) END)::smallint;

CREATE OR REPLACE FUNCTION tasker.bucket_ms_v1(p_bucket smallint)
 RETURNS double precision
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN (p_bucket = 0) THEN (0)::double precision ELSE ((0.01)::double precision * ((1.04)::double precision ^ ((p_bucket)::double precision - (0.5)::double precision))) END;

CREATE OR REPLACE FUNCTION tasker.history_counts_v1(p_from timestamp with time zone, p_to timestamp with time zone)
 RETURNS TABLE(kind smallint, template_id integer, "position" smallint, ended integer, completed integer, failed integer, all_ms double precision, total_ms double precision, max_ms double precision, buckets smallint[], counts integer[])
 LANGUAGE plpgsql
 STABLE
 SET plan_cache_mode TO 'force_custom_plan'
 SET jit TO 'off'
 SET work_mem TO '32MB'
AS $function$
#variable_conflict use_column
begin
  if p_from >= p_to then return; end if;
  return query
  with attempt as materialized (
    select t.template_id, h.position, h.to_state = "tasker".step_complete() as good, h.error is not null as failed,
           h.waited_ms::float8 as waited, 1000 * date_part('epoch', h.at - h.started_at) as ms
      from "tasker".step_history h join "tasker".tasks t on t.id = h.task_id
     where h.at >= p_from and h.at < p_to and h.from_state = "tasker".step_in_progress() and h.started_at is not null
       and "tasker".step_ran_v1(h.to_state)
  ), value as (
    select 0 as kind, a.template_id, a.position, "tasker".duration_bucket_v1(a.ms) as bucket, count(*) as ended,
           count(*) filter (where a.good) as n, count(*) filter (where a.failed) as failed, sum(a.ms) as all_ms,
           sum(a.ms) filter (where a.good) as total, max(a.ms) filter (where a.good) as most
      from attempt a group by 2, 3, 4
    union all
    select 1, a.template_id, a.position, "tasker".duration_bucket_v1(a.waited), count(*), count(*), 0, sum(a.waited),
           sum(a.waited), max(a.waited)
      from attempt a where a.good group by 2, 3, 4
    union all
    select 2, e.template_id, -1, "tasker".duration_bucket_v1(e.ms), count(*), count(*) filter (where e.good),
           count(*) filter (where e.to_state = "tasker".task_error()), sum(e.ms), sum(e.ms) filter (where e.good),
           max(e.ms) filter (where e.good)
      from (select t.template_id, h.to_state, h.to_state = "tasker".task_complete() as good,
                   1000 * date_part('epoch', h.at - t.requested_at) as ms
              from "tasker".task_history h join "tasker".tasks t on t.id = h.task_id
             where h.at >= p_from and h.at < p_to
               and "tasker".task_ended_v1(h.to_state) and "tasker".task_open_v1(h.from_state)) e
     group by 2, 4)
  select v.kind::smallint, v.template_id, v.position::smallint, sum(v.ended)::int, sum(v.n)::int, sum(v.failed)::int,
         sum(v.all_ms), coalesce(sum(v.total), 0), max(v.most),
         coalesce(array_agg(v.bucket order by v.bucket) filter (where v.n > 0), '{}'),
         coalesce(array_agg(v.n::int order by v.bucket) filter (where v.n > 0), '{}')
    from value v group by v.kind, v.template_id, v.position;
end $function$;

CREATE OR REPLACE FUNCTION tasker.roll_up_day_v1(p_day timestamp with time zone)
 RETURNS void
 LANGUAGE sql
AS $function$
  insert into "tasker".history_rollup_days (day, kind, template_id, position, ended, completed, failed, all_ms, total_ms,
                                          max_ms, buckets, counts)
  select p_day, r.kind, r.template_id, r.position, sum(r.ended), sum(r.completed), sum(r.failed), sum(r.all_ms),
         sum(r.total_ms), max(r.max_ms), coalesce(min(c.buckets), '{}'), coalesce(min(c.counts), '{}')
    from "tasker".history_rollup r
    left join (select x.kind, x.template_id, x.position, array_agg(x.bucket order by x.bucket) as buckets,
                      array_agg(x.n order by x.bucket) as counts
                 from (select y.kind, y.template_id, y.position, u.bucket, sum(u.n)::int as n
                         from "tasker".history_rollup y
                         cross join lateral unnest(y.buckets, y.counts) as u(bucket, n)
                        where y.hour >= p_day and y.hour < p_day + interval '1 day' group by 1, 2, 3, 4) x
                group by 1, 2, 3) c on (c.kind, c.template_id, c.position) = (r.kind, r.template_id, r.position)
   where r.hour >= p_day and r.hour < p_day + interval '1 day'
   group by r.kind, r.template_id, r.position
  on conflict do nothing
$function$;

CREATE OR REPLACE FUNCTION tasker.roll_up_history_v1(p_hours integer)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
declare
  v_now timestamptz := "tasker".clock_v1();
  v_from timestamptz;
  v_first timestamptz;
  v_done int := 0;
begin
  insert into "tasker".rollup_progress default values on conflict do nothing;
  select p.rolled_until into v_from from "tasker".rollup_progress p for update skip locked;
  if not found then return 0; end if;
  -- Nothing is older than the oldest task.
  v_first := date_trunc('hour', (select t.requested_at from "tasker".tasks t order by t.id limit 1), 'UTC');
  v_from := greatest(v_from, v_first);
  -- Two minutes for settlements of that hour that have not committed yet.
  while v_done < p_hours and v_from + interval '62 minutes' < v_now loop
    insert into "tasker".history_rollup (hour, kind, template_id, position, ended, completed, failed, all_ms, total_ms,
                                       max_ms, buckets, counts)
    select v_from, c.kind, c.template_id, c.position, c.ended, c.completed, c.failed, c.all_ms, c.total_ms,
           c.max_ms, c.buckets, c.counts
      from "tasker".history_counts_v1(v_from, v_from + interval '1 hour') c
    on conflict do nothing;
    v_from := v_from + interval '1 hour';
    v_done := v_done + 1;
    if v_from = date_trunc('day', v_from, 'UTC') then
      perform "tasker".roll_up_day_v1(v_from - interval '1 day');
    end if;
  end loop;
  update "tasker".rollup_progress set rolled_until = v_from where v_done > 0;
  return v_done;
end $function$;

CREATE OR REPLACE FUNCTION tasker.history_pieces_v1(p_since timestamp with time zone, p_until timestamp with time zone)
 RETURNS TABLE(kind smallint, template_id integer, "position" smallint, ended integer, completed integer, failed integer, all_ms double precision, total_ms double precision, max_ms double precision, buckets smallint[], counts integer[])
 LANGUAGE plpgsql
 STABLE
AS $function$
#variable_conflict use_column
declare
  v_from timestamptz := date_trunc('hour', p_since - interval '1 microsecond', 'UTC') + interval '1 hour';
  v_to timestamptz := least(date_trunc('hour', p_until, 'UTC'), (select p.rolled_until from "tasker".rollup_progress p));
  v_day_from timestamptz := date_trunc('day', v_from - interval '1 microsecond', 'UTC') + interval '1 day';
  v_day_to timestamptz := date_trunc('day', v_to, 'UTC');
begin
  if v_to is null or v_to <= v_from then
    return query select * from "tasker".history_counts_v1(p_since, p_until);
    return;
  end if;
  return query select * from "tasker".history_counts_v1(p_since, v_from);
  return query
    select r.kind, r.template_id, r.position, r.ended, r.completed, r.failed, r.all_ms, r.total_ms, r.max_ms,
           r.buckets, r.counts
      from "tasker".history_rollup r
     where r.hour >= v_from and r.hour < v_to
       and (v_day_to <= v_day_from or r.hour < v_day_from or r.hour >= v_day_to);
  return query
    select r.kind, r.template_id, r.position, r.ended, r.completed, r.failed, r.all_ms, r.total_ms, r.max_ms,
           r.buckets, r.counts
      from "tasker".history_rollup_days r where r.day >= v_day_from and r.day < v_day_to;
  return query select * from "tasker".history_counts_v1(v_to, p_until);
end $function$;

CREATE OR REPLACE FUNCTION tasker.health_counts_v1()
 RETURNS TABLE(at timestamp with time zone, total_tasks bigint, exact boolean, pending_tasks integer, in_progress_tasks integer, complete_tasks bigint, error_tasks integer, cancelled_tasks integer, resolved_tasks integer, paused_tasks integer, ready_steps integer, in_progress_steps integer, waiting_for_retry_steps integer, overdue_steps integer, parked_steps integer, error_steps integer, exhausted_steps integer, oldest_ready_ms double precision, unserved_steps integer, workers integer, draining_workers integer, lost_workers integer, capacity integer, active_connections integer, max_connections integer)
 LANGUAGE plpgsql
 STABLE
 SET jit TO 'off'
AS $function$
#variable_conflict use_column
declare
  v_floor bigint := "tasker".live_floor_v1();
  v_workers_floor bigint := (select min(w.min_task_id) from "tasker".workers w);
begin
  at := "tasker".clock_v1();
  select c.reltuples::bigint into total_tasks from pg_class c where c.oid = '"tasker".tasks'::regclass;
  exact := total_tasks < 200000;
  if exact then total_tasks := (select count(*) from "tasker".tasks); end if;

  select count(*) filter (where n.state = "tasker".task_pending()),
         count(*) filter (where n.state = "tasker".task_in_progress())
    into pending_tasks, in_progress_tasks
    from "tasker".tasks t cross join lateral "tasker".task_now_v1(t.id, t.state, t.started_at) n
   -- Tasks that only wait, perhaps for months, lie below the floor.
   where (t.id >= v_floor or t.id = any (array(select w.task_id from "tasker".step_waits w limit 100000)))
     and "tasker".task_open_v1(t.state);
  -- The same task may be there twice: an operator ran it again.
  select count(*) filter (where t.state = "tasker".task_error()),
         count(*) filter (where t.state = "tasker".task_cancelled()),
         count(*) filter (where t.state = "tasker".task_resolved_manually())
    into error_tasks, cancelled_tasks, resolved_tasks
    from (select distinct h.task_id from "tasker".task_history h where "tasker".task_rare_v1(h.to_state)) r
    join "tasker".tasks t on t.id = r.task_id;
  complete_tasks := greatest(0, total_tasks - pending_tasks - in_progress_tasks
                                - error_tasks - cancelled_tasks - resolved_tasks);
  paused_tasks := (select count(*) from "tasker".operated_tasks o where o.hold);

  select coalesce(sum(q.entries), 0), 1000 * date_part('epoch', at - min(q.oldest)),
         coalesce(sum(q.entries) filter (where not exists (
           select 1 from "tasker".live_workers w where w.serving and q.lane_id = any (w.lanes))), 0)
    into ready_steps, oldest_ready_ms, unserved_steps
    from (select y.lane_id, count(*)::int as entries, min(y.ready_at) as oldest
            from "tasker".queue y group by y.lane_id) q;
  select count(*), count(*) filter (where d.run_at < at)
    into waiting_for_retry_steps, overdue_steps from "tasker".delayed_steps d;
  parked_steps := (select count(*) from "tasker".parked_steps);
  in_progress_steps := (select count(*) from "tasker".steps s
                         where s.task_id >= v_workers_floor and s.state = "tasker".step_in_progress());
  select count(*), count(*) filter (where s.attempt - s.granted >= m.retry_limit) into error_steps, exhausted_steps
    from "tasker".step_history h
    join "tasker".steps s on s.task_id = h.task_id and s.position = h.position
                       and s.state = "tasker".step_error() and s.finished_at = h.at
    join "tasker".tasks t on t.id = h.task_id
    join "tasker".step_templates m on m.template_id = t.template_id and m.position = h.position
   where h.to_state = "tasker".step_error() and "tasker".step_rare_v1(h.to_state);

  select count(l.id), count(*) filter (where not l.serving), count(*) filter (where l.id is null),
         coalesce(sum(l.concurrency) filter (where not l.draining), 0)
    into workers, draining_workers, lost_workers, capacity
    from "tasker".workers w left join "tasker".live_workers l on l.id = w.id;
  select count(*) filter (where a.state = 'active'), current_setting('max_connections')::int
    into active_connections, max_connections
    from pg_stat_activity a where a.datname = current_database();
  return next;
end $function$;

CREATE OR REPLACE FUNCTION tasker.performance_places_v1(p_group text, p_namespaces text[], p_name text, p_version text)
 RETURNS TABLE(id integer, "position" smallint, step text, namespace text, name text, version text, number integer)
 LANGUAGE sql
 STABLE
AS $function$
  select k.id, k.position, k.step, k.namespace, k.name, k.version,
         dense_rank() over (order by k.namespace, k.name, k.version, k.step)::int
    from (select m.id, n.position, n.name as step, case when p_group <> 'all' then m.namespace end as namespace,
                 case when p_group not in ('all', 'namespace') then m.name end as name,
                 case when p_group in ('version', 'step') then m.version end as version
            from "tasker".task_templates m
            left join "tasker".step_templates n on p_group = 'step' and n.template_id = m.id
           where (p_namespaces is null or m.namespace = any (p_namespaces)) and (p_name is null or m.name = p_name)
             and (p_version is null or m.version = p_version)) k
$function$;

CREATE OR REPLACE FUNCTION tasker.measured_times_v1(p_since timestamp with time zone, p_until timestamp with time zone, p_group text, p_namespaces text[], p_name text, p_version text)
 RETURNS TABLE(number integer, kind integer, ended integer, completed integer, failed integer, average double precision, p50 double precision, p95 double precision, p99 double precision, most double precision)
 LANGUAGE plpgsql
 STABLE
AS $function$
#variable_conflict use_column
begin
  return query
  with place as materialized (
    select * from "tasker".performance_places_v1(p_group, p_namespaces, p_name, p_version)
  ), attempt as (
    select k.number, count(*)::int as attempts, (count(*) filter (where h.good))::int as completed,
           count(h.error)::int as failed, avg(h.ms) filter (where h.good) as average,
           percentile_disc(array[0.5, 0.95, 0.99, 1]) within group (order by h.ms) filter (where h.good) as p,
           avg(h.waited_ms::float8) filter (where h.good) as wait,
           percentile_disc(array[0.5, 0.95, 0.99, 1]) within group (order by h.waited_ms) filter (where h.good) as w
      from (select y.task_id, y.position, y.error, y.waited_ms, y.to_state = "tasker".step_complete() as good,
                   1000 * date_part('epoch', y.at - y.started_at) as ms
              from "tasker".step_history y
             where y.at >= p_since and y.at < p_until and y.from_state = "tasker".step_in_progress()
               and "tasker".step_ran_v1(y.to_state)) h
      join "tasker".tasks t on t.id = h.task_id
      join place k on k.id = t.template_id and coalesce(k.position, h.position) = h.position
     group by k.number
  ), whole as (
    select k.number, count(*)::int as tasks, (count(*) filter (where h.good))::int as completed,
           (count(*) filter (where h.to_state = "tasker".task_error()))::int as failed,
           avg(1000 * date_part('epoch', h.at - t.requested_at)) filter (where h.good) as average,
           percentile_disc(array[0.5, 0.95, 0.99, 1])
             within group (order by 1000 * date_part('epoch', h.at - t.requested_at)) filter (where h.good) as p
      from (select y.task_id, y.at, y.to_state, y.to_state = "tasker".task_complete() as good
              from "tasker".task_history y
             where p_group <> 'step' and y.at >= p_since and y.at < p_until
               and "tasker".task_ended_v1(y.to_state) and "tasker".task_open_v1(y.from_state)) h
      join "tasker".tasks t on t.id = h.task_id
      join place k on k.id = t.template_id
     group by k.number)
  select a.number, 0, a.attempts, a.completed, a.failed, a.average, a.p[1], a.p[2], a.p[3], a.p[4] from attempt a
  union all
  select a.number, 1, a.completed, a.completed, 0, a.wait, a.w[1], a.w[2], a.w[3], a.w[4] from attempt a
  union all
  select e.number, 2, e.tasks, e.completed, e.failed, e.average, e.p[1], e.p[2], e.p[3], e.p[4] from whole e;
end $function$;

CREATE OR REPLACE FUNCTION tasker.rolled_times_v1(p_since timestamp with time zone, p_until timestamp with time zone, p_group text, p_namespaces text[], p_name text, p_version text)
 RETURNS TABLE(number integer, kind integer, ended integer, completed integer, failed integer, average double precision, p50 double precision, p95 double precision, p99 double precision, most double precision)
 LANGUAGE plpgsql
 STABLE
AS $function$
#variable_conflict use_column
begin
  return query
  with place as materialized (
    select * from "tasker".performance_places_v1(p_group, p_namespaces, p_name, p_version)
  ), piece as materialized (
    select k.number, r.kind, r.ended, r.completed, r.failed, r.total_ms, r.max_ms, r.buckets, r.counts
      from "tasker".history_pieces_v1(p_since, p_until) r
      join place k on k.id = r.template_id and (p_group <> 'step' or k.position = r.position)
  ), total as (
    select p.number, p.kind, sum(p.ended)::int as ended, sum(p.completed)::int as completed,
           sum(p.failed)::int as failed, sum(p.total_ms) / nullif(sum(p.completed), 0)::float8 as average,
           max(p.max_ms) as most
      from piece p group by p.number, p.kind
  ), counted as (
    select p.number, p.kind, u.bucket, sum(u.n) as n
      from piece p cross join lateral unnest(p.buckets, p.counts) as u(bucket, n) group by 1, 2, 3
  ), ranked as (
    select c.number, c.kind, c.bucket, sum(c.n) over (partition by c.number, c.kind order by c.bucket) as rank,
           sum(c.n) over (partition by c.number, c.kind) as whole
      from counted c
  ), split as (
    select r.number, r.kind, "tasker".bucket_ms_v1(min(r.bucket) filter (where r.rank >= 0.5 * r.whole)) as p50,
           "tasker".bucket_ms_v1(min(r.bucket) filter (where r.rank >= 0.95 * r.whole)) as p95,
           "tasker".bucket_ms_v1(min(r.bucket) filter (where r.rank >= 0.99 * r.whole)) as p99
      from ranked r group by r.number, r.kind)
  select o.number, o.kind::int, o.ended, o.completed, o.failed, o.average,
         least(x.p50, o.most), least(x.p95, o.most), least(x.p99, o.most), o.most
    from total o left join split x on x.number = o.number and x.kind = o.kind;
end $function$;

CREATE OR REPLACE FUNCTION tasker.performance_v1(p_since timestamp with time zone, p_until timestamp with time zone, p_group text, p_namespaces text[], p_name text, p_version text)
 RETURNS TABLE(namespace text, name text, version text, step text, tasks integer, completed_tasks integer, failed_tasks integer, task_average_ms double precision, task_p50_ms double precision, task_p95_ms double precision, task_p99_ms double precision, task_max_ms double precision, attempts integer, completed_attempts integer, failed_attempts integer, step_average_ms double precision, step_p50_ms double precision, step_p95_ms double precision, step_p99_ms double precision, step_max_ms double precision, wait_average_ms double precision, wait_p50_ms double precision, wait_p95_ms double precision, wait_p99_ms double precision, wait_max_ms double precision, exact boolean)
 LANGUAGE plpgsql
 STABLE
 SET plan_cache_mode TO 'force_custom_plan'
 SET jit TO 'off'
 SET work_mem TO '32MB'
AS $function$
#variable_conflict use_column
declare
  -- So few can be sorted one by one.
  v_exact boolean := 30000 > coalesce((
    select sum(n.ended)
      from (select r.ended from "tasker".history_rollup r
             where r.hour > p_since - interval '1 hour' and r.hour < p_until and r.kind = 0
             order by r.hour desc limit 20000) n), 0);
begin
  return query
  with place as materialized (
    select distinct k.number, k.namespace, k.name, k.version, k.step
      from "tasker".performance_places_v1(p_group, p_namespaces, p_name, p_version) k
  ), told as materialized (
    select m.* from "tasker".measured_times_v1(p_since, p_until, p_group, p_namespaces, p_name, p_version) m where v_exact
    union all
    select r.* from "tasker".rolled_times_v1(p_since, p_until, p_group, p_namespaces, p_name, p_version) r
     where not v_exact)
  select n.namespace, n.name, n.version, n.step,
         coalesce(e.ended, 0), coalesce(e.completed, 0), coalesce(e.failed, 0), e.average, e.p50, e.p95, e.p99, e.most,
         coalesce(a.ended, 0), coalesce(a.completed, 0), coalesce(a.failed, 0), a.average, a.p50, a.p95, a.p99, a.most,
         w.average, w.p50, w.p95, w.p99, w.most, v_exact
    from place n
    left join told a on a.number = n.number and a.kind = 0
    left join told w on w.number = n.number and w.kind = 1
    left join told e on e.number = n.number and e.kind = 2
   where a.number is not null or e.number is not null
   order by coalesce(a.ended, 0) desc, n.number;
end $function$;

CREATE OR REPLACE FUNCTION tasker.slowest_steps_v1(p_since timestamp with time zone, p_until timestamp with time zone, p_limit integer, p_namespaces text[], p_name text, p_version text)
 RETURNS TABLE(task_id bigint, namespace text, name text, version text, step text, attempt integer, state text, duration_ms double precision, waited_ms bigint, started_at timestamp with time zone, ended_at timestamp with time zone, worker_id integer)
 LANGUAGE plpgsql
 STABLE
 SET plan_cache_mode TO 'force_custom_plan'
 SET jit TO 'off'
 SET work_mem TO '32MB'
AS $function$
#variable_conflict use_column
declare
  -- Null: all. Whose templates they are is only looked up when somebody asks for some.
  v_templates int[];
begin
  if p_namespaces is not null or p_name is not null or p_version is not null then
    v_templates := array(select m.id from "tasker".task_templates m
                          where (p_namespaces is null or m.namespace = any (p_namespaces))
                            and (p_name is null or m.name = p_name) and (p_version is null or m.version = p_version));
  end if;
  return query
  with slow as (
    select h.task_id, h.position, h.attempt, h.to_state, h.started_at, h.at, h.waited_ms, h.worker_id
      from "tasker".step_history h
     where h.at >= p_since and h.at < p_until and h.from_state = "tasker".step_in_progress() and h.started_at is not null
       and "tasker".step_ran_v1(h.to_state)
       and (v_templates is null
            or h.task_id in (select t.id from "tasker".tasks t where t.template_id = any (v_templates)))
     order by h.at - h.started_at desc, h.task_id, h.position
     limit p_limit)
  select h.task_id, m.namespace, m.name, m.version, n.name, h.attempt, "tasker".step_state_v1(h.to_state),
         1000 * date_part('epoch', h.at - h.started_at), h.waited_ms, h.started_at, h.at, h.worker_id
    from slow h
    join "tasker".tasks t on t.id = h.task_id
    join "tasker".task_templates m on m.id = t.template_id
    join "tasker".step_templates n on n.template_id = t.template_id and n.position = h.position
   order by h.at - h.started_at desc, h.task_id, h.position;
end $function$;

CREATE OR REPLACE FUNCTION tasker.slowest_tasks_v1(p_since timestamp with time zone, p_until timestamp with time zone, p_limit integer, p_namespaces text[], p_name text, p_version text)
 RETURNS TABLE(task_id bigint, namespace text, name text, version text, state text, duration_ms double precision, steps integer, completed_steps integer, failed_steps integer, requested_at timestamp with time zone, finished_at timestamp with time zone, initiator text, source_system text)
 LANGUAGE plpgsql
 STABLE
 SET plan_cache_mode TO 'force_custom_plan'
 SET jit TO 'off'
 SET work_mem TO '32MB'
AS $function$
#variable_conflict use_column
begin
  return query
  with slow as (
    select t.id, t.template_id, t.state, t.requested_at, t.finished_at, t.initiator, t.source_system,
           m.namespace, m.name, m.version
      from "tasker".task_history h
      join "tasker".tasks t on t.id = h.task_id and "tasker".task_ended_v1(t.state) and t.state = h.to_state
      join "tasker".task_templates m on m.id = t.template_id
     where h.at >= p_since and h.at < p_until
       and "tasker".task_ended_v1(h.to_state) and "tasker".task_open_v1(h.from_state)
       and (p_namespaces is null or m.namespace = any (p_namespaces)) and (p_name is null or m.name = p_name)
       and (p_version is null or m.version = p_version)
     order by h.at - t.requested_at desc, t.id
     limit p_limit)
  select s.id, s.namespace, s.name, s.version, "tasker".task_state_v1(s.state),
         1000 * date_part('epoch', s.finished_at - s.requested_at),
         (select count(*)::int from "tasker".step_templates n where n.template_id = s.template_id),
         (select count(*)::int from "tasker".steps y
           where y.task_id = s.id and y.position >= 0 and "tasker".step_satisfied_v1(y.state)),
         (select count(*)::int from "tasker".steps y where y.task_id = s.id and y.state = "tasker".step_error()),
         s.requested_at, s.finished_at, s.initiator, s.source_system
    from slow s
   order by s.finished_at - s.requested_at desc, s.id;
end $function$;

CREATE OR REPLACE FUNCTION tasker.bottlenecks_v1(p_since timestamp with time zone, p_until timestamp with time zone, p_limit integer, p_namespaces text[], p_name text, p_version text)
 RETURNS TABLE(namespace text, name text, version text, step text, attempts integer, failed_attempts integer, total_ms double precision, p95_ms double precision, average_wait_ms double precision, dependents integer, share double precision)
 LANGUAGE plpgsql
 STABLE
 SET plan_cache_mode TO 'force_custom_plan'
 SET jit TO 'off'
 SET work_mem TO '32MB'
AS $function$
#variable_conflict use_column
begin
  return query
  with place as materialized (
    select k.*, max(k.id) over (partition by k.number) as newest
      from "tasker".performance_places_v1('step', p_namespaces, p_name, p_version) k where k.position is not null
  ), piece as materialized (
    select k.number, r.kind, r.ended, r.completed, r.failed, r.all_ms, r.buckets, r.counts
      from "tasker".history_pieces_v1(p_since, p_until) r
      join place k on k.id = r.template_id and k.position = r.position
  ), ranked as (
    select c.number, c.bucket, sum(c.n) over (partition by c.number order by c.bucket) as rank,
           sum(c.n) over (partition by c.number) as whole
      from (select p.number, u.bucket, sum(u.n) as n
              from piece p cross join lateral unnest(p.buckets, p.counts) as u(bucket, n)
             where p.kind = 0 group by 1, 2) c
  ), worked as (
    select p.number, (sum(p.ended) filter (where p.kind = 0))::int as attempts,
           (sum(p.failed) filter (where p.kind = 0))::int as failed, sum(p.all_ms) filter (where p.kind = 0) as total,
           coalesce(sum(p.all_ms) filter (where p.kind = 1)
                    / nullif(sum(p.ended) filter (where p.kind = 1), 0)::float8, 0) as wait,
           (select "tasker".bucket_ms_v1(min(r.bucket)) from ranked r
             where r.number = p.number and r.rank >= 0.95 * r.whole) as p95
      from piece p group by p.number
  ), worst as (
    select w.*, k.id, k.position, k.step, k.namespace, k.name, k.version,
           w.total / nullif(sum(w.total) over (), 0) as share
      from worked w join place k on k.number = w.number and k.id = k.newest
     order by w.total desc, w.number limit p_limit)
  select w.namespace, w.name, w.version, w.step, w.attempts, w.failed, w.total, w.p95, w.wait, d.dependents,
         coalesce(w.share, 0)
    from worst w
    cross join lateral (
      with recursive after(position) as (
        select w.position
        union
        select c.position from after a
          join "tasker".step_templates c on c.template_id = w.id and a.position = any (c.parents))
      select count(*)::int - 1 as dependents from after) d
   order by w.total desc, w.number;
end $function$;

CREATE OR REPLACE FUNCTION tasker.failure_groups_v1(p_since timestamp with time zone, p_until timestamp with time zone, p_limit integer, p_namespaces text[], p_name text, p_version text)
 RETURNS TABLE(fingerprint text, namespace text, name text, step text, kind text, error_name text, pattern text, failures integer, tasks integer, open_tasks integer, first_at timestamp with time zone, last_at timestamp with time zone, sample_task_id bigint, sample_message text, versions text[])
 LANGUAGE plpgsql
 STABLE
 SET plan_cache_mode TO 'force_custom_plan'
 SET jit TO 'off'
 SET work_mem TO '32MB'
AS $function$
#variable_conflict use_column
begin
  return query
  with failure as materialized (
    select h.fingerprint, h.position, t.template_id, h.task_id, count(*) as failures, min(h.at) as first_at,
           max(h.at) as last_at, max(h.at) filter (where h.to_state = "tasker".step_error()) as final_at
      from "tasker".step_history h join "tasker".tasks t on t.id = h.task_id
     where h.error is not null and h.at >= p_since and h.at < p_until
     group by h.fingerprint, h.position, t.template_id, h.task_id
  ), grouped as (
    select f.fingerprint, m.namespace, m.name, n.name as step, sum(f.failures)::int as failures, count(*)::int as tasks,
           min(f.first_at) as first_at, max(f.last_at) as last_at, array_agg(distinct m.version) as versions
      from failure f
      join "tasker".task_templates m on m.id = f.template_id
      join "tasker".step_templates n on n.template_id = f.template_id and n.position = f.position
     where (p_namespaces is null or m.namespace = any (p_namespaces)) and (p_name is null or m.name = p_name)
       and (p_version is null or m.version = p_version)
     group by f.fingerprint, m.namespace, m.name, n.name
     order by failures desc, last_at desc, f.fingerprint
     limit p_limit
  ), open as (
    select g.fingerprint, g.namespace, g.name, g.step, count(*)::int as tasks
      from grouped g
      join failure f on f.fingerprint = g.fingerprint and f.final_at is not null
      join "tasker".task_templates m on m.id = f.template_id and m.namespace = g.namespace and m.name = g.name
      join "tasker".step_templates n on n.template_id = f.template_id and n.position = f.position and n.name = g.step
      join "tasker".steps s on s.task_id = f.task_id and s.position = f.position
                         and s.state = "tasker".step_error() and s.finished_at = f.final_at
     group by g.fingerprint, g.namespace, g.name, g.step)
  select g.fingerprint, g.namespace, g.name, g.step, x.error ->> 'kind', x.error ->> 'name',
         "tasker".error_pattern_v1(x.error ->> 'message'), g.failures, g.tasks, coalesce(o.tasks, 0), g.first_at,
         g.last_at, x.task_id, x.error ->> 'message', g.versions
    from grouped g
    cross join lateral (
      select h.task_id, h.error from "tasker".step_history h
       where h.error is not null and h.at = g.last_at and h.fingerprint = g.fingerprint order by h.task_id limit 1) x
    left join open o on (o.fingerprint, o.namespace, o.name, o.step) = (g.fingerprint, g.namespace, g.name, g.step)
   order by g.failures desc, g.last_at desc, g.fingerprint;
end $function$;

CREATE OR REPLACE FUNCTION tasker.record_graph_outcomes_v1(c_worker integer[], c_task bigint[], c_position smallint[], c_attempt integer[], c_grants smallint[], c_state smallint[], c_result text[], c_error text[], c_admitted boolean[], c_metadata text[], p_now timestamp with time zone)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
declare
  v_count int;
begin
  with settled as (
    update "tasker".steps s
       set state = c.state, granted = s.granted + coalesce(c.grants, 0), result = c.result::jsonb,
           admitted = s.admitted or coalesce(c.admitted, false),
           finished_at = case when "tasker".step_ended_v1(c.state) then p_now end,
           checkpoint = case when "tasker".step_open_v1(c.state) then s.checkpoint end
      from (select o.state, o.grants, o.result, o.error, o.admitted, o.metadata, x.tid
              from unnest(c_worker, c_task, c_position, c_attempt, c_grants, c_state, c_result, c_error, c_admitted,
                          c_metadata)
                     as o(worker_id, task_id, position, attempt, grants, state, result, error, admitted, metadata),
                   lateral (select y.ctid as tid from "tasker".steps y
                             where y.task_id = o.task_id and y.position = o.position
                               and y.state = "tasker".step_in_progress()
                               and y.worker_id = o.worker_id and y.attempt = o.attempt offset 0) x) c
     where s.ctid = c.tid
    returning s.task_id, s.position, s.started_at, s.waited_ms, s.state, s.attempt, s.worker_id, c.error, c.metadata)
  insert into "tasker".step_history (task_id, at, started_at, worker_id, waited_ms, position, attempt,
                                   from_state, to_state, error, fingerprint, metadata)
  select t.task_id, p_now, t.started_at, t.worker_id, t.waited_ms, t.position, t.attempt,
         "tasker".step_in_progress(), t.state, t.error::jsonb,
         case when t.error is not null then "tasker".error_fingerprint_v1(t.error::jsonb) end, t.metadata::jsonb
    from settled t;
  get diagnostics v_count = row_count;
  return v_count;
end $function$;

CREATE OR REPLACE FUNCTION tasker.skip_steps_v1(s_task bigint[], s_position smallint[], s_chosen_against boolean[], s_metadata text[], p_exact bigint[], p_now timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  with given as materialized (
    select u.* from unnest(s_task, s_position, s_metadata) as u(task_id, position, metadata)
     where u.task_id <> all (p_exact)
  ), made as (
    insert into "tasker".steps (task_id, finished_at, position, state, need, met)
    select g.task_id, p_now, g.position, "tasker".step_not_taken(), 1, 1 from given g)
  insert into "tasker".step_history (task_id, at, position, attempt, from_state, to_state, metadata)
  select g.task_id, p_now, g.position, 0, "tasker".step_pending(), "tasker".step_not_taken(), g.metadata::jsonb
    from given g;
  if p_exact = '{}' then return; end if;
  perform 1 from "tasker".tasks t where t.id = any (p_exact) order by t.id for no key update;
  with left_out as (
    update "tasker".steps s set state = "tasker".step_not_taken(), finished_at = p_now, met = 1, ran = 0
      from (select u.metadata, x.tid
              from unnest(s_task, s_position, s_chosen_against, s_metadata)
                     as u(task_id, position, chosen_against, metadata),
                   lateral (select y.ctid as tid from "tasker".steps y
                             where y.task_id = u.task_id and y.position = u.position
                               and y.state = "tasker".step_pending() offset 0) x
             where u.chosen_against and u.task_id = any (p_exact)) c
     where s.ctid = c.tid
    returning s.task_id, s.position, s.attempt, c.metadata)
  insert into "tasker".step_history (task_id, at, position, attempt, from_state, to_state, metadata)
  select l.task_id, p_now, l.position, l.attempt, "tasker".step_pending(), "tasker".step_not_taken(), l.metadata::jsonb
    from left_out l;
end $function$;

CREATE OR REPLACE FUNCTION tasker.meet_graph_joins_v1(j_task bigint[], j_position smallint[], j_template integer[], j_worker integer[], j_need smallint[], j_met smallint[], j_blocked boolean[], j_ran smallint[], p_exact bigint[], p_held bigint[], p_guarded boolean, p_now timestamp with time zone, OUT started_task bigint[], OUT started_position smallint[], OUT started_ran smallint[], OUT ready_task bigint[], OUT ready_position smallint[], OUT whole bigint[], OUT blocked bigint[], OUT open_task bigint[], OUT open_position smallint[])
 RETURNS record
 LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
begin
  with met as (
    insert into "tasker".steps as s (task_id, started_at, worker_id, waited_ms, position, state, need, met, ran, attempt,
                                   blocked)
    select j.task_id, case when j.whole and j.worker_id is not null then p_now end, j.worker_id,
           case when j.whole and j.worker_id is null then -1 else 0 end, j.position,
           case when not j.whole then "tasker".step_pending()
                when j.position < 0 then "tasker".step_complete()
                when j.worker_id is not null then "tasker".step_in_progress() else "tasker".step_ready() end,
           j.need, j.met, j.ran, case when j.whole and j.worker_id is not null and j.position >= 0 then 1 else 0 end,
           j.blocked
      from (select u.*, u.ran >= u.need and not u.blocked as whole,
                   case when not (p_guarded and "tasker".step_stopped_v1(u.task_id, u.template_id, u.position, p_held))
                        then u.worker end as worker_id
              from unnest(j_task, j_position, j_template, j_worker, j_need, j_met, j_blocked, j_ran)
                     as u(task_id, position, template_id, worker, need, met, blocked, ran)
             where u.task_id <> all (p_exact)) j
     order by j.task_id, j.position
    on conflict (task_id, position) do update
      set met = s.met + excluded.met, ran = s.ran + excluded.ran,
          blocked = s.blocked or excluded.blocked,
          waited_ms = case when s.state = "tasker".step_pending() and excluded.worker_id is null
                                and s.ran + excluded.ran >= s.need then -1 else greatest(s.waited_ms, 0) end,
          worker_id = case when s.state = "tasker".step_pending() then excluded.worker_id else s.worker_id end,
          -- Only a pending row may move here: what an operator did to it stands.
          state = case when s.state <> "tasker".step_pending() or s.blocked or excluded.blocked
                            or s.ran + excluded.ran < s.need then s.state
                       when s.position < 0 then "tasker".step_complete()
                       when excluded.worker_id is null then "tasker".step_ready() else "tasker".step_in_progress() end,
          started_at = case when s.state = "tasker".step_pending() and excluded.worker_id is not null
                                 and s.ran + excluded.ran >= s.need then p_now else s.started_at end,
          attempt = case when s.state = "tasker".step_pending() and s.position >= 0 and excluded.worker_id is not null
                              and s.ran + excluded.ran >= s.need and not (s.blocked or excluded.blocked)
                         then 1 else s.attempt end
    returning s.task_id, s.position, s.state, s.blocked, s.ran, s.started_at = p_now as started,
              s.waited_ms < 0 as freed, s.met >= s.need as full)
  select array_agg(m.task_id) filter (where m.state = "tasker".step_in_progress() and m.started),
         array_agg(m.position) filter (where m.state = "tasker".step_in_progress() and m.started),
         array_agg(m.ran) filter (where m.state = "tasker".step_in_progress() and m.started),
         array_agg(m.task_id) filter (where m.state = "tasker".step_ready() and m.freed),
         array_agg(m.position) filter (where m.state = "tasker".step_ready() and m.freed),
         array_agg(m.task_id) filter (where m.position < 0 and m.state = "tasker".step_complete()),
         array_agg(distinct m.task_id) filter (where m.blocked),
         array_agg(m.task_id) filter (where m.state = "tasker".step_pending() and m.full and not m.blocked),
         array_agg(m.position) filter (where m.state = "tasker".step_pending() and m.full and not m.blocked)
    into started_task, started_position, started_ran, ready_task, ready_position, whole, blocked, open_task,
         open_position
    from met m;
end $function$;

CREATE OR REPLACE FUNCTION tasker.decide_joins_v1(o_task bigint[], o_position smallint[], j_task bigint[], j_position smallint[], j_template integer[], j_worker integer[], j_least smallint[], p_held bigint[], p_guarded boolean, p_worker integer, p_now timestamp with time zone, INOUT started_task bigint[], INOUT started_position smallint[], INOUT started_ran smallint[], INOUT ready_task bigint[], INOUT ready_position smallint[])
 RETURNS record
 LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
declare
  v_begun record;
begin
  with judged as materialized (
    select r.tid,
           case when r.ran < j.least then p_worker
                when not (p_guarded and "tasker".step_stopped_v1(j.task_id, j.template_id, j.position, p_held))
                then j.worker end as worker_id
      from unnest(j_task, j_position, j_template, j_worker, j_least) as j(task_id, position, template_id, worker, least)
     cross join lateral (select y.ctid as tid, y.ran from "tasker".steps y
                          where y.task_id = j.task_id and y.position = j.position offset 0) r
     -- "is true" as in meet_joins_v1.
     where (j.task_id, j.position) in (select * from unnest(o_task, o_position)) is true
  ), begun as (
    update "tasker".steps s
       set state = case when j.worker_id is null then "tasker".step_ready() else "tasker".step_in_progress() end,
           worker_id = j.worker_id, started_at = case when j.worker_id is not null then p_now end,
           attempt = case when j.worker_id is not null then s.attempt + 1 else s.attempt end, waited_ms = 0
      from judged j where s.ctid = j.tid
    returning s.task_id, s.position, s.ran, s.worker_id is not null as started)
  select array_agg(b.task_id) filter (where b.started) as started_task,
         array_agg(b.position) filter (where b.started) as started_position,
         array_agg(b.ran) filter (where b.started) as started_ran,
         array_agg(b.task_id) filter (where not b.started) as ready_task,
         array_agg(b.position) filter (where not b.started) as ready_position
    into v_begun from begun b;
  started_task := started_task || v_begun.started_task;
  started_position := started_position || v_begun.started_position;
  started_ran := started_ran || v_begun.started_ran;
  ready_task := ready_task || v_begun.ready_task;
  ready_position := ready_position || v_begun.ready_position;
end $function$;

CREATE OR REPLACE FUNCTION tasker.queue_joins_v1(p_task bigint[], p_position smallint[], j_task bigint[], j_position smallint[], j_template integer[], j_lane integer[], j_rank smallint[], p_now timestamp with time zone)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
declare
  v_count int;
begin
  if p_task is null then return 0; end if;
  insert into "tasker".queue (lane_id, rank, task_id, template_id, position, fresh, ready_at)
  select j.lane_id, j.rank, j.task_id, j.template_id, j.position, false, p_now
    from unnest(j_task, j_position, j_template, j_lane, j_rank) as j(task_id, position, template_id, lane_id, rank)
   -- "is true" as in meet_joins_v1.
   where (j.task_id, j.position) in (select * from unnest(p_task, p_position)) is true;
  get diagnostics v_count = row_count;
  return v_count;
end $function$;

CREATE OR REPLACE FUNCTION tasker.settle_graph_v1(p_workers integer[], p_for_lost boolean, c_worker integer[], c_task bigint[], c_position smallint[], c_attempt integer[], c_grants smallint[], c_state smallint[], c_result text[], c_error text[], c_admitted boolean[], c_metadata text[], r_task bigint[], r_position smallint[], r_template integer[], r_lane integer[], r_rank smallint[], r_delay_ms bigint[], n_task bigint[], n_position smallint[], n_template integer[], n_lane integer[], n_rank smallint[], n_worker integer[], j_task bigint[], j_position smallint[], j_template integer[], j_lane integer[], j_rank smallint[], j_worker integer[], j_need smallint[], j_met smallint[], j_blocked boolean[], j_ran smallint[], j_least smallint[], s_task bigint[], s_position smallint[], s_chosen_against boolean[], s_metadata text[], f_task bigint[], k_task bigint[], k_steps integer[], p_waits jsonb)
 RETURNS TABLE(started_task bigint[], started_position smallint[], started_ran smallint[], ready_task bigint[], ready_position smallint[], queued integer, ended_task bigint[], ended_state smallint[], declined_task bigint[], declined_position smallint[], at timestamp with time zone)
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET jit TO 'off'
 SET enable_seqscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
AS $function$
#variable_conflict use_column
declare
  v_now timestamptz := "tasker".clock_v1();
  v_count int; v_guarded boolean; v_touched boolean; v_lost int[]; v_exact bigint[] := '{}'; v_held bigint[] := '{}';
  v_whole bigint[]; v_blocked bigint[]; v_open_task bigint[]; v_open_position smallint[];
begin
  v_count := "tasker".record_graph_outcomes_v1(c_worker, c_task, c_position, c_attempt, c_grants, c_state, c_result,
                                             c_error, c_admitted, c_metadata, v_now);
  select (select array_agg(u.id) from unnest(p_workers) as u(id) left join "tasker".workers w on w.id = u.id
           where w.id is null or (w.lost_at is not null) <> p_for_lost),
         exists (select 1 from "tasker".operated_tasks), exists (select 1 from "tasker".step_templates m where m.paused)
    into v_lost, v_touched, v_guarded;
  if v_lost is not null then perform "tasker".refuse_lost_v1(p_workers, v_lost, c_worker); end if;
  if v_count <> cardinality(c_task) then
    perform "tasker".refuse_stale_v1(c_worker, c_task, c_position, c_attempt, v_now);
  end if;
  if v_touched then select * into v_exact, v_held from "tasker".touched_tasks_v1(c_task); end if;
  v_guarded := v_guarded or v_held <> '{}';
  if s_task is not null then
    perform "tasker".skip_steps_v1(s_task, s_position, s_chosen_against, s_metadata, v_exact, v_now);
  end if;
  if n_task is not null and (v_guarded or v_exact <> '{}') then
    select * into n_worker, declined_task, declined_position
      from "tasker".withhold_next_v1(n_task, n_position, n_template, n_worker, v_exact, v_held);
  end if;
  queued := case when r_task is null then 0 else
              "tasker".queue_reruns_v1(r_task, r_position, r_template, r_lane, r_rank, r_delay_ms, v_exact, v_now) end
          + case when n_task is null then 0 else
              "tasker".start_next_v1(n_task, n_position, n_template, n_lane, n_rank, n_worker, v_exact, v_now) end;
  if j_task is not null then
    select * into started_task, started_position, started_ran, ready_task, ready_position, v_whole, v_blocked,
                  v_open_task, v_open_position
      from "tasker".meet_graph_joins_v1(j_task, j_position, j_template, j_worker, j_need, j_met, j_blocked, j_ran,
                                      v_exact, v_held, v_guarded, v_now);
    if v_open_task is not null then
      select * into started_task, started_position, started_ran, ready_task, ready_position
        from "tasker".decide_joins_v1(
          v_open_task, v_open_position, j_task, j_position, j_template, j_worker, j_least, v_held, v_guarded,
          p_workers[1], v_now, started_task, started_position, started_ran, ready_task, ready_position);
    end if;
    queued := queued + "tasker".queue_joins_v1(ready_task, ready_position, j_task, j_position, j_template, j_lane,
                                             j_rank, v_now);
  end if;
  if f_task is not null or v_whole is not null or v_blocked is not null then
    -- Such a task has begun when its first step was taken: what runs again needs no look at it.
    select * into ended_task, ended_state
      from "tasker".end_tasks_v1(f_task, v_whole, v_blocked, k_task, k_steps, null, v_exact, p_workers, v_now);
  end if;
  if v_exact <> '{}' or v_held <> '{}' then
    select * into ready_task, ready_position, queued, ended_task, ended_state
      from "tasker".settle_touched_v1(false, v_exact, v_held, p_workers[1], v_now,
                                    ready_task, ready_position, queued, ended_task, ended_state);
  end if;
  if p_waits is not null then
    queued := queued + "tasker".settle_waits_v1(p_waits, c_task, c_position, c_state, v_now);
  end if;
  at := v_now;
  return next;
end $function$;

create table tasker.signal_boxes (
  id bigint generated always as identity not null,
  touched_at timestamp with time zone not null,
  kept integer not null default 0,
  namespace text not null,
  name text not null,
  key text not null,
  constraint signal_boxes_namespace_key_name_key UNIQUE (namespace, key, name),
  constraint signal_boxes_pkey PRIMARY KEY (id)
) with (fillfactor=50);

create table tasker.kept_signals (
  box_id bigint not null,
  id bigint generated always as identity not null,
  sent_at timestamp with time zone not null,
  keep_until timestamp with time zone not null,
  signal_id text,
  payload jsonb not null,
  constraint kept_signals_pkey PRIMARY KEY (box_id, id)
) with (autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=5000);

CREATE INDEX kept_signals_until ON tasker.kept_signals USING btree (keep_until) WHERE (keep_until < 'infinity'::timestamp with time zone);

create table tasker.signal_ids (
  box_id bigint not null,
  sent_at timestamp with time zone not null,
  signal_id text not null,
  constraint signal_ids_pkey PRIMARY KEY (box_id, signal_id)
);

CREATE INDEX signal_ids_age ON tasker.signal_ids USING btree (sent_at);

create table tasker.sent_signals (
  id bigint generated always as identity not null,
  sent_at timestamp with time zone not null,
  task_id bigint,
  ttl_ms bigint,
  namespace text,
  name text not null,
  key text,
  signal_id text,
  payload jsonb not null,
  constraint sent_signals_check CHECK ((num_nonnulls(task_id, key) = 1)),
  constraint sent_signals_pkey PRIMARY KEY (id)
) with (autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=5000);

create table tasker.step_waits (
  task_id bigint not null,
  opened_at timestamp with time zone not null,
  due_at timestamp with time zone,
  later_at timestamp with time zone,
  woken_at timestamp with time zone,
  generation integer not null,
  template_id integer not null,
  lane_id integer not null,
  "position" smallint not null,
  lacking smallint not null default 0,
  interim boolean not null default false,
  kind text not null,
  woken_by text,
  constraint step_waits_kind_check CHECK ((kind = ANY (ARRAY['sleep'::text, 'signal'::text, 'approval'::text, 'suspended'::text]))),
  constraint step_waits_pkey PRIMARY KEY (task_id, "position"),
  constraint step_waits_woken_by_check CHECK ((woken_by = ANY (ARRAY['time'::text, 'signal'::text, 'decision'::text])))
) with (fillfactor=70);

CREATE INDEX step_waits_due ON tasker.step_waits USING btree (due_at) WHERE ((woken_at IS NULL) AND (due_at IS NOT NULL));

create table tasker.wait_signals (
  task_id bigint not null,
  box_id bigint not null,
  "position" smallint not null,
  place smallint not null,
  wanted smallint not null,
  open boolean not null,
  name text not null,
  taken jsonb not null default '[]'::jsonb,
  constraint wait_signals_pkey PRIMARY KEY (task_id, "position", place)
) with (fillfactor=70);

CREATE INDEX wait_signals_box ON tasker.wait_signals USING btree (box_id) WHERE open;

create table tasker.approvals (
  id bigint generated always as identity not null,
  task_id bigint not null,
  opened_at timestamp with time zone not null,
  deadline_at timestamp with time zone,
  escalated_at timestamp with time zone,
  ended_at timestamp with time zone,
  generation integer not null,
  "position" smallint not null,
  not_initiator boolean not null,
  state text not null default 'open'::text,
  namespace text not null,
  task text not null,
  step text not null,
  title text not null,
  description text,
  form jsonb,
  assignees text[] not null,
  escalate_to text[],
  initiator text,
  actor text,
  answer jsonb,
  constraint approvals_pkey PRIMARY KEY (id),
  constraint approvals_state_check CHECK ((state = ANY (ARRAY['open'::text, 'approved'::text, 'rejected'::text, 'timed_out'::text, 'superseded'::text, 'withdrawn'::text]))),
  constraint approvals_task_id_position_generation_key UNIQUE (task_id, "position", generation)
);

CREATE INDEX approvals_open ON tasker.approvals USING btree (namespace, id) WHERE (state = 'open'::text);

CREATE INDEX approvals_assignees ON tasker.approvals USING gin (assignees) WHERE (state = 'open'::text);

CREATE OR REPLACE FUNCTION tasker.touch_boxes_v1(p_namespaces text[], p_names text[], p_keys text[], p_now timestamp with time zone)
 RETURNS bigint[]
 LANGUAGE plpgsql
AS $function$
begin
  insert into "tasker".signal_boxes as b (touched_at, namespace, name, key)
  select p_now, u.* from (select distinct * from unnest(p_namespaces, p_names, p_keys) as a(namespace, name, key)) u
   order by u.namespace, u.key, u.name
  on conflict (namespace, key, name) do update set touched_at = excluded.touched_at;
  return (
    select array_agg(b.id order by u.ord)
      from unnest(p_namespaces, p_names, p_keys) with ordinality as u(namespace, name, key, ord)
     cross join lateral (
       select y.id from "tasker".signal_boxes y
        where y.namespace = u.namespace and y.name = u.name and y.key = u.key offset 0) b);
end $function$;

CREATE OR REPLACE FUNCTION tasker.queue_wait_v1(p_task bigint, p_position smallint, p_now timestamp with time zone)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
begin
  insert into "tasker".queue (lane_id, rank, task_id, template_id, position, fresh, ready_at)
  select w.lane_id, -t.priority, w.task_id, w.template_id, w.position, false, p_now
    from "tasker".step_waits w join "tasker".tasks t on t.id = w.task_id
   where w.task_id = p_task and w.position = p_position;
  return true;
end $function$;

CREATE OR REPLACE FUNCTION tasker.fill_wait_v1(p_task bigint, p_position smallint, p_place smallint, p_signals jsonb, p_now timestamp with time zone)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
declare
  v_first boolean;
  v_woken boolean;
begin
  update "tasker".wait_signals s
     set taken = s.taken || p_signals,
         open = jsonb_array_length(s.taken) + jsonb_array_length(p_signals) < s.wanted
   where s.task_id = p_task and s.position = p_position and s.place = p_place
  returning jsonb_array_length(s.taken) = jsonb_array_length(p_signals) into v_first;
  if v_first is not true then return false; end if;
  update "tasker".step_waits w
     set lacking = w.lacking - 1, woken_at = case when w.lacking = 1 then p_now end,
         woken_by = case when w.lacking = 1 then 'signal' end
   where w.task_id = p_task and w.position = p_position and w.woken_at is null
  returning w.woken_at is not null into v_woken;
  if v_woken is not true then return false; end if;
  update "tasker".wait_signals s set open = false
   where s.task_id = p_task and s.position = p_position and s.place <> p_place and s.open;
  perform "tasker".queue_wait_v1(p_task, p_position, p_now);
  return true;
end $function$;

CREATE OR REPLACE FUNCTION tasker.deliver_signal_v1(p_box bigint, p_one boolean, p_signal jsonb, p_now timestamp with time zone, OUT given integer, OUT woken integer)
 RETURNS record
 LANGUAGE plpgsql
AS $function$
declare
  v_place record;
begin
  given := 0;
  woken := 0;
  for v_place in
    select s.task_id, s.position, s.place
      from "tasker".wait_signals s
      join "tasker".step_waits w on w.task_id = s.task_id and w.position = s.position
     where s.box_id = p_box and s.open
     order by w.opened_at, s.task_id, s.position, s.place limit case when p_one then 1 end
  loop
    given := given + 1;
    if "tasker".fill_wait_v1(v_place.task_id, v_place.position, v_place.place, jsonb_build_array(p_signal), p_now) then
      woken := woken + 1;
    end if;
  end loop;
end $function$;

CREATE OR REPLACE FUNCTION tasker.keep_signal_v1(p_box bigint, p_id text, p_payload jsonb, p_until timestamp with time zone, p_limit integer, p_now timestamp with time zone)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
declare
  v_gone int;
begin
  if (select b.kept from "tasker".signal_boxes b where b.id = p_box) >= p_limit then
    delete from "tasker".kept_signals k where k.box_id = p_box and k.keep_until <= p_now;
    get diagnostics v_gone = row_count;
    if v_gone = 0 then return false; end if;
    update "tasker".signal_boxes b set kept = b.kept - v_gone where b.id = p_box;
  end if;
  insert into "tasker".kept_signals (box_id, sent_at, keep_until, signal_id, payload)
  values (p_box, p_now, p_until, p_id, p_payload);
  update "tasker".signal_boxes b set kept = b.kept + 1 where b.id = p_box;
  return true;
end $function$;

CREATE OR REPLACE FUNCTION tasker.send_signal_v1(p_box bigint, p_to_task boolean, p_id text, p_payload jsonb, p_ttl_ms bigint, p_limit integer, p_now timestamp with time zone, OUT outcome text, OUT given integer, OUT woken integer)
 RETURNS record
 LANGUAGE plpgsql
AS $function$
declare
  v_until timestamptz := coalesce(p_now + p_ttl_ms * interval '1 millisecond', 'infinity');
begin
  given := 0;
  woken := 0;
  if p_id is not null and exists (
       select 1 from "tasker".signal_ids i
        where i.box_id = p_box and i.signal_id = p_id and i.sent_at > p_now - interval '7 days') then
    outcome := 'duplicate';
    return;
  end if;
  select d.given, d.woken into given, woken
    from "tasker".deliver_signal_v1(
      p_box, p_to_task,
      jsonb_build_object('payload', p_payload, 'id', p_id, 'at', floor(date_part('epoch', p_now) * 1000)),
      p_now) d;
  outcome := case when given > 0 then 'delivered' when v_until <= p_now then 'dropped'
                  when "tasker".keep_signal_v1(p_box, p_id, p_payload, v_until, p_limit, p_now) then 'kept'
                  else 'full' end;
  if p_id is not null and outcome in ('delivered', 'kept') then
    insert into "tasker".signal_ids as i (box_id, sent_at, signal_id) values (p_box, p_now, p_id)
    on conflict (box_id, signal_id) do update set sent_at = excluded.sent_at;
  end if;
end $function$;

CREATE OR REPLACE FUNCTION tasker.signal_targets_v1(p_namespaces text[], p_keys text[], p_tasks bigint[], OUT namespaces text[], OUT keys text[], OUT faults text[])
 RETURNS record
 LANGUAGE sql
 STABLE
AS $function$
  select array_agg(coalesce(m.namespace, u.namespace) order by u.ord),
         array_agg(coalesce('@' || u.task_id, u.key) order by u.ord),
         array_agg(case when u.task_id is null then null
                        when t.id is null or m.namespace <> u.namespace then 'no_task'
                        when "tasker".task_ended_v1(t.state) then 'ended' end order by u.ord)
    from unnest(p_namespaces, p_keys, p_tasks) with ordinality as u(namespace, key, task_id, ord)
    left join lateral (select y.id, y.state, y.template_id from "tasker".tasks y
                        where y.id = u.task_id offset 0) t on true
    left join lateral (select y.namespace from "tasker".task_templates y where y.id = t.template_id offset 0) m on true
$function$;

CREATE OR REPLACE FUNCTION tasker.send_signals_v1(p_namespaces text[], p_names text[], p_keys text[], p_tasks bigint[], p_payloads text[], p_ids text[], p_ttl_ms bigint[], p_limit integer)
 RETURNS TABLE(outcomes text[], given integer[], woken integer, at timestamp with time zone)
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET jit TO 'off'
 SET enable_seqscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
AS $function$
#variable_conflict use_column
declare
  v_now timestamptz := "tasker".clock_v1();
  v_namespaces text[];
  v_keys text[];
  v_boxes bigint[];
  v_one record;
  v_sent record;
begin
  select * into v_namespaces, v_keys, outcomes from "tasker".signal_targets_v1(p_namespaces, p_keys, p_tasks);
  given := array_fill(0, array[cardinality(p_names)]);
  woken := 0;
  at := v_now;
  v_boxes := "tasker".touch_boxes_v1(
    array(select v_namespaces[i] from generate_subscripts(p_names, 1) i where outcomes[i] is null),
    array(select p_names[i] from generate_subscripts(p_names, 1) i where outcomes[i] is null),
    array(select v_keys[i] from generate_subscripts(p_names, 1) i where outcomes[i] is null), v_now);
  perform 1 from "tasker".step_waits w
    where (w.task_id, w.position) in (select s.task_id, s.position from "tasker".wait_signals s
                                       where s.box_id = any (v_boxes) and s.open)
    order by w.task_id, w.position for update;
  for v_one in
    select u.i, v_boxes[row_number() over (order by u.i)] as box
      from generate_subscripts(p_names, 1) as u(i) where outcomes[u.i] is null
  loop
    select s.* into v_sent
      from "tasker".send_signal_v1(v_one.box, p_tasks[v_one.i] is not null, p_ids[v_one.i], p_payloads[v_one.i]::jsonb,
                                 p_ttl_ms[v_one.i], p_limit, v_now) s;
    outcomes[v_one.i] := v_sent.outcome;
    given[v_one.i] := v_sent.given;
    woken := woken + v_sent.woken;
  end loop;
  return next;
end $function$;

CREATE OR REPLACE FUNCTION tasker.match_sent_signals_v1(p_limit integer, OUT matched integer, OUT woken integer)
 RETURNS record
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET jit TO 'off'
AS $function$
declare
  v_sent "tasker".sent_signals[];
begin
  with gone as (
    delete from "tasker".sent_signals s
     where s.id in (select y.id from "tasker".sent_signals y order by y.id limit p_limit for update skip locked)
    returning s.*)
  select array_agg(g order by g.id) into v_sent from gone g;
  matched := coalesce(cardinality(v_sent), 0);
  woken := 0;
  if matched = 0 then return; end if;
  select s.woken into woken
    from (select array_agg(g.namespace order by g.id) as namespaces, array_agg(g.name order by g.id) as names,
                 array_agg(g.key order by g.id) as keys, array_agg(g.task_id order by g.id) as tasks,
                 array_agg(g.payload::text order by g.id) as payloads, array_agg(g.signal_id order by g.id) as ids,
                 array_agg(g.ttl_ms order by g.id) as ttl_ms
            from unnest(v_sent) g) a,
         "tasker".send_signals_v1(a.namespaces, a.names, a.keys, a.tasks, a.payloads, a.ids, a.ttl_ms, 2147483647) s;
end $function$;

CREATE OR REPLACE FUNCTION tasker.take_kept_v1(p_task bigint, p_position smallint, p_place smallint, p_box bigint, p_wanted smallint, p_now timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  v_taken jsonb;
begin
  with taken as (
    delete from "tasker".kept_signals k
     where k.box_id = p_box
       and k.id in (select y.id from "tasker".kept_signals y
                     where y.box_id = p_box and y.keep_until > p_now order by y.id limit p_wanted)
    returning k.id, k.signal_id, k.sent_at, k.payload)
  select jsonb_agg(jsonb_build_object('payload', t.payload, 'id', t.signal_id,
                                      'at', floor(date_part('epoch', t.sent_at) * 1000)) order by t.id)
    into v_taken from taken t;
  if v_taken is null then return; end if;
  update "tasker".signal_boxes b set kept = b.kept - jsonb_array_length(v_taken) where b.id = p_box;
  perform "tasker".fill_wait_v1(p_task, p_position, p_place, v_taken, p_now);
end $function$;

CREATE OR REPLACE FUNCTION tasker.open_approval_v1(p_task bigint, p_position smallint, p_generation integer, p_approval jsonb, p_deadline timestamp with time zone, p_now timestamp with time zone)
 RETURNS void
 LANGUAGE sql
AS $function$
  insert into "tasker".approvals (task_id, opened_at, deadline_at, generation, position, not_initiator, namespace, task,
                                step, title, description, form, assignees, escalate_to, initiator)
  select t.id, p_now, p_deadline, p_generation, p_position, coalesce((p_approval ->> 'notInitiator')::boolean, false),
         m.namespace, m.name, s.name, p_approval ->> 'title', p_approval ->> 'description', p_approval -> 'form',
         array(select jsonb_array_elements_text(coalesce(p_approval -> 'assignees', '[]'))),
         case when p_approval ? 'escalateTo'
              then array(select jsonb_array_elements_text(p_approval -> 'escalateTo')) end,
         t.initiator
    from "tasker".tasks t
    join "tasker".task_templates m on m.id = t.template_id
    join "tasker".step_templates s on s.template_id = t.template_id and s.position = p_position
   where t.id = p_task
  on conflict (task_id, position, generation) do update
    set state = 'open', opened_at = excluded.opened_at, deadline_at = excluded.deadline_at, escalated_at = null,
        ended_at = null, assignees = excluded.assignees, actor = null, answer = null
$function$;

CREATE OR REPLACE FUNCTION tasker.open_wait_v1(p_wait jsonb, p_boxes bigint[], p_now timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
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
  delete from "tasker".wait_signals s where s.task_id = v_task and s.position = v_position;
  delete from "tasker".step_waits w where w.task_id = v_task and w.position = v_position;
  insert into "tasker".step_waits (task_id, opened_at, due_at, later_at, interim, generation, template_id, lane_id,
                                 position, lacking, kind)
  values (v_task, p_now, least(v_interim, v_deadline), v_deadline,
          coalesce(v_interim < v_deadline, v_interim is not null), (p_wait ->> 'generation')::int,
          (p_wait ->> 'template')::int, (p_wait ->> 'lane')::int, v_position,
          case when (p_wait ->> 'all')::boolean then cardinality(p_boxes) + (v_interim is not null)::int
               else least(1, cardinality(p_boxes)) end,
          p_wait ->> 'kind');
  insert into "tasker".wait_signals (task_id, box_id, position, place, wanted, open, name)
  select v_task, p_boxes[u.ord], v_position, u.ord - 1, coalesce((u.signal ->> 'max')::smallint, 1), true,
         u.signal ->> 'name'
    from jsonb_array_elements(p_wait -> 'signals') with ordinality as u(signal, ord);
  if p_wait ? 'approval' then
    perform "tasker".open_approval_v1(
      v_task, v_position, (p_wait ->> 'generation')::int, p_wait -> 'approval', v_deadline, p_now);
  end if;
  for v_place in
    select s.place, s.box_id, s.wanted from "tasker".wait_signals s join "tasker".signal_boxes b on b.id = s.box_id
     where s.task_id = v_task and s.position = v_position and b.kept > 0 order by s.place
  loop
    exit when (select w.woken_at from "tasker".step_waits w
                where w.task_id = v_task and w.position = v_position) is not null;
    perform "tasker".take_kept_v1(v_task, v_position, v_place.place, v_place.box_id, v_place.wanted, p_now);
  end loop;
end $function$;

CREATE OR REPLACE FUNCTION tasker.open_waits_v1(p_waits jsonb, p_now timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  v_boxes bigint[];
  v_wait record;
begin
  select "tasker".touch_boxes_v1(array_agg(w.wait ->> 'namespace' order by w.ord, g.ord),
                               array_agg(g.signal ->> 'name' order by w.ord, g.ord),
                               array_agg(g.signal ->> 'key' order by w.ord, g.ord), p_now)
    into v_boxes
    from jsonb_array_elements(p_waits) with ordinality as w(wait, ord),
         jsonb_array_elements(w.wait -> 'signals') with ordinality as g(signal, ord)
  having count(*) > 0;
  for v_wait in
    select w.wait, jsonb_array_length(w.wait -> 'signals') as signals,
           sum(jsonb_array_length(w.wait -> 'signals')) over (order by w.ord) as last,
           exists (select 1 from "tasker".steps s
                    where s.task_id = (w.wait ->> 'task')::bigint and s.position = (w.wait ->> 'position')::smallint
                      and s.state = "tasker".step_waiting()) as waits
      from jsonb_array_elements(p_waits) with ordinality as w(wait, ord)
  loop
    continue when not v_wait.waits;
    perform "tasker".open_wait_v1(
      v_wait.wait, coalesce(v_boxes[v_wait.last - v_wait.signals + 1 : v_wait.last], '{}'), p_now);
  end loop;
end $function$;

CREATE OR REPLACE FUNCTION tasker.settle_waits_v1(p_waits jsonb, c_task bigint[], c_position smallint[], c_state smallint[], p_now timestamp with time zone)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
declare
  v_queued int;
begin
  with gone as (
    delete from "tasker".step_waits w
     using unnest(c_task, c_position, c_state) as o(task_id, position, state)
     where w.task_id = o.task_id and w.position = o.position
       and ("tasker".step_satisfied_v1(o.state) or "tasker".step_ended_v1(o.state) and w.woken_by = 'time')
    returning w.task_id, w.position)
  delete from "tasker".wait_signals s using gone g where s.task_id = g.task_id and s.position = g.position;
  -- Before the new ones are there: those are queued by whatever wakes them.
  perform 1 from "tasker".step_waits w
    where (w.task_id, w.position) in (select o.task_id, o.position
                                        from unnest(c_task, c_position, c_state) as o(task_id, position, state)
                                       where o.state = "tasker".step_waiting())
    order by w.task_id, w.position for update;
  select count("tasker".queue_wait_v1(w.task_id, w.position, p_now)) into v_queued
    from unnest(c_task, c_position, c_state) as o(task_id, position, state)
    join "tasker".step_waits w on w.task_id = o.task_id and w.position = o.position
    join "tasker".steps s on s.task_id = o.task_id and s.position = o.position
   where o.state = "tasker".step_waiting() and s.state = "tasker".step_waiting()
     and w.generation = s.generation and w.woken_at is not null
     and not exists (select 1 from jsonb_array_elements(p_waits) as u(wait)
                      where (u.wait ->> 'task')::bigint = o.task_id
                        and (u.wait ->> 'position')::smallint = o.position);
  perform "tasker".open_waits_v1(p_waits, p_now);
  return v_queued + (
    select count(*) from jsonb_array_elements(p_waits) as u(wait)
      join "tasker".step_waits w on w.task_id = (u.wait ->> 'task')::bigint
                              and w.position = (u.wait ->> 'position')::smallint and w.woken_at is not null);
end $function$;

CREATE OR REPLACE FUNCTION tasker.pass_interim_v1(p_due tasker.step_waits[], p_now timestamp with time zone)
 RETURNS bigint[]
 LANGUAGE plpgsql
AS $function$
declare
  v_escalated bigint[];
begin
  with passed as (
    update "tasker".step_waits w
       set interim = false, due_at = w.later_at, lacking = greatest(0, w.lacking - 1),
           woken_at = case when w.kind = 'signal' and w.lacking = 1 then p_now end,
           woken_by = case when w.kind = 'signal' and w.lacking = 1 then 'signal' end
      from unnest(p_due) d
     where d.interim and w.task_id = d.task_id and w.position = d.position
    returning w.task_id, w.position, w.generation, w.kind, w.woken_at
  ), given as (
    update "tasker".approvals a set escalated_at = p_now, assignees = a.escalate_to
      from passed p
     where p.kind = 'approval' and a.task_id = p.task_id and a.position = p.position and a.generation = p.generation
       and a.state = 'open'
    returning a.id)
  select (select array_agg(g.id) from given g) into v_escalated
    from (select count("tasker".queue_wait_v1(p.task_id, p.position, p_now)) from passed p
           where p.woken_at is not null) q;
  return v_escalated;
end $function$;

CREATE OR REPLACE FUNCTION tasker.wake_waits_v1(p_limit integer)
 RETURNS TABLE(woken integer, escalated bigint[], timed_out bigint[], next_due_ms bigint, at timestamp with time zone)
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET jit TO 'off'
 SET enable_seqscan TO 'off'
 SET enable_mergejoin TO 'off'
AS $function$
#variable_conflict use_column
declare
  v_now timestamptz := "tasker".clock_v1();
  v_due "tasker".step_waits[];
begin
  select array_agg(d) into v_due
    from (select w.* from "tasker".step_waits w where w.due_at <= v_now and w.woken_at is null
           order by w.due_at limit p_limit for update skip locked) d;
  woken := 0;
  if v_due is not null then
    escalated := "tasker".pass_interim_v1(v_due, v_now);
    with up as (
      update "tasker".step_waits w set woken_at = v_now, woken_by = 'time'
        from unnest(v_due) d where not d.interim and w.task_id = d.task_id and w.position = d.position
      returning w.task_id, w.position, w.generation, w.kind
    ), closed as (
      update "tasker".wait_signals s set open = false
        from up u where s.task_id = u.task_id and s.position = u.position and s.open
    ), late as (
      update "tasker".approvals a set state = 'timed_out', ended_at = v_now
        from up u where u.kind = 'approval' and a.task_id = u.task_id and a.position = u.position
                    and a.generation = u.generation and a.state = 'open'
      returning a.id)
    select (select count("tasker".queue_wait_v1(u.task_id, u.position, v_now)) from up u),
           (select array_agg(l.id) from late l)
      into woken, timed_out;
    -- Others than those that the time has woken: their last thing was the sleep.
    woken := woken + (select count(*) from unnest(v_due) d where d.interim and d.kind = 'signal' and d.lacking = 1);
  end if;
  select greatest(0, ceil(extract(epoch from w.due_at - v_now) * 1000))::bigint into next_due_ms
    from "tasker".step_waits w where w.woken_at is null and w.due_at is not null order by w.due_at limit 1;
  at := v_now;
  return next;
end $function$;

CREATE OR REPLACE FUNCTION tasker.read_waits_v1(p_tasks bigint[], p_positions smallint[], p_generations integer[])
 RETURNS TABLE(task_id bigint, "position" smallint, kind text, woken_by text, signals jsonb, approval jsonb)
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET jit TO 'off'
 SET enable_seqscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
AS $function$
#variable_conflict use_column
begin
  perform 1 from "tasker".step_waits w
    where (w.task_id, w.position) in (select * from unnest(p_tasks, p_positions)) and w.woken_at is not null
    order by w.task_id, w.position for update;
  update "tasker".wait_signals s set open = false
    from "tasker".step_waits w
   where (w.task_id, w.position) in (select * from unnest(p_tasks, p_positions)) and w.woken_at is not null
     and s.task_id = w.task_id and s.position = w.position and s.open;
  return query
  select w.task_id, w.position, w.kind, w.woken_by,
         (select jsonb_agg(jsonb_build_object('name', s.name, 'taken', s.taken) order by s.place)
            from "tasker".wait_signals s where s.task_id = w.task_id and s.position = w.position),
         (select jsonb_build_object('state', a.state, 'by', a.actor, 'answer', a.answer,
                                    'at', floor(date_part('epoch', a.ended_at) * 1000))
            from "tasker".approvals a
           where a.task_id = w.task_id and a.position = w.position and a.generation = w.generation)
    from unnest(p_tasks, p_positions, p_generations) as u(task_id, position, generation)
    join "tasker".step_waits w on w.task_id = u.task_id and w.position = u.position and w.generation = u.generation;
end $function$;

CREATE OR REPLACE FUNCTION tasker.close_waits_v1(p_tasks bigint[], p_now timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  with over as (
    delete from "tasker".step_waits w using "tasker".steps s
     where w.task_id = any (p_tasks) and s.task_id = w.task_id and s.position = w.position
       and (s.generation <> w.generation or "tasker".step_ended_v1(s.state) and s.state <> "tasker".step_error())
    returning w.task_id, w.position)
  delete from "tasker".wait_signals g using over o where g.task_id = o.task_id and g.position = o.position;
  update "tasker".approvals a
     set ended_at = p_now, state = case when s.generation > a.generation then 'superseded' else 'withdrawn' end
    from "tasker".steps s
   where a.task_id = any (p_tasks) and s.task_id = a.task_id and s.position = a.position and a.state = 'open'
     and (s.generation > a.generation or "tasker".step_ended_v1(s.state));
end $function$;

CREATE OR REPLACE FUNCTION tasker.decide_approval_v1(p_id bigint, p_approve boolean, p_actor text, p_claims text[], p_answer jsonb, OUT outcome text, OUT woken integer)
 RETURNS record
 LANGUAGE plpgsql
AS $function$
declare
  v_now timestamptz := "tasker".clock_v1();
  v_approval "tasker".approvals;
begin
  woken := 0;
  -- The lock that a deadline and an escalation take, too.
  perform 1 from "tasker".approvals a join "tasker".step_waits w on w.task_id = a.task_id and w.position = a.position
    where a.id = p_id for update of w;
  select * into v_approval from "tasker".approvals a where a.id = p_id for update;
  outcome := case when v_approval.id is null then 'none' when v_approval.state <> 'open' then 'ended'
                  when v_approval.not_initiator and v_approval.initiator = p_actor then 'initiator'
                  when v_approval.assignees <> '{}' and not v_approval.assignees && p_claims then 'not_assigned'
                  else 'decided' end;
  if outcome <> 'decided' then return; end if;
  update "tasker".approvals a
     set state = case when p_approve then 'approved' else 'rejected' end, ended_at = v_now, actor = p_actor,
         answer = p_answer
   where a.id = p_id;
  update "tasker".step_waits w set woken_at = v_now, woken_by = 'decision'
   where w.task_id = v_approval.task_id and w.position = v_approval.position
     and w.generation = v_approval.generation and w.woken_at is null;
  get diagnostics woken = row_count;
  if woken > 0 then perform "tasker".queue_wait_v1(v_approval.task_id, v_approval.position, v_now); end if;
end $function$;

CREATE OR REPLACE FUNCTION tasker.delegate_approval_v1(p_id bigint, p_claims text[], p_assignees text[], OUT outcome text)
 RETURNS text
 LANGUAGE plpgsql
AS $function$
declare
  v_approval "tasker".approvals;
begin
  select * into v_approval from "tasker".approvals a where a.id = p_id for update;
  outcome := case when v_approval.id is null then 'none' when v_approval.state <> 'open' then 'ended'
                  when v_approval.assignees <> '{}' and not v_approval.assignees && p_claims then 'not_assigned'
                  else 'decided' end;
  if outcome = 'decided' then update "tasker".approvals a set assignees = p_assignees where a.id = p_id; end if;
end $function$;

CREATE OR REPLACE FUNCTION tasker.prune_signals_v1(p_limit integer)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
declare
  v_now timestamptz := "tasker".clock_v1();
  v_count int;
  v_gone int;
begin
  with late as (
    select b.id from "tasker".signal_boxes b
     where b.id in (select k.box_id from "tasker".kept_signals k where k.keep_until <= v_now limit p_limit)
     order by b.namespace, b.key, b.name for update
  ), gone as (
    delete from "tasker".kept_signals k using late l where k.box_id = l.id and k.keep_until <= v_now returning k.box_id
  ), counted as (
    update "tasker".signal_boxes b set kept = b.kept - g.gone
      from (select box_id, count(*)::int as gone from gone group by box_id) g where b.id = g.box_id)
  select count(*) into v_gone from gone;
  delete from "tasker".signal_ids i
   where (i.box_id, i.signal_id) in (select y.box_id, y.signal_id from "tasker".signal_ids y
                                      where y.sent_at <= v_now - interval '7 days' order by y.sent_at limit p_limit);
  get diagnostics v_count = row_count;
  v_gone := v_gone + v_count;
  -- Whoever waits or sends there now has the lock, and has touched it.
  delete from "tasker".signal_boxes b
   where b.id in (select y.id from "tasker".signal_boxes y
                   where y.kept = 0 and y.touched_at < v_now - interval '7 days'
                     and not exists (select 1 from "tasker".wait_signals s where s.box_id = y.id)
                   limit p_limit for update skip locked);
  get diagnostics v_count = row_count;
  return v_gone + v_count;
end $function$;

CREATE OR REPLACE FUNCTION tasker.delete_waits_v1(p_tasks bigint[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  with gone as (
    delete from "tasker".signal_boxes b
     using "tasker".tasks t join "tasker".task_templates m on m.id = t.template_id
     where t.id = any (p_tasks) and b.namespace = m.namespace and b.key = '@' || t.id
    returning b.id
  ), kept as (
    delete from "tasker".kept_signals k using gone g where k.box_id = g.id)
  delete from "tasker".signal_ids i using gone g where i.box_id = g.id;
  delete from "tasker".wait_signals s where s.task_id = any (p_tasks);
  delete from "tasker".step_waits w where w.task_id = any (p_tasks);
  delete from "tasker".approvals a where a.task_id = any (p_tasks);
end $function$;

CREATE OR REPLACE FUNCTION tasker.audit_waits_v1()
 RETURNS TABLE(rule text, task_id bigint, "position" smallint, detail text)
 LANGUAGE sql
 STABLE
 SET jit TO 'off'
AS $function$
  select 'waiting_step_has_a_wait', s.task_id, s.position,
         case when w.task_id is null then 'it waits for nothing'
              else format('its wait is of generation %s, not %s', w.generation, s.generation) end
    from "tasker".steps s left join "tasker".step_waits w on w.task_id = s.task_id and w.position = s.position
   where s.state = "tasker".step_waiting() and w.generation is distinct from s.generation
  union all
  select 'woken_step_is_queued', w.task_id, w.position,
         format('woken %s by %s, but it is not queued', w.woken_at, w.woken_by)
    from "tasker".step_waits w
    join "tasker".steps s on s.task_id = w.task_id and s.position = w.position and s.state = "tasker".step_waiting()
   where w.woken_at is not null and w.generation = s.generation
     and not exists (select 1 from "tasker".queue q where q.task_id = w.task_id and q.position = w.position)
     and not exists (select 1 from "tasker".parked_steps k where k.task_id = w.task_id and k.position = w.position)
$function$;

CREATE OR REPLACE FUNCTION tasker.own_transaction_v1(p_transaction text)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
begin
  if pg_catalog.pg_current_xact_id_if_assigned()::text is distinct from p_transaction then
    raise exception 'the transaction of the step has ended' using errcode = 'TSK06';
  end if;
  perform pg_catalog.set_config('idle_in_transaction_session_timeout', '10s', true);
  return true;
end $function$;

create table tasker.budget_timers (
  due_at timestamp with time zone not null,
  seq bigint generated always as identity not null,
  task_id bigint not null,
  armed_at timestamp with time zone not null,
  counted_at timestamp with time zone not null,
  generation integer not null,
  "position" smallint not null,
  kind text not null,
  constraint budget_timers_kind_check CHECK ((kind = ANY (ARRAY['total'::text, 'start'::text, 'deadline'::text]))),
  constraint budget_timers_pkey PRIMARY KEY (due_at, seq)
);

CREATE INDEX budget_timers_task ON tasker.budget_timers USING btree (task_id);

CREATE OR REPLACE FUNCTION tasker.arm_steps_v1(p_task bigint[], p_position smallint[], p_now timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET jit TO 'off'
 SET enable_seqscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
AS $function$
#variable_conflict use_column
begin
  delete from "tasker".budget_timers b
   where b.ctid = any (array(
     select y.ctid from unnest(p_task, p_position) as n(task_id, position)
       join "tasker".budget_timers y on y.task_id = n.task_id and y.position = n.position
      for update of y skip locked));
  insert into "tasker".budget_timers (due_at, task_id, armed_at, counted_at, generation, position, kind)
  select p_now + k.ms * interval '1 millisecond', n.task_id, p_now, p_now, coalesce(s.generation, 0), n.position, k.kind
    from (select distinct u.task_id, u.position from unnest(p_task, p_position) as u(task_id, position)
           where u.position >= 0) n
    join "tasker".tasks t on t.id = n.task_id
    join "tasker".step_templates m on m.template_id = t.template_id and m.position = n.position
   cross join lateral (values ('total', m.total_timeout_ms), ('start', m.start_timeout_ms)) as k(kind, ms)
    left join "tasker".steps s on s.task_id = n.task_id and s.position = n.position
   where k.ms is not null;
end $function$;

CREATE OR REPLACE FUNCTION tasker.arm_created_v1(p_ids bigint[], p_duplicates integer[], p_now timestamp with time zone, r_task integer[], r_position smallint[], p_deadline_ms bigint[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  perform "tasker".arm_steps_v1(array_agg(p_ids[r.task]), array_agg(r.position), p_now)
     from unnest(r_task, r_position) as r(task, position)
    where p_duplicates is null or r.task <> all (p_duplicates);
  insert into "tasker".budget_timers (due_at, task_id, armed_at, counted_at, generation, position, kind)
  select p_now + d.ms * interval '1 millisecond', p_ids[d.place], p_now, p_now, 0, -1, 'deadline'
    from unnest(p_deadline_ms) with ordinality as d(ms, place)
   where d.ms is not null and (p_duplicates is null or d.place <> all (p_duplicates));
end $function$;

CREATE OR REPLACE FUNCTION tasker.arm_settled_v1(n_task bigint[], n_position smallint[], p_ready_task bigint[], p_ready_position smallint[], p_started_task bigint[], p_started_position smallint[], p_ended bigint[], p_now timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  if coalesce(n_task, p_ready_task, p_started_task) is not null then
    perform "tasker".arm_steps_v1(n_task || p_ready_task || p_started_task,
                                n_position || p_ready_position || p_started_position, p_now);
  end if;
  if p_ended <> '{}' then
    delete from "tasker".budget_timers b where b.task_id = any (p_ended) and b.due_at > p_now + interval '1 hour';
  end if;
end $function$;

CREATE OR REPLACE FUNCTION tasker.shift_starts_v1(p_tasks bigint[], p_position smallint, p_since timestamp with time zone)
 RETURNS void
 LANGUAGE sql
AS $function$
  update "tasker".budget_timers b
     set due_at = b.due_at + ("tasker".clock_v1() - greatest(b.counted_at, p.since)), counted_at = "tasker".clock_v1()
    from (select u.id, coalesce(p_since, (select max(h.at) from "tasker".task_history h
                                           where h.task_id = u.id and h.metadata ->> 'verb' = 'pause')) as since
            from unnest(p_tasks) as u(id)) p
   where b.task_id = p.id and b.kind = 'start' and (p_position is null or b.position = p_position)
     and p.since is not null
$function$;

CREATE OR REPLACE FUNCTION tasker.due_timers_v1(p_limit integer)
 RETURNS TABLE(place tid, overdue_ms bigint, task_id bigint, step_position smallint, kind text, template_id integer, correlation_id text, task_open boolean, step_state smallint, attempt integer, anew boolean, taken boolean, still_ms bigint)
 LANGUAGE sql
AS $function$
  select b.ctid, floor(extract(epoch from "tasker".clock_v1() - b.due_at) * 1000)::bigint, b.task_id, b.position,
         b.kind, t.template_id, t.correlation_id, coalesce("tasker".task_open_v1(t.state), false), s.state,
         coalesce(s.attempt, 0),
         coalesce(s.generation, 0) <> b.generation
         or exists (select 1 from "tasker".budget_timers o where o.task_id = b.task_id and o.position = b.position
                                                           and o.kind = b.kind and o.armed_at > b.armed_at),
         coalesce(s.started_at >= b.armed_at and s.attempt > s.granted, false),
         case when b.kind = 'start' and (t.hold or m.paused)
              then ceil(extract(epoch from "tasker".clock_v1() - greatest(b.counted_at, least(
                     case when t.hold then (select max(h.at) from "tasker".task_history h
                                             where h.task_id = t.id and h.metadata ->> 'verb' = 'pause') end,
                     case when m.paused then (select min(p.paused_at) from "tasker".step_pauses p
                                                join "tasker".task_templates y on y.id = t.template_id
                                               where p.namespace = y.namespace and p.name = y.name and p.step = m.name
                                                 and (p.version is null or p.version = y.version)) end))) * 1000)
         end::bigint
    from "tasker".budget_timers b
    left join "tasker".tasks t on t.id = b.task_id
    left join "tasker".steps s on s.task_id = b.task_id and s.position = b.position and b.position >= 0
    left join "tasker".step_templates m on m.template_id = t.template_id and m.position = b.position
   where b.due_at <= "tasker".clock_v1()
   order by b.due_at, b.seq limit p_limit
     for update of b skip locked
$function$;

CREATE OR REPLACE FUNCTION tasker.expire_steps_v1(m_task bigint[], m_position smallint[], m_error text[])
 RETURNS TABLE(ended_task bigint[], ended_state smallint[], at timestamp with time zone)
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET jit TO 'off'
 SET enable_seqscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
AS $function$
#variable_conflict use_column
declare
  v_now timestamptz := "tasker".clock_v1();
  v_tasks bigint[];
begin
  select array_agg(distinct u) into v_tasks from unnest(m_task) u;
  with was as (
    select s.task_id, s.position, s.state as from_state, s.attempt, s.started_at, s.waited_ms, s.worker_id, m.error,
           s.state = "tasker".step_in_progress() as ran
      from unnest(m_task, m_position, m_error) as m(task_id, position, error)
      join "tasker".steps s on s.task_id = m.task_id and s.position = m.position
  ), moved as (
    update "tasker".steps s
       set state = "tasker".step_error(), result = null, checkpoint = null, finished_at = v_now
      from was w where s.task_id = w.task_id and s.position = w.position)
  -- An actor tells it from what a worker has settled itself.
  insert into "tasker".step_history (task_id, at, started_at, worker_id, waited_ms, position, attempt, from_state,
                                   to_state, actor, error, fingerprint)
  select w.task_id, v_now, case when w.ran then w.started_at end, case when w.ran then w.worker_id end,
         case when w.ran then w.waited_ms else 0 end, w.position, w.attempt, w.from_state, "tasker".step_error(),
         '@tasker', w.error::jsonb, "tasker".error_fingerprint_v1(w.error::jsonb)
    from was w;
  delete from "tasker".delayed_steps d
   using unnest(m_task, m_position) as m(task_id, position)
   where d.task_id = m.task_id and d.position = m.position;
  delete from "tasker".parked_steps k
   using unnest(m_task, m_position) as m(task_id, position)
   where k.task_id = m.task_id and k.position = m.position;
  -- What workers know of these tasks is out of date.
  update "tasker".tasks t set lock_version = t.lock_version + 1 where t.id = any (v_tasks);
  select r.ended_task, r.ended_state into ended_task, ended_state from "tasker".recount_v1(v_tasks, null, v_now) r;
  at := v_now;
  return next;
end $function$;

comment on function tasker.clock_v1() is 'The time Tasker goes by for everything but leases. Inlined: it costs what clock_timestamp() costs.';

comment on function tasker.lease_clock_v1() is 'The time by which leases of workers are granted and judged. It may leap; whoever judges by it watches for that.';

comment on function tasker.error_pattern_v1(text) is 'A message with quoted text, uuids, hexadecimal and numbers replaced by ?: equal for failures of one cause.';

comment on function tasker.error_fingerprint_v1(jsonb) is 'Sixteen hexadecimal digits that are the same for failures of one cause: kind, name, code and the pattern of the message.';

comment on table tasker.installation is 'One row: the beginning of every idempotency key. Give a copy of a database that acts for itself another id.';

comment on column tasker.task_list.hold is 'Paused: nothing of it is started.';

comment on column tasker.task_list.identity is 'What makes it the only one of its kind; null when it need not be.';

comment on column tasker.task_list.lock_version is 'How often operators have acted on it.';

comment on column tasker.task_list.revision is 'Revision of the version; a task keeps the one it was created with.';

comment on column tasker.task_list.state is 'pending, in_progress, complete, error, cancelled or resolved_manually.';

comment on view tasker.task_list is 'Tasks with the name of their template. One row per task; by task_id it reads two rows.';

comment on column tasker.task_steps.attempt is 'Number of the last attempt, from 1; 0 when it has not run. No two attempts of a step have the same.';

comment on column tasker.task_steps.blocked is 'A step it depends on, near or far, ended in error or was cancelled.';

comment on column tasker.task_steps.granted is 'Attempts that do not count against the retry limit: given back before they had an outcome, or made before an operator ran the step again.';

comment on column tasker.task_steps.inputs is 'Fields of the context this step sees with other values; an operator gave them.';

comment on column tasker.task_steps.last_error is 'How the last failed attempt failed, also when a later one succeeded.';

comment on column tasker.task_steps.next_retry_at is 'When a step that waits for a retry is due; null in any other state.';

comment on column tasker.task_steps.parents is 'Names of the steps it depends on, in the order of the template.';

comment on column tasker.task_steps.position is 'Number of the step, from 0: the same in all revisions of its template.';

comment on column tasker.task_steps.skip_reason is 'Why it is skipped: condition (its own was false), not_chosen, no_branch_taken, bypassed (as the request asked), operator or timeout; null when it is not.';

comment on column tasker.task_steps.started_at is 'Start of the last attempt.';

comment on column tasker.task_steps.state is 'pending, ready, in_progress, waiting_for_retry, waiting, complete, error, skipped, cancelled or resolved_manually.';

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

comment on column tasker.step_transitions.metadata is 'What an operator did: the verb, and what it replaced. Of a step that a branch left out: skip, with the reason and what decided it.';

comment on column tasker.step_transitions.ordinal is 'Place among the transitions of its task, from 1.';

comment on column tasker.step_transitions.step is 'Name of the step.';

comment on column tasker.step_transitions.worker_id is 'Null for ready, and for what an operator did.';

comment on view tasker.step_transitions is 'Every change of state of a step, append-only. Order by task_id, ordinal. A step that waits in the queue shows its way there once it starts.';

comment on column tasker.live_workers.drain_requested is 'An operator wants it to take no more; it may not know yet.';

comment on column tasker.live_workers.draining is 'It takes no more steps.';

comment on column tasker.live_workers.serving is 'It takes steps of its lanes: neither of the two.';

comment on view tasker.live_workers is 'Workers that nobody has declared lost and whose lease has not ended.';

comment on view tasker.audit_steps is 'What the auditor looks at; may change with any version.';

comment on function tasker.audit_v1() is 'Broken invariants: which rule, of which task and step (null: the task itself), and what is wrong. No rows: all is well. True at any moment, also on a busy database.';

comment on function tasker.live_floor_v1() is 'No task below this id is pending or in progress, and none of its steps is ready, running or waiting for a retry, but for those in step_waits: their steps wait without a worker.';

comment on function tasker.step_readiness_v1(bigint) is 'Every step of a task and why it does not run. reason: finished, running, task_ended, backing_off (due_at), waiting, blocked (blocked_by: failed or cancelled ancestors, at most 100), waits_for_parents (waits_for), paused_task, paused_step, no_live_worker (handler, queue), queued (queue_ahead steps of its lane come first; queue_capped: at least so many). skip_reason, skip: why it is skipped, and what decided that a branch left it out. By position; no rows: no such task.';

comment on function tasker.execution_context_v1(bigint) is 'One task in numbers: steps by state, execution_status, recommended_action, completion_percentage (two decimals) and health_status (healthy; recovering: something failed, the rest moves; blocked: nothing can move). One row, or none: no such task.';

comment on function tasker.template_levels_v1(integer) is 'Steps of a template, parents before children (ord), with the longest way from a root (level, 0: a root).';

comment on function tasker.dependency_levels_v1(bigint) is 'Longest way from a root for each step of a task; roots are 0. By level and position.';

comment on function tasker.critical_path_v1(bigint) is 'The chain of dependent steps that took longest, from a root on. duration_ms: first start to end, or to now, retries and their waits included; waited_ms: in the queue before that.';

comment on table tasker.bulk_operations is 'Verbs applied to many tasks: progress and outcome. Kept for ever; small.';

comment on column tasker.archived_tasks.document is 'format, task, steps, transitions (task, steps), annotations: as the public views showed them when it was archived.';

comment on table tasker.archived_tasks is 'Pruned tasks, one document each. Nothing of Tasker reads it: export, move or delete rows as you like.';

comment on function tasker.task_document_v1(bigint) is 'A task with all that is known of it, as it is archived. Its task is null when there is none.';

comment on table tasker.history_rollup is 'Counts of attempts and tasks that ended, by hour, template and step. May change with any version: ask performance_v1.';

comment on table tasker.history_rollup_days is 'history_rollup added up by day. May change with any version: ask performance_v1.';

comment on function tasker.roll_up_history_v1(integer) is 'Rolls up at most so many hours of history that are over. Returns how many; fewer than asked: nothing is left. One at a time: others return 0.';

comment on function tasker.health_counts_v1() is 'Tasks by state, steps that move, failures, queue, workers and connections. One row. exact: false when total_tasks and complete_tasks are estimated by the statistics of the planner (from 200,000 tasks on); all others are always counted.';

comment on function tasker.performance_v1(timestamp with time zone,timestamp with time zone,text,text[],text,text) is 'What ended from p_since to before p_until. exact: percentiles are measured values; else, from 30,000 attempts on, they are off by at most 2 %, and all other columns are exact. task_*: request to end of completed tasks (null when grouped by step); step_*: start to end of attempts that completed; wait_*: their time in the queue; milliseconds. Most attempts first.';

comment on function tasker.slowest_steps_v1(timestamp with time zone,timestamp with time zone,integer,text[],text,text) is 'Attempts that ended from p_since to before p_until, longest first; state: what the attempt came to. Time in the queue is waited_ms, not duration_ms.';

comment on function tasker.slowest_tasks_v1(timestamp with time zone,timestamp with time zone,integer,text[],text,text) is 'Tasks that ended from p_since to before p_until and still are ended, longest from request to end first. completed_steps: satisfied ones.';

comment on function tasker.bottlenecks_v1(timestamp with time zone,timestamp with time zone,integer,text[],text,text) is 'Steps of templates by the time their attempts ran, all together, in the window; p95_ms: of those that completed, off by at most 2 %; dependents: steps after it in the graph; share: of all running time. Most time first.';

comment on function tasker.failure_groups_v1(timestamp with time zone,timestamp with time zone,integer,text[],text,text) is 'Failed attempts from p_since to before p_until, gathered by fingerprint and step: failures (attempts), tasks, open_tasks (the step is in error now), first_at, last_at and the newest as sample. Most failures first.';
