import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { EventBus, Loop, type Clock } from '@tasker/core';
import type { ResolvedTaskerOptions } from '../options/resolved-tasker-options';
import { TASKER_CLOCK, TASKER_OPTIONS } from '../tasker.constants';
import { TaskReader } from './task-reader';

/** A wait for one task. @internal */
export interface WatchedTask {
  /** Resolves when the task has finished; never rejects. */
  readonly finished: Promise<void>;
  stop(): void;
}

/**
 * Tells when tasks finish: at once for those that end in this process, by one poll for all others. However many wait,
 * there is one subscription and one timer.
 *
 * @internal
 */
@Injectable()
export class FinishWatch implements OnModuleInit, OnModuleDestroy {
  private readonly waiting = new Map<string, Set<() => void>>();
  private readonly loop: Loop;
  private unsubscribe: (() => void)[] = [];

  constructor(
    private readonly events: EventBus,
    private readonly reader: TaskReader,
    @Inject(TASKER_CLOCK) clock: Clock,
    @Inject(TASKER_OPTIONS) options: ResolvedTaskerOptions,
  ) {
    this.loop = new Loop(clock, {
      everyMs: options.worker.pollMs,
      turn: () => this.look(),
      // The database is away: the next look is the retry, and a caller's timeout still holds.
      failed: () => undefined,
    });
  }

  onModuleInit(): void {
    const ended = ({ taskId }: { readonly taskId: string }): void => this.finished(taskId);
    this.unsubscribe = [
      ...(['task.completed', 'task.failed'] as const).map((name) => this.events.onEnd(name, ended)),
      ...(['task.cancelled', 'task.resolved'] as const).map((name) => this.events.on(name, ended)),
    ];
  }

  onModuleDestroy(): void {
    this.loop.stop();
    this.unsubscribe.forEach((unsubscribe) => unsubscribe());
  }

  /** The caller stops the watch, finished or not. */
  watch(taskId: string): WatchedTask {
    const set = this.waiting.get(taskId) ?? new Set();
    this.waiting.set(taskId, set);
    const { promise: finished, resolve } = deferred();
    set.add(resolve);
    this.loop.start();
    return {
      finished,
      stop: () => {
        set.delete(resolve);
        if (set.size === 0) this.waiting.delete(taskId);
      },
    };
  }

  private finished(taskId: string): void {
    this.waiting.get(taskId)?.forEach((resolve) => resolve());
  }

  private async look(): Promise<void> {
    if (this.waiting.size === 0) return this.loop.stop();
    const finished = await this.reader.finishedAmong([...this.waiting.keys()]);
    finished.forEach((taskId) => this.finished(taskId));
  }
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}
