-- Purpose: keeping: finished tasks are pruned or archived, in bounded batches; and bulk verbs that survive their process.
-- Locks: new objects; tasks and steps against other maintenance for a moment, not against work. Time on 10 M rows: none.
-- Breaking: no.

-- One row per verb applied to many tasks. Each batch moves last_task_id and the counts in the transaction that changes the
-- tasks, so whoever goes on after a crash repeats nothing.
create table tasker.bulk_operations (
  id bigint generated always as identity primary key,
  command jsonb not null,
  filter jsonb not null,
  actor text not null,
  reason text,
  state text not null default 'running' check (state in ('running', 'complete', 'cancelled', 'failed')),
  -- Tasks up to this one have been dealt with.
  last_task_id bigint not null default 0,
  -- Tasks created after the start are not touched.
  until_task_id bigint not null,
  matched int not null default 0,
  changed int not null default 0,
  unchanged int not null default 0,
  refused int not null default 0,
  failed int not null default 0,
  -- How many were refused or failed for which reason, by error code; and the first few of them.
  refusals jsonb not null default '{}',
  samples jsonb not null default '[]',
  -- Tasks per second; null: as fast as it goes.
  rate real check (rate > 0),
  batch_size int not null check (batch_size > 0),
  -- Before this the next batch may not begin, whoever runs it.
  next_batch_at timestamptz not null default now(),
  -- Which process runs it, until when: another may take it over then.
  owner text,
  lease_expires_at timestamptz not null default '-infinity',
  error text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  finished_at timestamptz
) with (fillfactor = 50);
create index bulk_operations_running on tasker.bulk_operations (id) where state = 'running';

comment on table tasker.bulk_operations is 'Verbs applied to many tasks: progress and outcome. Kept for ever; small.';

-- Which process sweeps, until when, and when the last sweep ended: there is one row.
create table tasker.retention_sweeps (
  one boolean primary key default true check (one),
  owner text,
  lease_expires_at timestamptz not null default '-infinity',
  ended_at timestamptz not null default '-infinity'
) with (fillfactor = 20);
insert into tasker.retention_sweeps default values;

-- How far a rule has looked: no task up to scanned_to needs a look but for its stragglers.
create table tasker.retention_progress (
  rule text primary key,
  scanned_to bigint not null default 0,
  pass_began_at timestamptz not null default clock_timestamp(),
  swept_at timestamptz not null default clock_timestamp()
) with (fillfactor = 20);

-- Tasks a rule has passed and must look at again: those that had not finished, or not long enough ago.
create table tasker.retention_stragglers (
  rule text not null,
  due_at timestamptz not null,
  task_id bigint not null,
  primary key (rule, due_at, task_id)
);

create table tasker.archived_tasks (
  task_id bigint primary key,
  namespace text not null,
  name text not null,
  version text not null,
  state text not null,
  identity text,
  correlation_id text not null,
  requested_at timestamptz not null,
  finished_at timestamptz not null,
  archived_at timestamptz not null default clock_timestamp(),
  document jsonb not null
);
create index archived_tasks_at on tasker.archived_tasks using brin (archived_at);

comment on table tasker.archived_tasks is 'Pruned tasks, one document each. Nothing of Tasker reads it: export, move or delete rows as you like.';
comment on column tasker.archived_tasks.document is
  'format, task, steps, transitions (task, steps), annotations: as the public views showed them when it was archived.';

create function tasker.task_document_v1(p_task bigint) returns jsonb
language sql stable set jit = off as $$
  select jsonb_build_object(
    'format', 1,
    'task', (select to_jsonb(t) from tasker.task_list t where t.task_id = p_task),
    'steps', coalesce((select jsonb_agg(to_jsonb(s) - 'task_id' order by s.position) from tasker.task_steps s where s.task_id = p_task), '[]'),
    'transitions', jsonb_build_object(
      'task', coalesce((select jsonb_agg(to_jsonb(h) - 'task_id' order by h.ordinal) from tasker.task_transitions h where h.task_id = p_task), '[]'),
      'steps', coalesce((select jsonb_agg(to_jsonb(h) - 'task_id' order by h.ordinal) from tasker.step_transitions h where h.task_id = p_task), '[]')),
    'annotations', coalesce((
      select jsonb_agg(jsonb_build_object('type', k.name, 'annotation', a.annotation, 'actor', a.actor, 'created_at', a.created_at) order by a.id)
        from tasker.task_annotations a join tasker.annotation_types k on k.id = a.annotation_type_id where a.task_id = p_task), '[]'))
$$;

comment on function tasker.task_document_v1(bigint) is 'A task with all that is known of it, as it is archived. Its task is null when there is none.';

-- Deletes tasks with everything of theirs. The caller holds their row locks and knows that they have finished. An operator
-- who holds their steps and waits for their rows gives way, by lock_timeout.
create function tasker.delete_tasks_v1(p_tasks bigint[], p_archive bigint[]) returns void
language plpgsql
set plan_cache_mode = force_generic_plan set jit = off
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  -- Nothing was recorded of a task before it was requested: older partitions are not looked at.
  v_since timestamptz := (select min(t.requested_at) from tasker.tasks t where t.id = any (p_tasks));
