import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Clock, EngineLog, Timer } from '@tasker/core';
import { AnalyticsStore, TaskerDatabase } from '@tasker/postgres';
import type { ResolvedTaskerOptions } from '../options/resolved-tasker-options';
import { TASKER_CLOCK, TASKER_LOG, TASKER_OPTIONS } from '../tasker.constants';

const FIRST_AFTER_MS = 30_000;
const EVERY_MS = 600_000;

/**
 * Counts each hour of history when it is over, in processes that run steps. One process works at a time; one hour is one
 * statement, so that nothing waits long for it.
 *
 * @internal
 */
@Injectable()
export class HistoryRollup implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly store: AnalyticsStore;
  private timer: Timer | undefined;
  private working: Promise<void> = Promise.resolve();
  private stopping = false;

  constructor(
    { background }: TaskerDatabase,
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedTaskerOptions,
    @Inject(TASKER_CLOCK) private readonly clock: Clock,
    @Inject(TASKER_LOG) private readonly log: EngineLog,
  ) {
    this.store = new AnalyticsStore(background.session);
  }

  onApplicationBootstrap(): void {
    if (this.options.role !== 'api') this.next(FIRST_AFTER_MS);
  }

  /** Before the connections close. */
  async onModuleDestroy(): Promise<void> {
    this.stopping = true;
    this.timer?.cancel();
    await this.working;
  }

  private next(delayMs: number): void {
    this.timer = this.clock.after(delayMs, () => {
      this.working = this.work();
    });
  }

  private async work(): Promise<void> {
    try {
      while (!this.stopping && (await this.store.rollUpHistory(1)) > 0);
    } catch (error) {
      // Reports read the history itself until it works again.
      this.log.warn('The history could not be rolled up; it is tried again.', { error });
    }
    if (!this.stopping) this.next(EVERY_MS);
  }
}
