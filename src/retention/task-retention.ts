import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { Loop, type Clock, type EngineLog } from '@tasker/core';
import { keepsAll, sweepRetention, TaskerDatabase, type RetentionSweep } from '@tasker/postgres';
import type { ResolvedTaskerOptions } from '../options/resolved-tasker-options';
import { TASKER_CLOCK, TASKER_LOG, TASKER_OPTIONS } from '../tasker.constants';
import type { ResolvedRetentionOptions } from './retention-options';

type Options = Pick<ResolvedTaskerOptions, 'role'> & { readonly retention: ResolvedRetentionOptions };

/**
 * Prunes finished tasks whose time is over. Works by itself in processes that run steps, when the options limit anything;
 * one process at a time, whoever comes first.
 *
 * @public
 */
@Injectable()
export class TaskRetention implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  private readonly stopping = new AbortController();
  private readonly loop: Loop;

  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: Options,
    private readonly database: TaskerDatabase,
    @Inject(TASKER_CLOCK) private readonly clock: Clock,
    @Inject(TASKER_LOG) private readonly log: EngineLog,
  ) {
    this.loop = new Loop(clock, {
      everyMs: options.retention.intervalMs,
      turn: () => this.sweepByItself(),
      failed: (error) => log.warn('Finished tasks could not be pruned; the next sweep goes on.', { error }),
    });
  }

  /**
   * Sweeps now, to the end.
   *
   * @returns null when another process is sweeping
   * @throws {TaskerError} TSK_DATABASE_UNAVAILABLE, TSK_SATURATED
   */
  sweep(): Promise<RetentionSweep | null> {
    return this.sweepAfter(0);
  }

  onApplicationBootstrap(): void {
    if (this.options.role !== 'api' && !keepsAll(this.options.retention)) this.loop.start();
  }

  onModuleDestroy(): void {
    this.stopping.abort();
    this.loop.stop();
  }

  /** The batch that runs is let end. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.idle();
  }

  private async sweepByItself(): Promise<void> {
    // Half of it: the workers' timers are not in step, and whoever comes a little early should not skip a turn.
    const sweep = await this.sweepAfter(this.options.retention.intervalMs / 2);
    if (sweep && (sweep.pruned > 0 || sweep.droppedPartitions.length > 0)) this.report(sweep);
  }

  private report({ pruned, archived, batches, droppedPartitions }: RetentionSweep): void {
    const fields = { pruned, archived, batches, droppedPartitions: droppedPartitions.length };
    this.log.info(`Pruned ${pruned} finished tasks.`, fields);
  }

  private sweepAfter(restMs: number): Promise<RetentionSweep | null> {
    const { retention: policy } = this.options;
    const { batch, pauseMs } = policy;
    const { clock, stopping } = this;
    return sweepRetention(this.database, { policy, batch, pauseMs, restMs, clock, signal: stopping.signal });
  }
}