begin
  if cardinality(p_archive) > 0 then
    insert into tasker.archived_tasks (task_id, namespace, name, version, state, identity, correlation_id, requested_at, finished_at, document)
    select l.task_id, l.namespace, l.name, l.version, l.state, l.identity, l.correlation_id, l.requested_at, l.finished_at,
           tasker.task_document_v1(l.task_id)
      from tasker.task_list l where l.task_id = any (p_archive);
  end if;
  delete from tasker.task_annotations a where a.task_id = any (p_tasks);
  delete from tasker.step_history h where h.task_id = any (p_tasks) and h.at >= v_since;
  delete from tasker.task_history h where h.task_id = any (p_tasks) and h.at >= v_since;
  delete from tasker.steps s where s.task_id = any (p_tasks);
  delete from tasker.tasks t where t.id = any (p_tasks);
end $$;

-- One batch of one rule: first stragglers that are due, then the next stretch of the primary key.
create function tasker.prune_tasks_v1(
  p_owner text, p_lease_ms int,  -- whose sweep it is; renewed
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
  v_now timestamptz := clock_timestamp();
  v_keep interval := p_keep_ms * interval '1 millisecond';
  v_keep_errors interval := p_keep_errors_ms * interval '1 millisecond';
  v_least interval := least(v_keep, v_keep_errors);
  v_from bigint;
  v_to bigint;
  v_young bigint;
  v_read int;
  v_seen bigint[];
  v_due bigint[];
  v_archive bigint[];
begin
  update tasker.retention_sweeps w set lease_expires_at = v_now + p_lease_ms * interval '1 millisecond' where w.owner = p_owner;
  if not found then raise exception 'another process sweeps' using errcode = 'TSK04'; end if;
  -- A prune that a crash of the server forgets is only done again.
  perform set_config('synchronous_commit', 'off', true);

  insert into tasker.retention_progress as g (rule) values (p_rule)
  on conflict (rule) do update set swept_at = v_now
  returning g.scanned_to into v_from;

  with late as (
    delete from tasker.retention_stragglers g
     where g.rule = p_rule and (g.due_at, g.task_id) in (
       select y.due_at, y.task_id from tasker.retention_stragglers y
        where y.rule = p_rule and y.due_at <= v_now order by y.due_at, y.task_id limit p_limit)
    returning g.task_id)
  select array_agg(l.task_id order by l.task_id) into v_seen from late l;

  more := true;
  if v_seen is null then
    select count(*), max(w.id), min(w.id) filter (where w.requested_at > v_now - v_least)
      into v_read, v_to, v_young
      from (select t.id, t.requested_at from tasker.tasks t where t.id > v_from order by t.id limit p_scan) w;
    -- Nothing requested later than this can be due, and ids are nearly in the order of requests.
    more := v_young is null and v_read = p_scan;
    v_to := coalesce(v_young - 1, v_to, v_from);
    select array_agg(t.id order by t.id) into v_seen
      from tasker.tasks t where t.id > v_from and t.id <= v_to and t.template_id = any (p_templates);
  end if;

  select array_agg(d.id order by d.id), array_agg(d.id) filter (where d.template_id = any (p_archived))
    into v_due, v_archive
    from (select t.id, t.template_id from tasker.tasks t
           where t.id = any (v_seen)
             and (t.state in (2, 4, 5) and t.finished_at <= v_now - v_keep or t.state = 3 and t.finished_at <= v_now - v_keep_errors)
             -- A handler may still end what it had begun when the task was cancelled or resolved.
             and (t.state in (2, 3) or not exists (select 1 from tasker.steps s where s.task_id = t.id and s.state = 2))
           order by t.id limit p_limit for update skip locked) d;
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
                 case when t.state in (0, 1) then v_now + v_least
                      when t.state = 3 then coalesce(t.finished_at + v_keep_errors, v_now + v_keep)
                      else t.finished_at + v_keep end as due_at
            from tasker.tasks t where t.id = any (v_seen) and t.id <= coalesce(v_to, t.id) and t.id <> all (coalesce(v_due, '{}'))) x
   where x.due_at is not null;
  get diagnostics stragglers = row_count;

  if pruned > 0 then perform tasker.delete_tasks_v1(v_due, coalesce(v_archive, '{}')); end if;
  if v_to is not null then
    update tasker.retention_progress g set scanned_to = v_to where g.rule = p_rule;
  end if;
  return next;
end $$;

-- Drops one partition of the history whose time is over and in which nothing is left; null: there is none. The parent is
-- locked against everything for the moment of the drop, and waited for only as long as lock_timeout says: 'busy' then.
-- (detach concurrently is not possible: it refuses a table that has a default partition.)
create function tasker.drop_history_partition_v1() returns text
language plpgsql as $$
declare
  v_name text;
begin
  select c.relname into v_name
    from pg_inherits i
    join pg_class c on c.oid = i.inhrelid
    cross join lateral (
      -- for values from ('…') to ('…'); default has no end.
      select nullif(split_part(pg_get_expr(c.relpartbound, c.oid), '''', 4), '')::timestamptz as ends_at) b
   where i.inhparent in ('tasker.step_history'::regclass, 'tasker.task_history'::regclass)
     and b.ends_at <= clock_timestamp()
     -- No task is as old as it, or vacuum has given back its last page.
     and (pg_relation_size(c.oid) = 0
          or b.ends_at < coalesce((select t.requested_at from tasker.tasks t order by t.id limit 1), clock_timestamp()) - interval '1 hour')
   order by b.ends_at, c.relname limit 1;
  if v_name is not null then
    execute format('drop table tasker.%I', v_name);
  end if;
  return v_name;
exception when lock_not_available then
  return 'busy';
end $$;

-- Measured with retention under steady load (bench/churn.mjs): steps a tenth smaller than with the default of 0.2, and no
-- more of the database's time.
alter table tasker.tasks set (autovacuum_vacuum_scale_factor = 0.02);
alter table tasker.steps set (autovacuum_vacuum_scale_factor = 0.02);
