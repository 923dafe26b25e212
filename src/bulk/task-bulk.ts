import { randomUUID } from 'node:crypto';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import {
  PlanCache,
  type Clock,
  type EngineLog,
  type OperatorAct,
  type OperatorCommand,
  type TaskFilter,
  type Timer,
} from '@tasker/core';
import {
  BulkStore,
  openOperatorStore,
  previewBulk,
  type BulkBatch,
  type BulkOperation,
  type BulkPreview,
} from '@tasker/postgres';
import type { DataSource } from 'typeorm';
import { TaskOperator } from '../operator/task-operator';
import type { ResolvedTaskerOptions } from '../options/resolved-tasker-options';
import { TASKER_CLOCK, TASKER_DATA_SOURCE, TASKER_LOG, TASKER_OPTIONS } from '../tasker.constants';
import { BulkRunner } from './bulk-runner';
import { checkBulk, type BulkOptions } from './check-bulk';

/** An operation that says nothing for this long, beside the wait its rate asks for, is taken over by another process. */
const LEASE_MS = 60_000;
const LOOK_EVERY_MS = 5_000;
const PREVIEW_LIMIT = 10_000;
const LIST_LIMIT = 100;

/**
 * Applies a verb to every task a filter finds: dry run first, then in batches, at a rate, by whatever process is alive.
 * Every batch is one transaction that also records how far the operation has come, so no task is changed twice.
 *
 * @public
 */
@Injectable()
export class TaskBulk implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  private readonly owner = { owner: randomUUID(), leaseMs: LEASE_MS };
  private readonly store: BulkStore;
  private readonly runner: BulkRunner;
  private timer: Timer | undefined;
  private looking: Promise<void> = Promise.resolve();
  private stopping: Promise<void> | undefined;

  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedTaskerOptions,
    @Inject(TASKER_DATA_SOURCE) dataSource: DataSource,
    @Inject(TASKER_CLOCK) private readonly clock: Clock,
    @Inject(TASKER_LOG) private readonly log: EngineLog,
    private readonly plans: PlanCache,
    private readonly operator: TaskOperator,
  ) {
    const { database } = options;
    this.store = new BulkStore((sql, values) => dataSource.query(sql, values), database.schema);
    this.runner = new BulkRunner({
      ...{ database, store: this.store, owner: this.owner, clock, log },
      plan: (templateId) => this.plans.plan(templateId),
      committed: (batch) => this.publish(batch),
    });
  }

  /**
   * What `start` would do now, without doing it: the first 10,000 tasks that match are tried and taken back at once.
   *
   * @throws {TaskerError} TSK_REQUEST_INVALID, TSK_SATURATED, TSK_DATABASE_UNAVAILABLE
   */
  async preview(filter: TaskFilter, command: OperatorCommand): Promise<BulkPreview> {
    checkBulk(filter, command, { actor: 'dry run' });
    const { url: connectionString, schema } = this.options.database;
    const plan = (templateId: number) => this.plans.plan(templateId);
    const operator = openOperatorStore({ connectionString, schema, applicationName: 'tasker-bulk' }, plan);
    try {
      return await previewBulk({ operator, plan, schema }, filter, command, PREVIEW_LIMIT);
    } finally {
      await operator.close();
    }
  }

  /**
   * Begins; returns at once. Tasks created from now on are not touched.
   *
   * @throws {TaskerError} TSK_REQUEST_INVALID with every fault
   */
  async start(
    filter: TaskFilter,
    command: OperatorCommand,
    act: OperatorAct,
    options?: BulkOptions,
  ): Promise<BulkOperation> {
    const operation = await this.store.start(checkBulk(filter, command, act, options), this.owner);
    this.runner.run(operation.id);
    return operation;
  }

  /** @throws {TaskerError} TSK_BULK_NOT_FOUND */
  find(id: string): Promise<BulkOperation> {
    return this.store.get(id);
  }

  /** Newest first, at most 100. */
  list(): Promise<BulkOperation[]> {
    return this.store.list(LIST_LIMIT);
  }

  /**
   * Stops it after the batch that runs; what has been changed stays so. One that has ended is left as it is.
   *
   * @throws {TaskerError} TSK_BULK_NOT_FOUND
   */
  cancel(id: string): Promise<BulkOperation> {
    return this.store.cancel(id);
  }

  /**
   * Lets one that was cancelled or has failed go on where it was. One that runs or is complete is left as it is.
   *
   * @throws {TaskerError} TSK_BULK_NOT_FOUND
   */
  async resume(id: string): Promise<BulkOperation> {
    const { operation, resumed } = await this.store.resume(id, this.owner);
    if (resumed) this.runner.run(id);
    return operation;
  }

  onApplicationBootstrap(): void {
    this.next(0);
  }

  onModuleDestroy(): void {
    this.timer?.cancel();
    this.stopping ??= this.runner.stop();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.stopping, this.looking]);
    await this.store
      .release(this.owner)
      .catch((error: unknown) => this.log.warn('Bulk operations are taken over when their lease ends.', { error }));
  }

  private next(delayMs: number): void {
    if (this.stopping) return;
    this.timer = this.clock.after(delayMs, () => {
      this.looking = this.adopt().finally(() => this.next(LOOK_EVERY_MS));
    });
  }

  /** Takes over what nobody runs any more. */
  private async adopt(): Promise<void> {
    try {
      for (;;) {
        const id = await this.store.adopt(this.owner);
        if (id === null) return;
        this.log.info(`Bulk operation ${id} is taken over.`, { bulkId: id });
        this.runner.run(id);
      }
    } catch (error) {
      this.log.warn('Could not look for bulk operations to take over.', { error });
    }
  }

  private publish({ operation, outcomes }: BulkBatch): Promise<void> {
    const { command, actor, reason } = operation;
    const acted = outcomes.flatMap((outcome) => ('receipt' in outcome ? [outcome] : []));
    return this.operator.publish(acted, command, { actor, ...(reason === null ? {} : { reason }) });
  }
}
