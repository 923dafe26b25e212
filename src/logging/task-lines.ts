import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { EventBus, type Clock, type EngineLog, type Timer, type TaskEventBase } from '@tasker/core';
import type { ResolvedTaskerOptions } from '../options/resolved-tasker-options';
import { TASKER_CLOCK, TASKER_LOG, TASKER_OPTIONS } from '../tasker.constants';

const SUMMARY_EVERY_MS = 1_000;

/**
 * What is written of tasks that complete. A line for each costs a third of all that Node does for a task of one step, so
 * that by default one line a second says how many there were. Tasks that fail have a line each, from the engine.
 *
 * @internal
 */
@Injectable()
export class TaskLines implements OnModuleInit, OnApplicationShutdown {
  private completed = 0;
  private timer: Timer | undefined;

  constructor(
    private readonly events: EventBus,
    @Inject(TASKER_LOG) private readonly log: EngineLog,
    @Inject(TASKER_CLOCK) private readonly clock: Clock,
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedTaskerOptions,
  ) {}

  onModuleInit(): void {
    const { level, tasks } = this.options.logging;
    if (level !== 'debug' && level !== 'info') return;
    if (tasks === 'each') this.events.onEnd('task.completed', (event) => this.log.info(...lineOf(event)));
    else if (level === 'debug') this.events.onEnd('task.completed', (event) => this.log.debug(...lineOf(event)));
    else this.events.onEnd('task.completed', () => this.count());
  }

  /** Those since the last line. */
  onApplicationShutdown(): void {
    this.timer?.cancel();
    this.tell();
  }

  private count(): void {
    this.completed++;
    this.timer ??= this.clock.after(SUMMARY_EVERY_MS, () => this.tell());
  }

  private tell(): void {
    const { completed } = this;
    this.timer = undefined;
    this.completed = 0;
    if (completed > 0) this.log.info(`${completed} ${completed === 1 ? 'task' : 'tasks'} completed.`, { completed });
  }
}

const lineOf = ({
  taskId,
  namespace,
  task,
  version,
  correlationId,
}: TaskEventBase): [string, Record<string, unknown>] => [
  `Task ${task} ${taskId} completed.`,
  { taskId, namespace, task, version, correlationId },
];
