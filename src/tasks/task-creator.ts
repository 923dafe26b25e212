import { Inject, Injectable } from '@nestjs/common';
import {
  Engine,
  queuedTask,
  storeFault,
  TaskDrafter,
  TaskerError,
  type CreatedTask,
  type TaskDraft,
  type TaskRequest,
} from '@tasker/core';
import type { RunInTransaction } from '@tasker/postgres';
import type { EntityManager } from 'typeorm';
import { taskerCorrelationId } from '../logging/correlation';
import { taskerScope } from '../logging/step-scope';
import type { TaskerStore } from '../runtime/tasker-store';
import { TASKER_ENGINE_STORE } from '../tasker.constants';
import { CommitHooks } from './commit-hooks';

/** What became of one of many requests: a task, or why there is none. @public */
export type Creation =
  | CreatedTask
  | {
      /** A TaskerError as `create` throws it; anything else was thrown by the application's own identity strategy. */
      readonly refusal: unknown;
    };

/** Turns requests into tasks: alone, in bulk, or inside the caller's transaction. @internal */
@Injectable()
export class TaskCreator {
  constructor(
    private readonly engine: Engine,
    private readonly drafter: TaskDrafter,
    @Inject(TASKER_ENGINE_STORE) private readonly store: TaskerStore,
    private readonly hooks: CommitHooks,
  ) {}

  /** @throws {TaskerError} TSK_DUPLICATE_TASK besides what drafting throws */
  async create(request: TaskRequest, manager?: EntityManager): Promise<CreatedTask> {
    const [created] = await this.createMany([request], manager);
    if (!created) throw new TypeError('the store has answered nothing for the task');
    if (!created.duplicate || request.onDuplicate === 'return') return created;
    throw new TaskerError('TSK_DUPLICATE_TASK', `A task with the same identity exists: ${created.taskId}.`, {
      data: { taskId: created.taskId },
    });
  }

  /** Every request is checked before the first task is written. Duplicates are answered, never thrown. */
  async createMany(requests: readonly TaskRequest[], manager?: EntityManager): Promise<CreatedTask[]> {
    const drafts = requests.map((request) => this.draft(request));
    return manager ? this.createInside(manager, drafts) : this.engine.createMany(drafts);
  }

  /**
   * Every request for itself: those that are refused do not keep the others from being created. Each is drafted once.
   *
   * @returns in the order of the requests
   * @throws {TaskerError} TSK_DATABASE_UNAVAILABLE, TSK_SHUTTING_DOWN: of any task it may be unknown whether it exists
   */
  async createEach(requests: readonly TaskRequest[]): Promise<Creation[]> {
    const drafted = requests.map((request) => this.draftOrRefusal(request));
    const made = await this.engine.createMany(drafted.filter((entry) => 'plan' in entry));
    let next = 0;
    return drafted.map((entry) => ('refusal' in entry ? entry : (made[next++] as CreatedTask)));
  }

  private draftOrRefusal(request: TaskRequest): TaskDraft | { readonly refusal: unknown } {
    try {
      return this.draft(request);
    } catch (refusal) {
      return { refusal };
    }
  }

  /** A task created inside a handler or a request belongs to the same story. */
  private draft(request: TaskRequest): TaskDraft {
    const { correlationId = taskerCorrelationId(), traceParent = taskerScope()?.traceParent ?? null } = request;
    return this.drafter.draft({
      ...request,
      ...(correlationId === undefined ? {} : { correlationId }),
      ...(traceParent === null ? {} : { traceParent }),
    });
  }

  private async createInside(manager: EntityManager, drafts: readonly TaskDraft[]): Promise<CreatedTask[]> {
    const run: RunInTransaction = (sql, values) => manager.query(sql, values);
    const created = await this.store.createInTransaction(run, drafts.map(queuedTask)).catch((error: unknown) => {
      throw storeFault(error, 'The transaction is lost: repeat it as a whole.');
    });
    this.hooks.after(manager, () =>
      drafts.forEach((draft, index) => this.engine.committed(draft, created[index] as CreatedTask)),
    );
    return created;
  }
}
