/** Statements of the retention; the schema is written as `tasker.` and replaced by the store. */

/** $1 owner, $2 lease ms, $3 least ms since the last sweep ended. One row when the sweep is ours. */
export const BEGIN_SWEEP = `update tasker.retention_sweeps
    set owner = $1, lease_expires_at = clock_timestamp() + $2 * interval '1 millisecond'
  where lease_expires_at < clock_timestamp() and ended_at <= tasker.clock_v1() - $3 * interval '1 millisecond'
  returning owner`;

/** $1 owner, $2 whether the sweep came to its end. */
export const END_SWEEP = `update tasker.retention_sweeps
    set owner = null, lease_expires_at = '-infinity', ended_at = case when $2 then tasker.clock_v1() else ended_at end
  where owner = $1`;

/** $1 engine level: what tasks of a higher one leave behind, this version does not know. */
export const TEMPLATES = 'select id, namespace, name, version from tasker.task_templates where level <= $1 order by id';

/** Parameters: see the function. One row. */
export const PRUNE = `select * from tasker.prune_tasks_v1($1, $2, $3, $4, $5, $6, $7, $8, $9)`;

/**
 * $1 rules that are in use. A pass begins anew every week, so that nothing a pass went by is kept for ever, such as a task
 * whose creating transaction was open all the while; what unused rules remember is forgotten.
 */
export const TEND_PROGRESS = [
  `with old as (
     delete from tasker.retention_progress where swept_at < tasker.clock_v1() - interval '30 days' and rule <> all ($1::text[])
     returning rule)
   delete from tasker.retention_stragglers g using old where g.rule = old.rule`,
  `with anew as (
     update tasker.retention_progress set scanned_to = 0, pass_began_at = tasker.clock_v1()
      where pass_began_at < tasker.clock_v1() - interval '7 days' and rule = any ($1::text[])
     returning rule)
   delete from tasker.retention_stragglers g using anew where g.rule = anew.rule`,
] as const;

/** Settlements that come meanwhile wait behind the lock, so it is not waited for long. */
export const DROP_LOCK_TIMEOUT = "set local lock_timeout = '50ms'";

export const DROP_PARTITION = `select case when pg_has_role(c.relowner, 'USAGE') then tasker.drop_history_partition_v1() end as name
  from pg_class c where c.oid = 'tasker.step_history'::regclass`;
