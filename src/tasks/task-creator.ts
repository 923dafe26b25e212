import { Inject, Injectable } from '@nestjs/common';
import {
  Engine,
  queuedTask,
  storeFault,
  StoreRefusedError,
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
    const drafts = listed(requests).map((request) => this.draft(request));
    return manager ? this.createInside(manager, drafts) : this.engine.createMany(drafts);
  }

  /**
   * Every request for itself: those that are refused do not keep the others from being created. Each is drafted once.
   *
   * @returns in the order of the requests
   * @throws {TaskerError} TSK_DATABASE_UNAVAILABLE, TSK_SHUTTING_DOWN: of any task it may be unknown whether it exists
   */
  async createEach(requests: readonly TaskRequest[]): Promise<Creation[]> {
    const drafted = listed(requests).map((request) => this.draftOrRefusal(request));
    const made = await this.engine.createEach(drafted.filter((entry) => 'plan' in entry));
    let next = 0;
    return drafted.map((entry) => ('refusal' in entry ? entry : creationOf(made[next++])));
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
    if (!isObject(request)) return this.drafter.draft(request);
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

/** Without holes, which `map` would pass over. @throws {TaskerError} TSK_REQUEST_INVALID */
function listed(requests: readonly TaskRequest[]): TaskRequest[] {
  if (Array.isArray(requests)) return Array.from<TaskRequest>(requests);
  const details = [{ path: '', message: 'must be a list of task requests' }];
  throw new TaskerError('TSK_REQUEST_INVALID', 'The requests are invalid.', { details });
}

/** A refusal of the database belongs to its task; that it is away, or the process, concerns all of them. */
function creationOf(settled: PromiseSettledResult<CreatedTask> | undefined): Creation {
  if (settled?.status === 'fulfilled') return settled.value;
  const refusal: unknown = settled?.reason;
  if (refusal instanceof StoreRefusedError) return { refusal };
  throw refusal;
}

/** Callers give what they like; what is none is for the drafter to refuse. */
const isObject = (request: unknown): boolean => typeof request === 'object' && request !== null;
