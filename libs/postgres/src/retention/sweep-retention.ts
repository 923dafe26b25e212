import { systemClock, type Clock } from '@tasker/core';
import type { TaskerDatabase } from '../database/tasker-database';
import { rulesOf, type RetentionPolicy } from './retention-policy';
import { RetentionStore } from './retention-store';

/** Whose tasks to prune, and how fast. @public */
export interface RetentionSweepOptions {
  readonly policy: RetentionPolicy;
  /** Most tasks pruned in one transaction. */
  readonly batch: number;
  /** Rest after each batch, milliseconds; at least as long as the batch took, so that half of the time is left to others. */
  readonly pauseMs: number;
  /** Not before the last sweep, of whatever process, has ended this long ago. Default 0. */
  readonly restMs?: number;
  /** Ends the sweep after the batch that runs. */
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
}

/** What a sweep did. @public */
export interface RetentionSweep {
  readonly pruned: number;
  /** Of those pruned, how many left a document behind. */
  readonly archived: number;
  readonly batches: number;
  /** Names of partitions of the history that were dropped, oldest first. */
  readonly droppedPartitions: readonly string[];
  /** False: it was told to stop before its end. */
  readonly finished: boolean;
}

/**
 * Prunes every finished task whose time is over, in short transactions. Several may be asked at once: one sweeps. What a
 * crash interrupts goes on with the next sweep.
 *
 * @returns null when another process is sweeping, or has ended a sweep less than `restMs` ago
 * @throws {TaskerError} TSK_DATABASE_UNAVAILABLE, TSK_SATURATED
 * @public
 */
export async function sweepRetention(
  { background, schema }: TaskerDatabase,
  options: RetentionSweepOptions,
): Promise<RetentionSweep | null> {
  const store = new RetentionStore(background, schema);
  if (!(await store.begin(options.restMs ?? 0))) return null;
  let finished = false;
  try {
    const sweep = await new Sweep(store, options).run();
    finished = sweep.finished;
    return sweep;
  } finally {
    await store.end(finished);
  }
}

class Sweep {
  private pruned = 0;
  private archived = 0;
  private batches = 0;
  private readonly droppedPartitions: string[] = [];
  private readonly clock: Clock;

  constructor(
    private readonly store: RetentionStore,
    private readonly options: RetentionSweepOptions,
  ) {
    this.clock = options.clock ?? systemClock;
  }

  async run(): Promise<RetentionSweep> {
    await this.prune();
    if (!this.stopped) await this.dropPartitions();
    const { pruned, archived, batches, droppedPartitions } = this;
    return { pruned, archived, batches, droppedPartitions, finished: !this.stopped };
  }

  private get stopped(): boolean {
    return this.options.signal?.aborted === true;
  }

  private async prune(): Promise<void> {
    const rules = rulesOf(this.options.policy, await this.store.templates());
    await this.store.tendProgress(rules);
    for (const rule of rules) {
      let more = true;
      while (more && !this.stopped) {
        const begun = this.clock.monotonic();
        const batch = await this.store.prune(rule, this.options.batch);
        this.pruned += batch.pruned;
        this.archived += batch.archived;
        this.batches++;
        ({ more } = batch);
        if (more) await this.rest(this.clock.monotonic() - begun);
      }
    }
  }

  private async dropPartitions(): Promise<void> {
    for (;;) {
      const name = await this.store.dropPartition();
      if (name === null || name === 'busy') return;
      this.droppedPartitions.push(name);
    }
  }

  private rest(batchMs: number): Promise<void> {
    const pauseMs = Math.max(this.options.pauseMs, batchMs);
    return new Promise((resolve) => void this.clock.after(pauseMs, resolve));
  }
}
