import { Injectable } from '@nestjs/common';
import type { TaskFilter } from '@tasker/core';
import { TaskerDatabase, TaskReadStore } from '@tasker/postgres';
import type { TaskCount, TaskDetail, TaskHistory, TaskPage, TaskProgress, TaskQuery } from './task-views';

/** Reads tasks; never takes a lock. Applications call it through `TaskerService` and `TaskInsights`. @internal */
@Injectable()
export class TaskReader {
  private readonly store: TaskReadStore;

  constructor({ session }: TaskerDatabase) {
    this.store = new TaskReadStore(session);
  }

  /** The task with all its steps in the order of the template; null when there is none. */
  find(id: string): Promise<TaskDetail | null> {
    return this.store.find(id);
  }

  /**
   * Tasks that match, by the time of their request, newest first unless the query says otherwise.
   *
   * @throws {TaskerError} TSK_REQUEST_INVALID
   */
  list(query: TaskQuery): Promise<TaskPage> {
    return this.store.list(query);
  }

  /**
   * How many tasks match. Where counting them would take long, it is an estimate and says so.
   *
   * @throws {TaskerError} TSK_REQUEST_INVALID
   */
  count(filter: TaskFilter): Promise<TaskCount> {
    return this.store.count(filter);
  }

  /** See {@link TaskReadStore.progress}. */
  progress(ids: readonly string[], namespaces: readonly string[] | null = null): Promise<TaskProgress[]> {
    return this.store.progress(ids, namespaces);
  }

  /** Every change of state; null when there is no such task. */
  history(id: string): Promise<TaskHistory | null> {
    return this.store.history(id);
  }

  /** Those of the tasks that have finished, in no order. */
  finishedAmong(ids: readonly string[]): Promise<string[]> {
    return this.store.finishedAmong(ids);
  }
}
