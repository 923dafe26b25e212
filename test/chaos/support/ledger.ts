import { Pool, type QueryResultRow } from 'pg';
import type { RecordedCall } from './read-calls';

/**
 * What the tests write down beside the engine: calls of handlers, and which leases ended when. Read it to judge whether
 * somebody did something without the right to.
 */
const TABLES = `
  create table public.handler_calls (
    task_id bigint not null, step text not null, attempt smallint not null, worker_id int not null,
    at timestamptz not null, ended_at timestamptz);
  create table public.lost_workers (
    id int primary key, pid int not null, lease_expires_at timestamptz not null, lost_at timestamptz not null);
  create function public.note_lost() returns trigger language plpgsql as $$
    begin
      insert into public.lost_workers values (new.id, new.pid, new.lease_expires_at, new.lost_at);
      return null;
    end $$;
  create trigger note_lost after update of lost_at on tasker.workers for each row
    when (old.lost_at is null and new.lost_at is not null) execute function public.note_lost();
  create index on public.handler_calls (task_id, step)`;

const CALLS_AT_ONCE = 10_000;

/** Looks at the database past every layer under test. */
export class Ledger {
  private readonly pool: Pool;

  constructor(url: string) {
    this.pool = new Pool({ connectionString: url, max: 3, application_name: 'chaos-ledger' });
    // The database is restarted under it.
    this.pool.on('error', () => undefined);
  }

  async open(): Promise<void> {
    await this.pool.query(TABLES);
  }

  async query<R extends QueryResultRow>(text: string, values: unknown[] = []): Promise<R[]> {
    return (await this.pool.query<R>(text, values)).rows;
  }

  async count(text: string, values: unknown[] = []): Promise<number> {
    const [row] = await this.query<{ count: number }>(
      `select count(*)::int as count from (${text}) as counted`,
      values,
    );
    return row?.count ?? NaN;
  }

  /** Takes over what the workers wrote down about calls of their handlers. */
  async noteCalls(calls: readonly RecordedCall[]): Promise<void> {
    for (let from = 0; from < calls.length; from += CALLS_AT_ONCE) {
      const some = calls.slice(from, from + CALLS_AT_ONCE);
      await this.query(
        `insert into public.handler_calls (task_id, step, attempt, worker_id, at, ended_at)
         select task_id, step, attempt, worker_id, to_timestamp(at / 1000), to_timestamp(ended_at / 1000)
           from unnest($1::bigint[], $2::text[], $3::smallint[], $4::int[], $5::float8[], $6::float8[])
                  as c(task_id, step, attempt, worker_id, at, ended_at)`,
        [
          ...[some.map((call) => call.taskId), some.map((call) => call.step), some.map((call) => call.attempt)],
          ...[some.map((call) => call.workerId), some.map((call) => call.at), some.map((call) => call.until)],
        ],
      );
    }
  }

  /** Ends sessions of these applications (a pattern for LIKE); says how many. */
  terminate(applications: string): Promise<number> {
    return this.count(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where application_name like $1 and datname = current_database()`,
      [applications],
    );
  }

  close(): Promise<void> {
    return this.pool.end();
  }
}
