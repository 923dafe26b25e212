import { Inject, Injectable } from '@nestjs/common';
import { checkSignal, Engine, signalReceipt, storeFault } from '@tasker/core';
import type { NewSignal, SignalReceipt, SignalRequest } from '@tasker/core';
import type { RunInTransaction } from '@tasker/postgres';
import type { EntityManager } from 'typeorm';
import type { ResolvedTaskerOptions } from '../options/resolved-tasker-options';
import type { TaskerStore } from '../runtime/tasker-store';
import { CommitHooks } from '../tasks/commit-hooks';
import { TASKER_ENGINE_STORE, TASKER_OPTIONS } from '../tasker.constants';

/** How to send. @public */
export interface SignalOptions {
  /** TypeORM's manager of a transaction: the signal is sent only if that commits, and then at once. */
  readonly manager?: EntityManager;
}

/** Most signals recorded in transactions that are sent by one statement. */
const MATCH_BATCH = 500;

/** Sends signals: at once, or with the caller's transaction. @internal */
@Injectable()
export class TaskSignals {
  constructor(
    private readonly engine: Engine,
    @Inject(TASKER_ENGINE_STORE) private readonly store: TaskerStore,
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedTaskerOptions,
    private readonly hooks: CommitHooks,
  ) {}

  /**
   * Sends a signal.
   *
   * @throws {TaskerError} TSK_REQUEST_INVALID, TSK_TASK_NOT_FOUND, TSK_STATE_REFUSED when the task has ended,
   *   TSK_SIGNAL_FULL, TSK_DATABASE_UNAVAILABLE: it may have been sent, so repeat with an `id`
   */
  async send(name: string, request: SignalRequest, { manager }: SignalOptions = {}): Promise<SignalReceipt> {
    const signal = checkSignal(name, request, this.options.limits.contextBytes);
    if (manager) return this.record(signal, manager);
    return signalReceipt(signal, await this.engine.signal(signal));
  }

  private async record(signal: NewSignal, manager: EntityManager): Promise<SignalReceipt> {
    const run: RunInTransaction = (sql, values) => manager.query(sql, values);
    await this.store.recordSignals(run, [signal]).catch((error: unknown) => {
      throw storeFault(error, 'The transaction is lost: repeat it as a whole.');
    });
    this.hooks.after(manager, () => void this.match());
    return { outcome: 'recorded', waits: 0 };
  }

  /** Whatever goes wrong: a worker finds what is left when it looks next. */
  private async match(): Promise<void> {
    try {
      const { woken } = await this.store.matchSentSignals(MATCH_BATCH);
      this.engine.queued(woken);
    } catch {
      return;
    }
  }
}
