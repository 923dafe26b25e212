import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { Engine, storeFault, type EngineLog } from '@tasker/core';
import { migrate, TaskerDatabase } from '@tasker/postgres';
import type { DataSource } from 'typeorm';
import { EventSubscriberExplorer } from '../discovery/event-subscriber.explorer';
import type { ResolvedTaskerOptions } from '../options/resolved-tasker-options';
import { TASKER_DATA_SOURCE, TASKER_ENGINE_STORE, TASKER_LOG, TASKER_OPTIONS } from '../tasker.constants';
import { BootPlan } from './boot-plan';
import { FinishWatch } from '../tasks/finish-watch';
import { ContextIndex } from './context-index';
import { DatabaseConnection } from './database-connection';
import { HistoryWatch } from './history-watch';
import { StepDatabaseSource } from './step-database-source';
import type { TaskerStore } from './tasker-store';
import { TemplateRenewal } from './template-renewal';

/**
 * Binds the engine to the life of the application. Nest stops dependents first, phase by phase, and host connections
 * close in the last phase: handlers that still run during the drain find everything they use.
 *
 * @internal
 */
@Injectable()
export class TaskerRuntime
  implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown, OnApplicationShutdown
{
  private unsubscribe = (): void => undefined;

  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedTaskerOptions,
    @Inject(TASKER_ENGINE_STORE) private readonly store: TaskerStore,
    @Inject(TASKER_DATA_SOURCE) private readonly dataSource: DataSource,
    private readonly database: TaskerDatabase,
    @Inject(TASKER_LOG) private readonly log: EngineLog,
    private readonly boot: BootPlan,
    private readonly subscribers: EventSubscriberExplorer,
    private readonly templates: TemplateRenewal,
    private readonly engine: Engine,
    private readonly contextIndex: ContextIndex,
    private readonly connection: DatabaseConnection,
    private readonly waits: FinishWatch,
    private readonly history: HistoryWatch,
    private readonly databases: StepDatabaseSource,
  ) {}

  /** Everything that can be wrong is found before anything is written. */
  async onModuleInit(): Promise<void> {
    const definitions = this.boot.prepare();
    this.unsubscribe = this.subscribers.subscribe();
    await this.closingOnFailure(async () => {
      await this.connection.reach();
      const { schema, migrations } = this.options.database;
      await migrate({ ...this.database.address, schema, mode: migrations, warn: (line) => this.log.warn(line) });
      await this.connection.lookAtHistory();
      await this.templates.start(definitions);
      if (!this.dataSource.isInitialized) await this.dataSource.initialize();
      // Who has just migrated may; whoever runs no steps keeps no house.
      if (migrations !== 'auto' && this.options.role !== 'api') await this.history.look();
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.closingOnFailure(async () => {
      await this.databases.choose();
      await this.engine.start();
    });
    this.contextIndex.start();
  }

  onModuleDestroy(): void {
    this.connection.closeInTime();
    this.waits.shutDown((taskId) => this.engine.holds(taskId));
    this.engine.stopClaiming();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.engine.drain(this.options.worker.shutdownGraceMs);
    this.waits.shutDown(() => false);
    await this.waits.answered();
  }

  /** Not before the last phase: handlers that finish during the drain may still create tasks. */
  async onApplicationShutdown(): Promise<void> {
    this.unsubscribe();
    this.templates.stop();
    await this.contextIndex.stop();
    this.engine.close();
    await this.store.close();
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
    await this.connection.close();
  }

  /** A host that fails to boot gets no application to close: its connections would keep the process alive. */
  private async closingOnFailure(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      await this.onApplicationShutdown();
      throw storeFault(error);
    }
  }
}
