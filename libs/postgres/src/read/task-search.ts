import { isTaskerError, TaskerError, type TaskFilter } from '@tasker/core';
import { isNarrowState, taskFilterSql } from './task-filter-sql';
import type { CheckedQuery } from './check-task-query';
import type { Session } from '../database/session';
import { HAS_CONTEXT_INDEX, SUMMARY, TASK_NOW, TASKS } from './task-statements';
import type { TaskCount, TaskSummary } from './task-views';

/** More matches than this are not all fetched and sorted for the sake of one page. */
const FEW = 20_000;
/** From so many matches on, a page is read in order: faster than to fetch and sort all of them. */
const PROBED = 5_000;
/** Of the planner: about a tenth of a second. What costs more is estimated. */
const COUNT_COST = 60_000;

const UNINDEXED =
  'Without an index a search by context reads all tasks: declare a search attribute in the template, narrow the search ' +
  'by something else, or make the index with "tasker search-index create".';

/** A row of a page with the time its cursor needs, which is finer than a Date. */
export type FoundTask = TaskSummary & { readonly at: string };

/** Finds and counts tasks by a filter; which way is shorter depends on how many match. @internal */
export class TaskSearch {
  constructor(private readonly session: Session) {}

  /**
   * Up to `limit` tasks in order, from the cursor on.
   *
   * @throws {TaskerError} TSK_SATURATED when the database takes too long over it
   */
  page(query: CheckedQuery): Promise<FoundTask[]> {
    return this.explaining(query.filter, () => this.find(query));
  }

  /** @throws {TaskerError} TSK_SATURATED when the database takes too long over it */
  count(filter: TaskFilter): Promise<TaskCount> {
    return this.explaining(filter, () => this.countMatching(filter));
  }

  private async find({ filter, limit, order, after }: CheckedQuery): Promise<FoundTask[]> {
    const values: unknown[] = [];
    const where = [taskFilterSql(filter, values)];
    const few = await this.matchesFew(filter, where[0] ?? '', values);
    if (after) {
      const at = `timestamptz 'epoch' + $${values.push(after.at)}::bigint * interval '1 microsecond'`;
      where.push(`(t.requested_at, t.id) ${order === 'desc' ? '<' : '>'} (${at}, $${values.push(after.id)}::bigint)`);
    }
    const tail = `order by t.requested_at ${order}, t.id ${order} limit $${values.push(limit)}`;
    const found = `select ${SUMMARY}, (extract(epoch from t.requested_at) * 1000000)::bigint::text as at`;
    const sql = few
      ? `${found} from ${TASKS} where ${where.join(' and ')} ${tail}`
      : // The index has the tasks of each template in order: as many as the page needs are read of each.
        `${found} from tasker.task_templates m cross join lateral (
           select t.* from tasker.tasks t ${TASK_NOW}
            where t.template_id = m.id and ${where.join(' and ')} ${tail}) t ${TASK_NOW} ${tail}`;
    return this.session.once<FoundTask>(sql, values);
  }

  private async countMatching(filter: TaskFilter): Promise<TaskCount> {
    const values: unknown[] = [];
    const source = `from ${TASKS} where ${taskFilterSql(filter, values)}`;
    if (!isNarrow(filter)) {
      const { rows, cost } = await this.session.estimate(`select 1 ${source}`, values);
      if (cost > COUNT_COST) return { count: Math.round(rows), exact: false };
    }
    const [row] = await this.session.once<{ count: number }>(`select count(*)::int as count ${source}`, values);
    return { count: row?.count ?? 0, exact: true };
  }

  /** A search that took too long for want of an index says what to do about that. */
  private async explaining<T>(filter: TaskFilter, search: () => Promise<T>): Promise<T> {
    try {
      return await search();
    } catch (error) {
      if (!isTaskerError(error) || error.code !== 'TSK_SATURATED' || (await this.isIndexed(filter))) throw error;
      throw new TaskerError(error.code, error.message, { cause: error.cause, hint: UNINDEXED });
    }
  }

  /** False when all tasks have to be read for what the filter says about contexts. */
  private async isIndexed({ context, tags, attributes }: TaskFilter): Promise<boolean> {
    if (context === undefined || tags !== undefined || attributes !== undefined) return true;
    return (await this.session.rows(HAS_CONTEXT_INDEX, [])).length > 0;
  }

  private async matchesFew(filter: TaskFilter, where: string, values: unknown[]): Promise<boolean> {
    if (isNarrow(filter)) return true;
    if (!mayBeFew(filter)) return false;
    const matching = `select 1 from ${TASKS} where ${where}`;
    if ((await this.session.estimate(matching, values)).rows > FEW) return false;
    if (filter.context === undefined && filter.tags === undefined && filter.attributes === undefined) return true;
    // Without its index, looking takes as long as the search itself: then a page is read in order until it is full.
    if (!(await this.isIndexed(filter))) return false;
    // The planner knows little of what is inside a value; these have an index, so that looking is cheap.
    const probe = `select count(*)::int as count from (${matching} limit ${PROBED}) p`;
    return ((await this.session.once<{ count: number }>(probe, values))[0]?.count ?? 0) < PROBED;
  }
}

/** Few tasks match, or an index has all that match. */
function isNarrow(filter: TaskFilter): boolean {
  const { ids, identity, hold, annotation, errorKind, errorFingerprint, errorMessage } = filter;
  return (
    [ids, identity, annotation, errorKind, errorFingerprint, errorMessage].some(isGiven) ||
    hold === true ||
    isNarrowState(filter)
  );
}

/** Filters of which only the planner knows how many tasks they match. */
function mayBeFew(filter: TaskFilter): boolean {
  const { tags, attributes, context, correlationId, initiator, sourceSystem, step } = filter;
  const { finishedAfter, finishedBefore } = filter;
  const texts = [correlationId, initiator, sourceSystem, step];
  return [tags, attributes, context, ...texts, finishedAfter, finishedBefore].some(isGiven);
}

const isGiven = (value: unknown): boolean => value !== undefined;
