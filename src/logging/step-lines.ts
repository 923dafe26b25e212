import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { EventBus, type EngineLog } from '@tasker/core';
import type { ResolvedTaskerOptions } from '../options/resolved-tasker-options';
import { TASKER_LOG, TASKER_OPTIONS } from '../tasker.constants';

/**
 * A line for every step that completes, at level `debug` only: below it nothing is even subscribed, because a line per
 * step costs as much as running the step.
 *
 * @internal
 */
@Injectable()
export class StepLines implements OnModuleInit {
  constructor(
    private readonly events: EventBus,
    @Inject(TASKER_LOG) private readonly log: EngineLog,
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedTaskerOptions,
  ) {}

  onModuleInit(): void {
    if (this.options.logging.level !== 'debug') return;
    this.events.on('step.completed', ({ taskId, step, attempt, workerId, correlationId, durationMs }) =>
      this.log.debug(`Step ${step} completed.`, { taskId, step, attempt, workerId, correlationId, durationMs }),
    );
  }
}
