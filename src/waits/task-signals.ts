import { Inject, Injectable } from '@nestjs/common';
import { checkSignal, Engine, storeFault, TaskerError, type NewSignal, type SentSignal } from '@tasker/core';
import type { SignalRequest } from '@tasker/core';
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

/** What became of a signal. @public */
export interface SignalReceipt {
  /**
   * `delivered` to a step that waits; `kept` for whoever waits next; `dropped`, because nobody waits at the key and it was
   * not to be kept; `duplicate` of one of the same id; `recorded` in the transaction, to be sent after it.
   */
  readonly outcome: 'delivered' | 'kept' | 'dropped' | 'duplicate' | 'recorded';
  /** How many waiting steps it reached. */
  readonly waits: number;
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
    return receiptOf(signal, await this.engine.signal(signal));
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

function receiptOf({ name, taskId }: NewSignal, { outcome, waits }: SentSignal): SignalReceipt {
  switch (outcome) {
    case 'no_task':
      throw new TaskerError('TSK_TASK_NOT_FOUND', `There is no task ${taskId}.`, { data: { taskId } });
    case 'ended':
      throw new TaskerError('TSK_STATE_REFUSED', `Task ${taskId} has ended: nothing of it waits for a signal.`, {
        data: { taskId },
        hint: 'Look at the task before you send; a signal to a key does not depend on one task.',
      });
    case 'full':
      throw new TaskerError('TSK_SIGNAL_FULL', `As many signals "${name}" as may be are kept there.`, {
        data: { signal: name },
      });
    default:
      return { outcome, waits };
  }
}
