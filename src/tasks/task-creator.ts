import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Engine, TaskDrafter, TaskerError, type CreatedTask, type TaskDraft, type TaskRequest } from '@tasker/core';
import type { RunInTransaction } from '@tasker/postgres';
import type { EntityManager } from 'typeorm';
import { taskerScope } from '../logging/step-scope';
import type { TaskerStore } from '../runtime/tasker-store';
import { TASKER_ENGINE_STORE } from '../tasker.constants';
import { CommitHooks } from './commit-hooks';

/** Turns requests into tasks: alone, in bulk, or inside the caller's transaction. @internal */
@Injectable()
export class TaskCreator implements OnApplicationShutdown {
  private isClosed = false;

  constructor(
    private readonly engine: Engine,
    private readonly drafter: TaskDrafter,
    @Inject(TASKER_ENGINE_STORE) private readonly store: TaskerStore,
    private readonly hooks: CommitHooks,
  ) {}

  /** Not before the last phase: handlers that finish during the drain may still create tasks. */
  onApplicationShutdown(): void {
    this.isClosed = true;
  }

  async create(request: TaskRequest, manager?: EntityManager): Promise<CreatedTask> {
    const draft = this.draft(request);
    const created = manager ? await this.createInside(manager, draft) : await this.engine.create(draft);
    return settleDuplicate(request, created);
  }

  /** Every request is checked before the first task is written. */
  async createMany(requests: readonly TaskRequest[]): Promise<CreatedTask[]> {
    const created = await this.engine.createMany(requests.map((request) => this.draft(request)));
    return created.map((task, index) => settleDuplicate(requests[index], task));
  }

  /** A task created inside a handler belongs to the same story as the task it serves. */
  private draft(request: TaskRequest): TaskDraft {
    if (this.isClosed) throw new TaskerError('TSK_SHUTTING_DOWN', 'The application has shut down.');
    const scope = taskerScope();
    if (!scope) return this.drafter.draft(request);
    const { correlationId = scope.correlationId, traceParent = scope.traceParent } = request;
    return this.drafter.draft({ ...request, correlationId, ...(traceParent === null ? {} : { traceParent }) });
  }

  private async createInside(manager: EntityManager, draft: TaskDraft): Promise<CreatedTask> {
    const { plan, task } = draft;
    const roots = plan.roots.map((position) => ({ position, lane: plan.steps[position]?.lane ?? 0, mine: false }));
    const run: RunInTransaction = (sql, values) => manager.query(sql, values);
    const [created] = await this.store.createInTransaction(run, [{ ...task, templateId: plan.templateId, roots }]);
    if (!created) throw new TypeError('the store has answered nothing for the task');
    this.hooks.after(manager, () => this.engine.committed(draft, created));
    return created;
  }
}

function settleDuplicate(request: TaskRequest | undefined, created: CreatedTask): CreatedTask {
  if (!created.duplicate || request?.onDuplicate === 'return') return created;
  throw new TaskerError('TSK_DUPLICATE_TASK', `A task with the same identity exists: ${created.taskId}.`, {
    data: { taskId: created.taskId },
  });
}
