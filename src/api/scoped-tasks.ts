import { Injectable } from '@nestjs/common';
import {
  commandPermissions,
  DataMask,
  type OperatorAct,
  type OperatorCommand,
  type OperatorReceipt,
} from '@tasker/core';
import type { ErrorChain, StepReadiness, TaskExplanation } from '@tasker/postgres';
import type { Principal } from '../access/access-policy';
import { AccessScope } from '../access/access-scope';
import { assertPermissions } from '../access/check-access';
import { TaskInsights } from '../insights/task-insights';
import { TaskerService } from '../tasker.service';
import type { TaskDetail, TaskHistory } from '../tasks/task-views';
import type { WaitOptions } from '../tasks/within-limits';
import { Discretion } from './discretion';
import { maskedTask } from './masked-task';

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
    private readonly insights: TaskInsights,
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
    return this.shown(caller, await this.tasker.get(taskId));
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
      return this.shown(caller, await this.tasker.waitFor(taskId, limits));
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== 'TimeoutError') throw error;
      return this.shown(caller, await this.tasker.get(taskId));
    }
  }

  /** @throws {TaskerError} TSK_TASK_NOT_FOUND */
  async history(caller: Principal, taskId: string): Promise<TaskHistory> {
    await this.assert(caller, taskId);
    return new Discretion(caller).history(await this.tasker.history(taskId));
  }

  /** @throws {TaskerError} TSK_TASK_NOT_FOUND */
  async explain(caller: Principal, taskId: string): Promise<TaskExplanation> {
    await this.assert(caller, taskId);
    return new Discretion(caller).explanation(await this.insights.explain(taskId));
  }

  /** @throws {TaskerError} TSK_TASK_NOT_FOUND */
  async readiness(caller: Principal, taskId: string): Promise<StepReadiness[]> {
    await this.assert(caller, taskId);
    return new Discretion(caller).readiness(await this.insights.readiness(taskId));
  }

  /** @throws {TaskerError} TSK_TASK_NOT_FOUND */
  async errorChains(caller: Principal, taskId: string): Promise<ErrorChain[]> {
    await this.assert(caller, taskId);
    return new Discretion(caller).chains(await this.insights.errorChains(taskId));
  }

  /**
   * Applies a verb in the caller's name, who must be allowed all that it does beside what the route has asked for; see
   * `TaskerService.act` for what it throws.
   *
   * @throws {TaskerError} TSK_FORBIDDEN
   */
  async act(
    caller: Principal,
    taskId: string,
    command: OperatorCommand,
    details: ActDetails,
  ): Promise<OperatorReceipt> {
    const [, ...more] = commandPermissions(command);
    assertPermissions(caller, more);
    await this.assert(caller, taskId);
    return this.tasker.act(taskId, command, actOf(caller, details));
  }

  private shown(caller: Principal, task: TaskDetail): TaskDetail {
    return maskedTask(this.mask, new Discretion(caller).task(task));
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
