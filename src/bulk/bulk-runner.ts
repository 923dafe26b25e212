import { AsyncHome, errorText, isTaskerError, type Clock, type EngineLog, type TaskerError } from '@tasker/core';
import {
  runBulkBatch,
  type BulkBatch,
  type BulkDeps,
  type BulkOperation,
  type BulkOwner,
  type BulkStore,
} from '@tasker/postgres';

/** Errors in a row after which an operation counts as failed; those of the connection do not count. */
const GIVE_UP_AFTER = 5;
const LONGEST_BACKOFF_MS = 10_000;

/** What running operations needs. */
export interface BulkRunnerDeps {
  readonly bulk: BulkDeps;
  readonly store: BulkStore;
  readonly owner: BulkOwner;
  readonly clock: Clock;
  readonly log: EngineLog;
  /** Called after each batch has committed. */
  readonly committed: (batch: BulkBatch) => Promise<void>;
}

/** Runs bulk operations of this process, each in a loop of its own that is nobody's call. @internal */
export class BulkRunner {
  private readonly home = new AsyncHome();
  private readonly running = new Map<string, Promise<void>>();
  private stopping = false;
  private readonly wakers = new Set<() => void>();

  constructor(private readonly deps: BulkRunnerDeps) {}

  /** When it runs here already it is looked at once more at the end: it may have been resumed while it was ending. */
  run(id: string): void {
    if (this.stopping) return;
    const before = this.running.get(id);
    if (before) return void before.then(() => this.run(id));
    const done = this.home.run(() => this.loop(id)).finally(() => this.running.delete(id));
    this.running.set(id, done);
  }

  /** Ends every loop after its batch; what is not complete stays to be taken over. */
  async stop(): Promise<void> {
    this.stopping = true;
    for (const wake of this.wakers) wake();
    await Promise.all(this.running.values());
  }

  private async loop(id: string): Promise<void> {
    let errors = 0;
    while (!this.stopping) {
      const order = { ...this.deps.owner, id, oneByOne: errors > 0 };
      try {
        const batch = await runBulkBatch(this.deps.bulk, order);
        if (!batch) return;
        errors = 0;
        await this.advanced(batch);
        if (batch.operation.state !== 'running') return;
        await this.wait(batch.waitMs);
      } catch (error) {
        errors = await this.failed(id, error, errors);
      }
    }
  }

  private async advanced(batch: BulkBatch): Promise<void> {
    const { operation } = batch;
    const { id, state, matched, changed, unchanged, refused, failed } = operation;
    const fields = { bulkId: id, verb: operation.command.verb, matched, changed, unchanged, refused, failed };
    if (state === 'complete') this.deps.log.info(`Bulk operation ${id} is complete: ${outline(operation)}.`, fields);
    else this.deps.log.debug(`Bulk operation ${id} goes on: ${outline(operation)}.`, fields);
    await this.deps
      .committed(batch)
      .catch((error: unknown) =>
        this.deps.log.warn(`Events of bulk operation ${id} could not be published.`, { bulkId: id, error }),
      );
  }

  /** @returns errors in a row, without those of the connection */
  private async failed(id: string, error: unknown, before: number): Promise<number> {
    const message = errorText(error);
    const offline = isTaskerError(error) && isNoFaultOfTheBatch(error);
    const errors = offline ? before : before + 1;
    this.deps.log.warn(`A batch of bulk operation ${id} failed and is repeated: ${message}`, { bulkId: id, error });
    if (errors < GIVE_UP_AFTER)
      await this.wait(offline ? LONGEST_BACKOFF_MS / 10 : Math.min(100 * 2 ** errors, LONGEST_BACKOFF_MS));
    else await this.giveUp(id, message);
    return errors;
  }

  /** When even that cannot be written, whoever takes the operation over finds out by itself. */
  private async giveUp(id: string, message: string): Promise<void> {
    await this.deps.store
      .fail(id, this.deps.owner, message)
      .catch((error: unknown) =>
        this.deps.log.warn(`Bulk operation ${id} could not be ended: ${errorText(error)}`, { bulkId: id, error }),
      );
  }

  private wait(ms: number): Promise<void> {
    if (ms <= 0 || this.stopping) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        timer.cancel();
        this.wakers.delete(end);
        resolve();
      };
      const timer = this.deps.clock.after(ms, end);
      this.wakers.add(end);
    });
  }
}

/** The database was away, or others had all connections: the batch has not even begun. Rows that are locked are a cause. */
const isNoFaultOfTheBatch = ({ code, cause }: TaskerError): boolean =>
  code === 'TSK_DATABASE_UNAVAILABLE' || (code === 'TSK_SATURATED' && cause === undefined);

const outline = ({ matched, changed, unchanged, refused, failed }: BulkOperation): string =>
  `${matched} tasks, ${changed} changed, ${unchanged} unchanged, ${refused} refused, ${failed} failed`;
