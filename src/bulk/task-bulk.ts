import { randomUUID } from 'node:crypto';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import {
  checkBulk,
  Loop,
  PlanCache,
  type BulkOptions,
  type Clock,
  type CommandLimits,
  type EngineLog,
  type OperatorAct,
  type OperatorCommand,
  type TaskFilter,
} from '@tasker/core';
import {
  BulkStore,
  OperatorStore,
  previewBulk,
  TaskerDatabase,
  type BulkBatch,
  type BulkDeps,
  type BulkOperation,
  type BulkPage,
  type BulkPreview,
} from '@tasker/postgres';
import { TaskOperator } from '../operator/task-operator';
import type { ResolvedTaskerOptions } from '../options/resolved-tasker-options';
import { TASKER_CLOCK, TASKER_LOG, TASKER_OPTIONS } from '../tasker.constants';
import { BulkRunner } from './bulk-runner';

/** An operation that says nothing for this long, beside the wait its rate asks for, is taken over by another process. */
const LEASE_MS = 60_000;
const LOOK_EVERY_MS = 5_000;
const PREVIEW_LIMIT = 10_000;

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
  /** Batches are nobody's to wait for: they take turns with the other work of the background. */
  private readonly deps: BulkDeps;
  private readonly limits: CommandLimits;
  private readonly runner: BulkRunner;
  private readonly loop: Loop;
  private stopping: Promise<void> | undefined;

  constructor(
    database: TaskerDatabase,
    @Inject(TASKER_CLOCK) clock: Clock,
    @Inject(TASKER_LOG) private readonly log: EngineLog,
    plans: PlanCache,
    private readonly operator: TaskOperator,
    @Inject(TASKER_OPTIONS) { limits }: ResolvedTaskerOptions,
  ) {
    this.limits = limits;
    const plan = (templateId: number) => plans.plan(templateId);
    const acting = new OperatorStore(database, plan, database.background);
    this.deps = { operator: acting, plan, schema: database.schema };
    this.store = new BulkStore(database.session);
    this.runner = new BulkRunner({
      ...{ bulk: this.deps, store: this.store, owner: this.owner, clock, log },
      committed: (batch) => this.publish(batch),
    });
    this.loop = new Loop(clock, {
      everyMs: LOOK_EVERY_MS,
      turn: () => this.adopt(),
      failed: (error) => log.warn('Could not look for bulk operations to take over.', { error }),
    });
  }

  /**
   * What `start` would do now, without doing it: the first 10,000 tasks that match are tried and taken back at once.
   *
   * @throws {TaskerError} TSK_REQUEST_INVALID, TSK_SATURATED, TSK_DATABASE_UNAVAILABLE
   */
  async preview(filter: TaskFilter, command: OperatorCommand): Promise<BulkPreview> {
    checkBulk(filter, command, { actor: 'dry run' }, {}, this.limits);
    return previewBulk(this.deps, filter, command, PREVIEW_LIMIT);
  }

  /**
   * Begins; returns at once. Tasks created from now on are not touched.
   *
   * @throws {TaskerError} TSK_REQUEST_INVALID with every fault; TSK_SATURATED while 100 run
   */
  async start(
    filter: TaskFilter,
    command: OperatorCommand,
    act: OperatorAct,
    options?: BulkOptions,
  ): Promise<BulkOperation> {
    const operation = await this.store.start(checkBulk(filter, command, act, options, this.limits), this.owner);
    this.runner.run(operation.id);
    return operation;
  }

  /** @throws {TaskerError} TSK_BULK_NOT_FOUND */
  find(id: string): Promise<BulkOperation> {
    return this.store.get(id);
  }

  /**
   * Newest first, at most 100.
   *
   * @throws {TaskerError} TSK_REQUEST_INVALID
   */
  list(page?: BulkPage): Promise<BulkOperation[]> {
    return this.store.list(page);
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
    this.loop.start(0);
  }

  onModuleDestroy(): void {
    this.loop.stop();
    this.stopping ??= this.runner.stop();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.stopping, this.loop.idle()]);
    await this.store
      .release(this.owner)
      .catch((error: unknown) => this.log.warn('Bulk operations are taken over when their lease ends.', { error }));
  }

  /** Takes over what nobody runs any more. */
  private async adopt(): Promise<void> {
    for (;;) {
      const id = await this.store.adopt(this.owner);
      if (id === null) return;
      this.log.info(`Bulk operation ${id} is taken over.`, { bulkId: id });
      this.runner.run(id);
    }
  }

  private publish({ operation, outcomes }: BulkBatch): Promise<void> {
    const { command, actor, reason } = operation;
    const acted = outcomes.flatMap((outcome) => ('receipt' in outcome ? [outcome] : []));
    return this.operator.publish(acted, command, { actor, ...(reason === null ? {} : { reason }) });
  }
}
