import { Injectable } from '@nestjs/common';
import type { Principal } from '../access/access-policy';
import { creationPermissions } from '@tasker/core';
import { AccessScope } from '../access/access-scope';
import { assertPermissions } from '../access/check-access';
import { TaskerService } from '../tasker.service';
import type { Creation } from '../tasks/task-creator';
import { requestDraft, type RequestStory, type SentTask } from './request-draft';

/** Creates many tasks for a caller and answers for each of them. @internal */
@Injectable()
export class TaskBatch {
  constructor(
    private readonly tasker: TaskerService,
    private readonly scope: AccessScope,
  ) {}

  /**
   * A namespace that is not the caller's, or what it may not do, is a refusal of that task alone.
   *
   * @returns in the order of what was sent
   * @throws {TaskerError} TSK_DATABASE_UNAVAILABLE, TSK_SHUTTING_DOWN
   */
  async create(sent: readonly SentTask[], caller: Principal, story: RequestStory): Promise<Creation[]> {
    const outside = sent.map((task) => this.refusalOf(caller, task));
    const allowed = sent.filter((_, index) => outside[index] === undefined);
    const made = await this.tasker.createEach(allowed.map((task) => requestDraft(task, caller, story)));
    let next = 0;
    return outside.map((refused) => refused ?? (made[next++] as Creation));
  }

  private refusalOf(caller: Principal, task: SentTask): Creation | undefined {
    try {
      this.scope.assertNamespace(caller, task.namespace);
      assertPermissions(caller, creationPermissions(task));
      return undefined;
    } catch (refusal) {
      return { refusal };
    }
  }
}
