import { Inject, Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { TaskerError, type Fault } from '@tasker/core';
import { isSameDatabase, PostgresEngineStore, TaskerDatabase } from '@tasker/postgres';
import type { DataSource } from 'typeorm';
import type { ResolvedTaskerOptions } from '../options/resolved-tasker-options';
import { TASKER_DATA_SOURCE, TASKER_ENGINE_STORE, TASKER_OPTIONS } from '../tasker.constants';
import { addressOfSource } from './database-address';
import { stepDatabase } from './step-databases';
import type { TaskerStore } from './tasker-store';

/** Decides whose entities the handlers of transactional steps work with. @internal */
@Injectable()
export class StepDatabaseSource {
  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedTaskerOptions,
    @Inject(TASKER_ENGINE_STORE) private readonly store: TaskerStore,
    @Inject(TASKER_DATA_SOURCE) private readonly own: DataSource,
    private readonly database: TaskerDatabase,
    private readonly modules: ModuleRef,
  ) {}

  /**
   * Before the first step runs. Somebody else's store makes managers of its own.
   *
   * @throws {TaskerError} TSK_OPTIONS_INVALID for a DataSource that is none, or goes to another database
   */
  async choose(): Promise<void> {
    if (this.options.role === 'api' || !(this.store instanceof PostgresEngineStore)) return;
    const { transactionalDataSource: token } = this.options.worker;
    const source = this.found(token ?? this.options.database.dataSource) ?? this.own;
    if (token !== undefined) await this.check(source);
    this.store.useStepDatabases((client) => stepDatabase(source, client));
  }

  private async check(source: DataSource): Promise<void> {
    const path = 'worker.transactionalDataSource';
    if (source === this.own) throw invalid({ path, message: 'is the token of no DataSource' });
    if (!(await isSameDatabase(this.database, addressOfSource(source, path)))) {
      throw invalid({ path, message: "goes to another database than Tasker's: one transaction cannot write in both" });
    }
  }

  private found(token: ResolvedTaskerOptions['worker']['transactionalDataSource']): DataSource | undefined {
    try {
      return token === undefined ? undefined : this.modules.get<DataSource>(token, { strict: false });
    } catch {
      return undefined;
    }
  }
}

const invalid = (fault: Fault): TaskerError =>
  new TaskerError('TSK_OPTIONS_INVALID', 'The options of TaskerModule are invalid.', { details: [fault] });
