import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Loop, type Clock, type EngineLog } from '@tasker/core';
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
  private readonly loop: Loop;
  private stopping = false;

  constructor(
    { background }: TaskerDatabase,
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedTaskerOptions,
    @Inject(TASKER_CLOCK) clock: Clock,
    @Inject(TASKER_LOG) log: EngineLog,
  ) {
    this.store = new AnalyticsStore(background.session);
    this.loop = new Loop(clock, {
      everyMs: EVERY_MS,
      turn: () => this.work(),
      // Reports read the history itself until it works again.
      failed: (error) => log.warn('The history could not be rolled up; it is tried again.', { error }),
    });
  }

  onApplicationBootstrap(): void {
    if (this.options.role !== 'api') this.loop.start(FIRST_AFTER_MS);
  }

  /** Before the connections close. */
  async onModuleDestroy(): Promise<void> {
    this.stopping = true;
    this.loop.stop();
    await this.loop.idle();
  }

  private async work(): Promise<void> {
    while (!this.stopping && (await this.store.rollUpHistory(1)) > 0);
  }
}
