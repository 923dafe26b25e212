import { Injectable } from '@nestjs/common';
import { DataMask, type OperatorAct, type OperatorCommand, type OperatorReceipt } from '@tasker/core';
import type { Principal } from '../access/access-policy';
import { AccessScope } from '../access/access-scope';
import { TaskerService } from '../tasker.service';
import { maskedTask } from './masked-task';
import type { TaskDetail } from '../tasks/task-views';
import type { WaitOptions } from '../tasks/within-limits';

/** Longest name of an actor that the audit trail keeps. */
const MAX_ACTOR = 200;

/** What callers may say of an act; who acts is not for them to say. @internal */
export interface ActDetails {
  readonly reason?: string | undefined;
  readonly ifVersion?: number | undefined;
}

/** Tasks as one caller may see and touch them: those of other namespaces do not exist. @internal */
@Injectable()
export class ScopedTasks {
  constructor(
    private readonly tasker: TaskerService,
    private readonly scope: AccessScope,
    private readonly mask: DataMask,
  ) {}

  /** @throws {TaskerError} TSK_TASK_NOT_FOUND */
  assert(caller: Principal, taskId: string): Promise<void> {
    return this.scope.assertTask(caller, taskId);
  }

  /** @throws {TaskerError} TSK_TASK_NOT_FOUND */
  async get(caller: Principal, taskId: string): Promise<TaskDetail> {
    await this.assert(caller, taskId);
    return maskedTask(this.mask, await this.tasker.get(taskId));
  }

  /**
   * Waits for the end of a task.
   *
   * @returns the task when it ended, or as it stands when the time was over
   * @throws {TaskerError} TSK_TASK_NOT_FOUND; the reason of the signal
   */
  async wait(caller: Principal, taskId: string, limits: WaitOptions): Promise<TaskDetail> {
    await this.assert(caller, taskId);
    try {
      return maskedTask(this.mask, await this.tasker.waitFor(taskId, limits));
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== 'TimeoutError') throw error;
      return maskedTask(this.mask, await this.tasker.get(taskId));
    }
  }

  /** Applies a verb in the caller's name; see `TaskerService.act` for what it throws. */
  async act(
    caller: Principal,
    taskId: string,
    command: OperatorCommand,
    details: ActDetails,
  ): Promise<OperatorReceipt> {
    await this.assert(caller, taskId);
    return this.tasker.act(taskId, command, actOf(caller, details));
  }
}

/** Who acts, why, and on what version the decision was made. @internal */
export function actOf({ id }: Principal, { reason, ifVersion }: ActDetails): OperatorAct {
  return {
    actor: id.slice(0, MAX_ACTOR),
    ...(reason === undefined ? {} : { reason }),
    ...(ifVersion === undefined ? {} : { ifVersion }),
  };
}
