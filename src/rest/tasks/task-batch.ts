import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { TaskDrafter, TaskerError, type CreatedTask, type TaskRequest } from '@tasker/core';
import type { Principal } from '../../access/access-policy';
import { AccessScope } from '../../access/access-scope';
import { TaskerService } from '../../tasker.service';
import { correlationIdOf } from '../http/correlation';
import { errorBody, type ErrorBody } from '../http/error-body';
import type { PlatformRequest } from '../http/platform';
import { REST_LIMITS, type RestLimits } from '../rest-options';
import { requestFrom, type SentTask } from './request-from';

type BatchEntry = { readonly index: number } & (
  { readonly taskId: string; readonly duplicate: boolean } | { readonly error: ErrorBody }
);

/** What became of a batch. @internal */
export interface BatchResult {
  readonly created: number;
  readonly duplicates: number;
  readonly refused: number;
  readonly tasks: readonly BatchEntry[];
}

/** Creates many tasks and answers for each of them. @internal */
@Injectable()
export class TaskBatch implements OnModuleInit {
  private drafter: TaskDrafter | undefined;

  constructor(
    private readonly tasker: TaskerService,
    private readonly scope: AccessScope,
    private readonly modules: ModuleRef,
    @Inject(REST_LIMITS) private readonly limits: RestLimits,
  ) {}

  onModuleInit(): void {
    this.drafter = this.modules.get(TaskDrafter, { strict: false });
  }

  /** @throws {TaskerError} TSK_REQUEST_INVALID when there are too many; TSK_DATABASE_UNAVAILABLE */
  async create(sent: readonly SentTask[], caller: Principal, request: PlatformRequest): Promise<BatchResult> {
    const { batchSize } = this.limits;
    if (sent.length > batchSize) {
      const details = [{ path: 'tasks', message: `must have at most ${batchSize} entries` }];
      throw new TaskerError('TSK_REQUEST_INVALID', 'The request is invalid.', { details });
    }
    const wanted = sent.map((task) => requestFrom(task, caller, request));
    const refusals = wanted.map((task) => this.refusalOf(task, caller));
    const made = await this.tasker.createMany(wanted.filter((_, index) => refusals[index] === undefined));
    const correlationId = correlationIdOf(request);
    let next = 0;
    const tasks = refusals.map((refused, index): BatchEntry => {
      if (refused !== undefined) return { index, error: errorBody(refused, correlationId) };
      const { taskId, duplicate } = made[next++] as CreatedTask;
      return { index, taskId, duplicate };
    });
    const duplicates = made.filter(({ duplicate }) => duplicate).length;
    return { created: made.length - duplicates, duplicates, refused: sent.length - made.length, tasks };
  }

  /** Drafted once to know: the statement that creates is all or nothing. */
  private refusalOf(task: TaskRequest, caller: Principal): unknown {
    try {
      this.scope.assertNamespace(caller, task.namespace);
      this.drafter?.draft(task);
      return undefined;
    } catch (error) {
      return error;
    }
  }
}
