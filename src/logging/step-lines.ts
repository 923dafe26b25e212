import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { EventBus, type EngineLog, type TaskerEvents } from '@tasker/core';
import type { ResolvedTaskerOptions } from '../options/resolved-tasker-options';
import { TASKER_LOG, TASKER_OPTIONS } from '../tasker.constants';

type Ended = TaskerEvents['step.completed'];

/**
 * A line for every step that completes, at level `debug` only, and for every attempt that was slow, where somebody says
 * what slow is: without either nothing is even subscribed, because a line per step costs as much as running the step.
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
    const { level, slowStepMs } = this.options.logging;
    if (level === 'debug') {
      this.events.on('step.completed', (event) => this.log.debug(`Step ${event.step} completed.`, fieldsOf(event)));
    }
    if (slowStepMs === null) return;
    const slow = (event: Ended): void => {
      if (event.durationMs < slowStepMs) return;
      const { step, durationMs, namespace, task } = event;
      this.log.warn(`Step ${step} was slow: ${Math.round(durationMs)} ms.`, { ...fieldsOf(event), namespace, task });
    };
    for (const name of ['step.completed', 'step.failed'] as const) this.events.on(name, slow);
  }
}

const fieldsOf = ({ taskId, step, attempt, workerId, correlationId, durationMs }: Ended) => ({
  ...{ taskId, step, attempt, workerId, correlationId, durationMs },
});
