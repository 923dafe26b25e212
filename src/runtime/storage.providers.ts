import type { Provider } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { PlanCache } from '@tasker/core';
import { OperatorStore, PostgresEngineStore, TASKER_ENTITIES, TaskerDatabase, typeormDriver } from '@tasker/postgres';
import { DataSource } from 'typeorm';
import type { ResolvedTaskerOptions } from '../options/resolved-tasker-options';
import { addressOfOptions, addressOfSource } from './database-address';
import {
  TASKER_DATA_SOURCE,
  TASKER_DATA_SOURCE_NAME,
  TASKER_ENGINE_STORE,
  TASKER_OPERATOR_STORE,
  TASKER_OPTIONS,
} from '../tasker.constants';

type Options = ResolvedTaskerOptions;

/** Connects to nothing yet: the runtime first checks what needs no database. */
const database: Provider = {
  provide: TaskerDatabase,
  inject: [TASKER_OPTIONS, ModuleRef],
  useFactory: ({ database: options, worker }: Options, modules: ModuleRef) => {
    const { schema, pooler, settleConnections, poolSize } = options;
    const { leaseMs, transactionalConnections } = worker;
    return new TaskerDatabase({
      ...{ leaseMs, transactionalConnections, applicationName: 'tasker' },
      ...{ schema, pooler, settleConnections, poolSize },
      // A DataSource of the application may not be there before everything is.
      locate: () => addressOfOptions(options) ?? addressOfSource(found(modules, options.dataSource)),
    });
  },
};

function found(modules: ModuleRef, token: ResolvedTaskerOptions['database']['dataSource']): unknown {
  try {
    return modules.get<unknown>(token as string, { strict: false });
  } catch {
    return undefined;
  }
}

const store: Provider = {
  provide: TASKER_ENGINE_STORE,
  inject: [TaskerDatabase],
  useFactory: (handle: TaskerDatabase) => new PostgresEngineStore(handle),
};

/** For hosts that query Tasker's entities: it borrows from the same pool. */
const dataSource: Provider = {
  provide: TASKER_DATA_SOURCE,
  inject: [TaskerDatabase],
  useFactory: ({ schema, pool }: TaskerDatabase) =>
    new DataSource({
      type: 'postgres',
      driver: typeormDriver(pool),
      schema,
      entities: [...TASKER_ENTITIES],
      installExtensions: false,
      logging: false,
    }),
};

/** As `getDataSourceToken` of `@nestjs/typeorm` would call it, which need not be installed. */
const namedDataSource: Provider = {
  provide: `${TASKER_DATA_SOURCE_NAME}DataSource`,
  useExisting: TASKER_DATA_SOURCE,
};

const operatorStore: Provider = {
  provide: TASKER_OPERATOR_STORE,
  inject: [TaskerDatabase, PlanCache, TASKER_OPTIONS],
  useFactory: (handle: TaskerDatabase, plans: PlanCache, { limits }: Options) =>
    new OperatorStore(handle, (templateId) => plans.plan(templateId), handle.pool, limits),
};

/** What reaches PostgreSQL. @internal */
export const STORAGE_PROVIDERS: Provider[] = [database, store, operatorStore, dataSource, namedDataSource];
