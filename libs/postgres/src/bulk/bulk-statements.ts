import { TASKS } from '../read/task-statements';

/**
 * Statements of bulk operations; the schema is written as `tasker.`. Changes are wrapped, so that they answer with rows
 * whoever sends them: TypeORM would answer a bare update otherwise.
 */

const COLUMNS = `id::text as id, command, filter, actor, reason, state, last_task_id::text as "lastTaskId",
  until_task_id::text as "untilTaskId", matched, changed, unchanged, refused, failed, refusals, samples, rate,
  batch_size as "batchSize", error, created_at as "createdAt", updated_at as "updatedAt", finished_at as "finishedAt"`;

/**
 * $1 command, $2 filter, $3 actor, $4 reason, $5 rate, $6 batch size, $7 owner, $8 lease ms, $9 most that may run, $10 most
 * of one actor. One row, or none when so many run already.
 */
export const START = `insert into tasker.bulk_operations (command, filter, actor, reason, rate, batch_size, owner,
    created_at, updated_at, next_batch_at, until_task_id, lease_expires_at)
  select $1, $2, $3, $4, $5, $6, $7, n.at, n.at, n.at, coalesce((select max(t.id) from tasker.tasks t), 0),
         lease.at + $8 * interval '1 millisecond'
    from (select tasker.clock_v1() as at) n, (select clock_timestamp() as at) lease
   where (select count(*) from (select from tasker.bulk_operations b where b.state = 'running' limit $9) r) < $9
     and (select count(*) from (select from tasker.bulk_operations b
                                 where b.state = 'running' and b.actor is not distinct from $3 limit $10) r) < $10
  returning ${COLUMNS}`;

/** $1 operation. One row or none. */
export const FIND = `select ${COLUMNS} from tasker.bulk_operations where id = $1`;

/**
 * $1 most rows, $2 below this operation or null, $3 namespaces or null for all: then only operations that are about no
 * others. Newest first.
 */
export const LIST = `select ${COLUMNS} from tasker.bulk_operations
   where ($2::bigint is null or id < $2::bigint)
     and ($3::text[] is null
          or (filter -> 'namespace' <> '[]'
              and to_jsonb($3::text[]) @> case jsonb_typeof(filter -> 'namespace')
                    when 'array' then filter -> 'namespace' else jsonb_build_array(filter -> 'namespace') end))
   order by id desc limit $1`;

/** $1 operation. One row when it was running. */
export const CANCEL = `with moved as (
    update tasker.bulk_operations set state = 'cancelled', updated_at = tasker.clock_v1(), finished_at = tasker.clock_v1()
     where id = $1 and state = 'running' returning id)
  select id from moved`;

/**
 * $1 operation, $2 owner, $3 lease ms, $4 most that may run, $5 most of one actor. One row when it had been cancelled or had
 * failed, and may run.
 */
export const RESUME = `with moved as (
    update tasker.bulk_operations o
       set state = 'running', error = null, finished_at = null, updated_at = tasker.clock_v1(), owner = $2,
           lease_expires_at = clock_timestamp() + $3 * interval '1 millisecond'
     where id = $1 and state in ('cancelled', 'failed')
       and (select count(*) from (select from tasker.bulk_operations b where b.state = 'running' limit $4) r) < $4
       and (select count(*) from (select from tasker.bulk_operations b
                                   where b.state = 'running' and b.actor is not distinct from o.actor limit $5) r) < $5
    returning id)
  select id from moved`;

/** $1 owner, $2 lease ms. One row when there was an operation that nobody runs any more: it is the owner's now. */
export const ADOPT = `with taken as (
    update tasker.bulk_operations b set owner = $1, lease_expires_at = clock_timestamp() + $2 * interval '1 millisecond'
     where b.id = (select y.id from tasker.bulk_operations y
                    where y.state = 'running' and y.lease_expires_at < clock_timestamp()
                    order by y.id limit 1 for update skip locked)
    returning b.id)
  select id::text as id from taken`;

/** $1 owner. What it ran may be adopted at once. */
export const RELEASE = `with freed as (
    update tasker.bulk_operations set lease_expires_at = '-infinity' where state = 'running' and owner = $1 returning id)
  select id from freed`;

/** $1 operation, $2 owner, $3 why. */
export const FAIL = `with moved as (
    update tasker.bulk_operations set state = 'failed', error = $3, updated_at = tasker.clock_v1(), finished_at = tasker.clock_v1()
     where id = $1 and owner = $2 and state = 'running' returning id)
  select id from moved`;

/** $1 operation, $2 owner. Its row, locked, when it is still the owner's to run; with how long the rate makes it wait. */
export const LOCK = `select ${COLUMNS},
    greatest(0, extract(epoch from next_batch_at - tasker.clock_v1()) * 1000)::float8 as "waitMs"
  from tasker.bulk_operations where id = $1 and owner = $2 and state = 'running' for update`;

/**
 * $1 operation, $2 last task, $3 matched, $4 changed, $5 unchanged, $6 refused, $7 failed, $8 refusals, $9 samples,
 * $10 ended, $11 lease ms. The next batch may begin when the rate has room for this one.
 */
export const ADVANCE = `with moved as (
    update tasker.bulk_operations
       set last_task_id = $2, matched = matched + $3, changed = changed + $4, unchanged = unchanged + $5,
           refused = refused + $6, failed = failed + $7, refusals = $8, samples = $9,
           state = case when $10 then 'complete' else state end,
           updated_at = tasker.clock_v1(), finished_at = case when $10 then tasker.clock_v1() end,
           next_batch_at = tasker.clock_v1() + coalesce($3 / rate, 0) * interval '1 second',
           lease_expires_at = clock_timestamp() + coalesce($3 / rate, 0) * interval '1 second' + $11 * interval '1 millisecond'
     where id = $1
    returning ${COLUMNS}, greatest(0, extract(epoch from next_batch_at - tasker.clock_v1()) * 1000)::float8 as "waitMs")
  select * from moved`;

/** $1 above this task, $2 up to this one, $3 most rows; then what the condition needs. Ascending. */
export const matching = (
  condition: string,
): string => `select t.id::text as id, t.template_id as "templateId", t.context
    from ${TASKS}
   where t.id > $1 and t.id <= $2 and ${condition} order by t.id limit $3`;

/** How many match; the condition's parameters only. */
export const matchingCount = (
  condition: string,
): string => `select count(*)::int as count, coalesce(max(t.id), 0)::text as until
    from ${TASKS} where ${condition}`;

/** $1 tasks. Steps of theirs that have run. */
export const RUN_BEFORE = `select s.task_id::text as "taskId", array_agg(s.position) as positions
    from tasker.steps s where s.task_id = any ($1::bigint[]) and s.position >= 0 and s.attempt > 0 group by s.task_id`;
