import { Inject, Injectable } from '@nestjs/common';
import { TemplateRegistry, type TaskPlan } from '@tasker/core';
import type { TaskerStore } from '../runtime/tasker-store';
import { TASKER_ENGINE_STORE } from '../tasker.constants';

/** Compiled templates by id, also those that only other processes have registered. @internal */
@Injectable()
export class PlanSource {
  constructor(
    private readonly registry: TemplateRegistry,
    @Inject(TASKER_ENGINE_STORE) private readonly store: TaskerStore,
  ) {}

  /** @throws {TaskerError} TSK_TEMPLATE_NOT_FOUND */
  async plan(templateId: number): Promise<TaskPlan> {
    const known = this.registry.plan(templateId);
    if (known) return known;
    const loaded = await this.store.loadPlan(templateId);
    this.registry.add(loaded, false);
    return loaded;
  }
}
