/** What happened lately, per minute. @public */
export interface Trends {
  /** Length of the time looked at, milliseconds: an hour, or less where an hour holds too much to count at every look. */
  readonly windowMs: number;
  readonly tasksCreatedPerMinute: number;
  readonly tasksEndedPerMinute: number;
  readonly attemptsEndedPerMinute: number;
  /** Of the attempts: completed, 0 to 1; null when there was none. */
  readonly completionRate: number | null;
  /** Of the attempts: failed, for good or not, 0 to 1; null when there was none. */
  readonly errorRate: number | null;
  /** Of completed attempts, milliseconds; null when there was none. */
  readonly averageStepMs: number | null;
}

/** From the shortest on; the longest that holds less than the limit is reported. */
export const TREND_WINDOWS_MS = [10_000, 300_000, 3_600_000];
/** Rows that are read of one kind before the window is given up: about 50 ms. */
export const TREND_LIMIT = 50_000;

/**
 * $1 window ms, $2 limit. One row. Each part stops at the limit, and says so by having found that many. Creations are
 * counted per template, along the index of its tasks by time.
 */
export const TRENDS = `
select (select count(*)::int from (
          select 1 from tasker.task_templates m
           cross join lateral (select 1 from tasker.tasks t
                                where t.template_id = m.id and t.requested_at >= w.since offset 0) t limit $2) c) as created,
       (select count(*)::int from (
          select 1 from tasker.task_history h where h.at >= w.since and tasker.task_ended_v1(h.to_state)
           limit $2) e) as ended,
       a.attempts, a.completed, a.failed, a.average_ms
  from (select tasker.clock_v1() - $1::bigint * interval '1 millisecond' as since) w
  cross join lateral (
    select count(*)::int as attempts, (count(*) filter (where h.good))::int as completed,
           (count(*) filter (where h.failed))::int as failed, avg(h.ms) filter (where h.good) as average_ms
      from (select y.to_state = tasker.step_complete() as good, y.error is not null as failed,
                   (1000 * extract(epoch from y.at - y.started_at))::float8 as ms
              from tasker.step_history y where y.at >= w.since and y.from_state = tasker.step_in_progress() limit $2) h) a`;

/** A row of the statement above. */
export interface TrendsRow {
  readonly created: number;
  readonly ended: number;
  readonly attempts: number;
  readonly completed: number;
  readonly failed: number;
  readonly average_ms: number | null;
}

/** Whether the row counted everything there was in its window. */
export const isWhole = ({ created, ended, attempts }: TrendsRow): boolean =>
  Math.max(created, ended, attempts) < TREND_LIMIT;

/** What the row says of its window. */
export function readTrends(
  { created, ended, attempts, completed, failed, ...row }: TrendsRow,
  windowMs: number,
): Trends {
  const perMinute = (count: number): number => Math.round((count * 60_000 * 100) / windowMs) / 100;
  const share = (count: number): number | null =>
    attempts === 0 ? null : Math.round((10_000 * count) / attempts) / 10_000;
  return {
    windowMs,
    tasksCreatedPerMinute: perMinute(created),
    tasksEndedPerMinute: perMinute(ended),
    attemptsEndedPerMinute: perMinute(attempts),
    completionRate: share(completed),
    errorRate: share(failed),
    averageStepMs: row.average_ms,
  };
}
