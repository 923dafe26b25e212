import { Inject, Injectable } from '@nestjs/common';
import { withSchema } from '@tasker/postgres';
import type { DataSource } from 'typeorm';
import type { ResolvedTaskerOptions } from '../options/resolved-tasker-options';
import { TASKER_DATA_SOURCE, TASKER_OPTIONS } from '../tasker.constants';
import { checkTaskQuery, isTaskId } from './task-query';
import {
  FIND_STEP_TRANSITIONS,
  FIND_STEPS,
  FIND_TASK,
  FIND_TASK_TRANSITIONS,
  FINISHED_AMONG,
  LIST_TASKS,
} from './task-statements';
import type {
  StepDetail,
  StepTransition,
  TaskDetail,
  TaskHistory,
  TaskPage,
  TaskQuery,
  TaskSummary,
  TaskTransition,
} from './task-views';

/** Reads tasks through the public views; never takes a lock. @public */
@Injectable()
export class TaskReader {
  constructor(
    @Inject(TASKER_DATA_SOURCE) private readonly dataSource: DataSource,
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedTaskerOptions,
  ) {}

  /** The task with all its steps in the order of the template; null when there is none. */
  async find(id: string): Promise<TaskDetail | null> {
    if (!isTaskId(id)) return null;
    const [task] = await this.rows<Omit<TaskDetail, 'steps'>>(FIND_TASK, [id]);
    return task ? { ...task, steps: await this.rows<StepDetail>(FIND_STEPS, [id]) } : null;
  }

  /**
   * Newest first.
   *
   * @throws {TaskerError} TSK_REQUEST_INVALID
   */
  async list(query: TaskQuery): Promise<TaskPage> {
    const limit = checkTaskQuery(query);
    const { state = null, namespace = null, name = null, cursor = null } = query;
    const found = await this.rows<TaskSummary>(LIST_TASKS, [state, namespace, name, cursor, limit + 1]);
    const tasks = found.slice(0, limit);
    return { tasks, nextCursor: found.length > limit ? (tasks.at(-1)?.id ?? null) : null };
  }

  /** Every change of state; null when there is no such task. */
  async history(id: string): Promise<TaskHistory | null> {
    if (!isTaskId(id)) return null;
    const task = await this.rows<TaskTransition>(FIND_TASK_TRANSITIONS, [id]);
    if (task.length === 0) return null;
    return { task, steps: await this.rows<StepTransition>(FIND_STEP_TRANSITIONS, [id]) };
  }

  /** Those of the tasks that have finished, in no order. */
  async finishedAmong(ids: readonly string[]): Promise<string[]> {
    const known = ids.filter(isTaskId);
    if (known.length === 0) return [];
    return (await this.rows<{ id: string }>(FINISHED_AMONG, [known])).map(({ id }) => id);
  }

  private rows<T>(sql: string, values: unknown[]): Promise<T[]> {
    return this.dataSource.query(withSchema(sql, this.options.database.schema), values);
  }
}
