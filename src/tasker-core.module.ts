import { Module } from '@nestjs/common';
import { DiscoveryModule, ModulesContainer } from '@nestjs/core';
import { DataMask, Engine, EventBus, HandlerRegistry, TemplateRegistry } from '@tasker/core';
import { TaskerDatabase } from '@tasker/postgres';
import { TaskBulk } from './bulk/task-bulk';
import { EventSubscriberExplorer } from './discovery/event-subscriber.explorer';
import { TaskerEventCatalogue } from './discovery/event-catalogue';
import { HandlerInvokers } from './discovery/handler-invokers';
import { ProviderInstances } from './discovery/provider-instances';
import { ProviderScan } from './discovery/provider-scan';
import { TaskerRegistryStats } from './discovery/registry-stats';
import { StepHandlerExplorer } from './discovery/step-handler.explorer';
import { TaskTemplateExplorer } from './discovery/task-template.explorer';
import { HistoryRollup } from './insights/history-rollup';
import { TaskInsights } from './insights/task-insights';
import { StepLines } from './logging/step-lines';
import { TaskLines } from './logging/task-lines';
import { TaskOperator } from './operator/task-operator';
import { TaskRetention } from './retention/task-retention';
import { BootPlan } from './runtime/boot-plan';
import { ContextIndex } from './runtime/context-index';
import { DatabaseConnection } from './runtime/database-connection';
import { HistoryWatch } from './runtime/history-watch';
import { StepDatabaseSource } from './runtime/step-database-source';
import { ENGINE_PROVIDERS } from './runtime/engine.providers';
import { registeredOnce } from './runtime/registered-once';
import { STORAGE_PROVIDERS } from './runtime/storage.providers';
import { TaskerRuntime } from './runtime/tasker-runtime';
import { TemplateRenewal } from './runtime/template-renewal';
import {
  TASKER_CLOCK,
  TASKER_DATA_SOURCE,
  TASKER_DATA_SOURCE_NAME,
  TASKER_ENGINE_STORE,
  TASKER_LOG,
  TASKER_OPERATOR_STORE,
  TASKER_OPTIONS,
} from './tasker.constants';
import { ConfigurableModuleClass } from './tasker.module-definition';
import { TaskerService } from './tasker.service';
import { CommitHooks } from './tasks/commit-hooks';
import { FinishWatch } from './tasks/finish-watch';
import { TaskCreator } from './tasks/task-creator';
import { TaskReader } from './tasks/task-reader';
import { TaskApprovals } from './waits/task-approvals';
import { TaskSignals } from './waits/task-signals';

const DISCOVERY = [
  ...[ProviderScan, ProviderInstances, HandlerInvokers],
  ...[StepHandlerExplorer, TaskTemplateExplorer, EventSubscriberExplorer, TaskerEventCatalogue, TaskerRegistryStats],
];
const PORTS = [
  ...[TASKER_OPTIONS, TASKER_LOG, TASKER_CLOCK],
  ...[TASKER_ENGINE_STORE, TASKER_OPERATOR_STORE, TASKER_DATA_SOURCE, TaskerDatabase],
  `${TASKER_DATA_SOURCE_NAME}DataSource`,
];

/** The machine room behind `TaskerModule.forRoot`: everything there is one of per application. @internal */
@Module({
  imports: [DiscoveryModule],
  providers: [
    ...[...ENGINE_PROVIDERS, ...STORAGE_PROVIDERS, ...DISCOVERY],
    ...[
      BootPlan,
      ContextIndex,
      DatabaseConnection,
      HistoryWatch,
      StepDatabaseSource,
      CommitHooks,
      TaskCreator,
      TaskReader,
      TaskInsights,
      HistoryRollup,
      FinishWatch,
      TaskSignals,
      TaskApprovals,
      TaskerService,
      StepLines,
      TaskLines,
      TemplateRenewal,
      TaskerRuntime,
    ],
    ...[TaskOperator, TaskBulk, TaskRetention],
  ],
  exports: [
    TaskerService,
    TaskOperator,
    DataMask,
    Engine,
    EventBus,
    HandlerRegistry,
    TaskerEventCatalogue,
    TaskerRegistryStats,
    TemplateRegistry,
    TaskReader,
    TaskApprovals,
    TaskInsights,
    TaskBulk,
    TaskRetention,
    ...PORTS,
  ],
})
export class TaskerCoreModule extends ConfigurableModuleClass {
  constructor(modules: ModulesContainer) {
    super();
    const hint = 'Call forRoot in one module; other modules inject TaskerService, and add templates with forFeature.';
    registeredOnce(modules, TaskerCoreModule, hint, 'TaskerModule.forRoot was called');
  }
}
