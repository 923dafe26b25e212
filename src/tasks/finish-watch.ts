import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { EventBus, Loop, TaskerError, type Clock } from '@tasker/core';
import type { ResolvedTaskerOptions } from '../options/resolved-tasker-options';
import { TASKER_CLOCK, TASKER_OPTIONS } from '../tasker.constants';
import { TaskReader } from './task-reader';

/** A wait for one task. @internal */
export interface WatchedTask {
  /**
   * Resolves when the task has finished.
   *
   * @throws {TaskerError} TSK_SHUTTING_DOWN when nobody will tell any more
   */
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
export class FinishWatch implements OnModuleInit, OnApplicationShutdown {
  private readonly waiting = new Map<string, Set<Waiter>>();
  /** Which tasks may still end here, once the process shuts down. */
  private mayEnd: ((taskId: string) => boolean) | undefined;
  private readonly loop: Loop;
  private allAnswered = (): void => undefined;
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

  /** Not before the drain is over: what ends in it is told. */
  onApplicationShutdown(): void {
    this.loop.stop();
    this.unsubscribe.forEach((unsubscribe) => unsubscribe());
  }

  /** The caller stops the watch, finished or not. */
  watch(taskId: string): WatchedTask {
    const set = this.waiting.get(taskId) ?? new Set();
    this.waiting.set(taskId, set);
    const { promise: finished, ...waiter } = deferred();
    // Whoever finds the task finished at once does not listen any more.
    finished.catch(() => undefined);
    set.add(waiter);
    this.loop.start();
    if (this.mayEnd?.(taskId) === false) waiter.reject(shuttingDown());
    return {
      finished,
      stop: () => {
        set.delete(waiter);
        if (set.size === 0 && this.waiting.get(taskId) === set) this.waiting.delete(taskId);
        if (this.waiting.size === 0) this.allAnswered();
      },
    };
  }

  /**
   * Answers everybody who waits, now and later, but for tasks that may still end here; may be called again with fewer.
   *
   * @param mayEnd whether the end of a task may still come to be known
   */
  shutDown(mayEnd: (taskId: string) => boolean): void {
    this.mayEnd = mayEnd;
    for (const [taskId, waiters] of this.waiting) {
      if (!mayEnd(taskId)) waiters.forEach(({ reject }) => reject(shuttingDown()));
    }
  }

  /** When everybody who waited has been answered, with the task as it ended or with an error. */
  async answered(): Promise<void> {
    if (this.waiting.size > 0) await new Promise<void>((resolve) => (this.allAnswered = resolve));
  }

  private finished(taskId: string): void {
    this.waiting.get(taskId)?.forEach(({ resolve }) => resolve());
  }

  private async look(): Promise<void> {
    if (this.waiting.size === 0) return this.loop.stop();
    const finished = await this.reader.finishedAmong([...this.waiting.keys()]);
    finished.forEach((taskId) => this.finished(taskId));
  }
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

function deferred(): Waiter & { readonly promise: Promise<void> } {
  let [resolve, reject]: [Waiter['resolve'], Waiter['reject']] = [() => undefined, () => undefined];
  const promise = new Promise<void>((done, failed) => ([resolve, reject] = [done, failed]));
  return { promise, resolve, reject };
}

const shuttingDown = (): TaskerError =>
  new TaskerError('TSK_SHUTTING_DOWN', 'The process is stopping; it does not wait for the task any more.', {
    hint: 'Ask another process how the task stands: it goes on there.',
  });
