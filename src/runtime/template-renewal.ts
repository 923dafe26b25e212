import { Inject, Injectable } from '@nestjs/common';
import { Engine, TemplateRegistry, type Clock, type EngineLog, type TaskTemplateDefinition } from '@tasker/core';
import type { ResolvedTaskerOptions } from '../options/resolved-tasker-options';
import { TASKER_CLOCK, TASKER_ENGINE_STORE, TASKER_LOG, TASKER_OPTIONS } from '../tasker.constants';
import type { TaskerStore } from './tasker-store';

const AGAIN_MS = 1_000;

/**
 * Registers the templates of this process, at boot and again whenever the database goes on from another point of its
 * history: it may have lost them.
 *
 * @internal
 */
@Injectable()
export class TemplateRenewal {
  private definitions: readonly TaskTemplateDefinition[] = [];
  private renewing: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedTaskerOptions,
    @Inject(TASKER_ENGINE_STORE) private readonly store: TaskerStore,
    @Inject(TASKER_CLOCK) private readonly clock: Clock,
    @Inject(TASKER_LOG) private readonly log: EngineLog,
    private readonly templates: TemplateRegistry,
    private readonly engine: Engine,
  ) {}

  /** @throws {TaskerError} TSK_TEMPLATE_CHANGED */
  async start(definitions: readonly TaskTemplateDefinition[]): Promise<void> {
    this.definitions = definitions;
    await this.register();
    this.store.onLoss(({ rewound }) => {
      if (rewound) this.renewing = this.renewing.then(() => this.renew());
    });
  }

  stop(): void {
    this.stopped = true;
  }

  /** Until it succeeds: a task of a template the database does not have cannot be created. */
  private async renew(): Promise<void> {
    while (!this.stopped) {
      try {
        await this.register();
        await this.engine.templatesAdded();
        this.log.info(`Registered ${this.definitions.length} templates again after a failover.`);
        return;
      } catch (error) {
        this.log.warn(`Templates could not be registered again: ${String(error)}`, { error });
      }
      await new Promise<void>((resolve) => void this.clock.after(AGAIN_MS, resolve));
    }
  }

  private async register(): Promise<void> {
    const plans = await this.store.registerTemplates(this.definitions, this.options.templates.onChange);
    for (const plan of plans) this.templates.add(plan);
  }
}
