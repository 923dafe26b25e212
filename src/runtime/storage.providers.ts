import type { Provider } from '@nestjs/common';
import { PlanCache } from '@tasker/core';
import { openOperatorStore, openStore, TASKER_ENTITIES } from '@tasker/postgres';
import { DataSource } from 'typeorm';
import type { ResolvedTaskerOptions } from '../options/resolved-tasker-options';
import { TASKER_DATA_SOURCE, TASKER_ENGINE_STORE, TASKER_OPERATOR_STORE, TASKER_OPTIONS } from '../tasker.constants';

type Options = ResolvedTaskerOptions;

/** Neither connects yet: the runtime first checks what needs no database. */
const store: Provider = {
  provide: TASKER_ENGINE_STORE,
  inject: [TASKER_OPTIONS],
  useFactory: ({ database, worker }: Options) =>
    openStore({
      connectionString: database.url,
      schema: database.schema,
      pooler: database.pooler,
      settleConnections: database.settleConnections,
      leaseMs: worker.leaseMs,
      applicationName: 'tasker',
    }),
};

const dataSource: Provider = {
  provide: TASKER_DATA_SOURCE,
  inject: [TASKER_OPTIONS],
  useFactory: ({ database }: Options) =>
    new DataSource({
      type: 'postgres',
      url: database.url,
      schema: database.schema,
      entities: [...TASKER_ENTITIES],
      poolSize: database.poolSize,
      applicationName: 'tasker-read',
      installExtensions: false,
      logging: false,
    }),
};

const operatorStore: Provider = {
  provide: TASKER_OPERATOR_STORE,
  inject: [TASKER_OPTIONS, PlanCache],
  useFactory: ({ database, worker }: Options, plans: PlanCache) => {
    const { url: connectionString, schema } = database;
    const settings = { connectionString, schema, applicationName: 'tasker-operator', answerWithinMs: worker.leaseMs };
    return openOperatorStore(settings, (templateId) => plans.plan(templateId));
  },
};

/** The connections to PostgreSQL. @internal */
export const STORAGE_PROVIDERS: Provider[] = [store, operatorStore, dataSource];
