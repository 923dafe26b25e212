import { checkTaskFilter, isTaskId, type TaskFilter } from '@tasker/core';
import { checkTaskQuery } from './check-task-query';
import type { Session } from '../database/session';
import { writeCursor } from './task-cursor';
import { lastErrors } from './last-errors';
import { taskProgress } from './task-progress';
import { TaskSearch } from './task-search';
import {
  FIND_LAST_ERRORS,
  FIND_SKIP_REASONS,
  FIND_STEP_TRANSITIONS,
  FIND_STEPS,
  FIND_SUMMARY,
  FIND_TASK,
  FIND_TASK_TRANSITIONS,
  FINISHED_AMONG,
} from './task-statements';
import type {
  StepDetail,
  StepTransition,
  TaskCount,
  TaskDetail,
  TaskHistory,
  TaskPage,
  TaskProgress,
  TaskQuery,
  TaskSummary,
  TaskTransition,
} from './task-views';
import { progressOf } from './step-progress';
import { waitsOf } from './waiting-for';

/** Retries without end must not end the process that reads them. */
const MOST_TRANSITIONS = 10_000;

/** Reads tasks; never takes a lock. Needs no Nest. @public */
export class TaskReadStore {
  private readonly search: TaskSearch;

  constructor(private readonly session: Session) {
    this.search = new TaskSearch(session);
  }

  /** The task with all its steps in the order of the template; null when there is none. */
  async find(id: string): Promise<TaskDetail | null> {
    if (!isTaskId(id)) return null;
    const [task] = await this.session.rows<Omit<TaskDetail, 'steps'>>(FIND_TASK, [id]);
    return task ? { ...task, steps: await this.steps(id) } : null;
  }

  /** The task without context and steps; null when there is none. */
  async summary(id: string): Promise<TaskSummary | null> {
    if (!isTaskId(id)) return null;
    return (await this.session.rows<TaskSummary>(FIND_SUMMARY, [id]))[0] ?? null;
  }

  /**
   * By the time of the request, newest first unless the query says otherwise.
   *
   * @throws {TaskerError} TSK_REQUEST_INVALID
   */
  async list(query: TaskQuery): Promise<TaskPage> {
    const checked = checkTaskQuery(query);
    const found = await this.search.page({ ...checked, limit: checked.limit + 1 });
    const page = found.slice(0, checked.limit);
    const last = page.at(-1);
    const tasks = page.map(({ at: _at, ...task }) => task);
    const counted = checked.withProgress ? await this.counted(tasks) : tasks;
    return {
      tasks: checked.withErrors ? await this.withErrors(counted) : counted,
      nextCursor: last && found.length > page.length ? writeCursor(last) : null,
    };
  }

  /**
   * How far tasks are: up to 500 in one statement.
   *
   * @param namespaces of which; default all
   * @returns in the order of the ids, each once; those that do not exist are missing
   * @throws {TaskerError} TSK_REQUEST_INVALID
   */
  progress(ids: readonly string[], namespaces: readonly string[] | null = null): Promise<TaskProgress[]> {
    return taskProgress(this.session, ids, namespaces);
  }

  private async counted(tasks: readonly TaskSummary[]): Promise<TaskSummary[]> {
    const found = await this.progress(tasks.map(({ id }) => id));
    const steps = new Map(found.map((progress) => [progress.taskId, progress.steps]));
    return tasks.map((task) => {
      const progress = steps.get(task.id);
      return progress ? { ...task, progress } : task;
    });
  }

  private async withErrors(tasks: readonly TaskSummary[]): Promise<TaskSummary[]> {
    const ids = tasks.map(({ id }) => id);
    const errors = await lastErrors(this.session, ids);
    return tasks.map((task) => ({ ...task, lastError: errors.get(task.id) ?? null }));
  }

  /**
   * How many tasks match; an estimate when counting them would take long.
   *
   * @throws {TaskerError} TSK_REQUEST_INVALID
   */
  async count(filter: TaskFilter): Promise<TaskCount> {
    checkTaskFilter(filter);
    return this.search.count(filter);
  }

  /** The latest 10,000 changes of state of the task, and as many of its steps; null when there is no such task. */
  async history(id: string): Promise<TaskHistory | null> {
    if (!isTaskId(id)) return null;
    const most = MOST_TRANSITIONS + 1;
    const task = await this.session.rows<Ordered<TaskTransition>>(FIND_TASK_TRANSITIONS, [id, most]);
    if (task.length === 0) return null;
    const steps = await this.session.rows<Ordered<StepTransition>>(FIND_STEP_TRANSITIONS, [id, most]);
    const truncated = task.length === most || steps.length === most;
    return { task: newest(task), steps: newest(steps), truncated };
  }

  /** Those of the tasks that have finished, in no order. */
  async finishedAmong(ids: readonly string[]): Promise<string[]> {
    const known = ids.filter(isTaskId);
    if (known.length === 0) return [];
    return (await this.session.rows<{ id: string }>(FINISHED_AMONG, [known])).map(({ id }) => id);
  }

  private async steps(id: string): Promise<StepDetail[]> {
    const found = await this.session.rows<Omit<StepDetail, Beside> & Positioned>(FIND_STEPS, [id]);
    const failed = await this.session.rows<Pick<StepDetail, 'error'> & Positioned>(FIND_LAST_ERRORS, [id]);
    const errors = new Map(failed.map(({ position, error }) => [position, error]));
    const has = (wanted: StepDetail['state']): boolean => found.some(({ state }) => state === wanted);
    const reasons = has('skipped') ? await this.skipReasons(id) : NOTHING;
    const waits = has('waiting') ? await waitsOf(this.session, id) : NOTHING;
    const progress = has('in_progress') ? await progressOf(this.session, id) : NOTHING;
    return found.map(({ position, ...step }) => ({
      ...step,
      error: errors.get(position) ?? null,
      skipReason: reasons.get(position) ?? null,
      waitingFor: waits.get(position) ?? null,
      progress: progress.get(position) ?? null,
    }));
  }

  private async skipReasons(id: string): Promise<Map<number, StepDetail['skipReason']>> {
    const rows = await this.session.rows<Pick<StepDetail, 'skipReason'> & Positioned>(FIND_SKIP_REASONS, [id]);
    return new Map(rows.map(({ position, skipReason }) => [position, skipReason]));
  }
}

const NOTHING: ReadonlyMap<number, null> = new Map<number, null>();

/** The latest of them, in order. */
const newest = <T>(rows: readonly Ordered<T>[]): T[] =>
  rows.slice(-MOST_TRANSITIONS).map(({ ordinal: _, ...transition }) => transition as T);

type Ordered<T> = T & { readonly ordinal: unknown };

/** What is read beside the rows of the steps, where there is any. */
type Beside = 'error' | 'skipReason' | 'waitingFor' | 'progress';

interface Positioned {
  readonly position: number;
}
