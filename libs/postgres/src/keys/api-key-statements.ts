const COLUMNS = `id, prefix, name, roles, permissions, namespaces, created_by as "createdBy", created_at as "createdAt",
  expires_at as "expiresAt", revoked_by as "revokedBy", revoked_at as "revokedAt", last_used_at as "lastUsedAt"`;

/** $1 prefix, $2 hash, $3 name, $4 roles, $5 permissions, $6 namespaces, $7 creator, $8 expiry. One row. */
export const CREATE_KEY = `
  with created as (
    insert into tasker.api_keys (prefix, hash, name, roles, permissions, namespaces, created_by, expires_at, created_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, tasker.clock_v1())
    returning *)
  select ${COLUMNS} from created`;

/** $1 most. Newest first. */
export const LIST_KEYS = `select ${COLUMNS} from tasker.api_keys order by id desc limit $1`;

/**
 * $1 id, $2 who revokes. No row: no such key. A select around the update, because TypeORM answers a bare update with a
 * pair and pg with rows.
 */
export const REVOKE_KEY = `
  with revoked as (
    update tasker.api_keys
       set revoked_at = coalesce(revoked_at, tasker.clock_v1()), revoked_by = case when revoked_at is null then $2 else revoked_by end
     where id = $1
    returning *)
  select ${COLUMNS} from revoked`;

/** $1 prefix. At most one row, by a unique index. */
export const FIND_KEY = `
  select ${COLUMNS}, hash, coalesce(expires_at <= tasker.clock_v1(), false) as expired,
         coalesce(last_used_at < tasker.clock_v1() - interval '1 minute', true) as untouched
    from tasker.api_keys
   where prefix = $1`;

/** $1 id. Of several processes that noticed the same minute, one writes. */
export const TOUCH_KEY = `
  with touched as (
    update tasker.api_keys set last_used_at = tasker.clock_v1()
     where id = $1 and coalesce(last_used_at < tasker.clock_v1() - interval '1 minute', true)
    returning id)
  select id from touched`;
