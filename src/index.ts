export { TaskerModule, type TaskerFeatureOptions } from './tasker.module';
export { TaskerService, type CreateOptions, type DefinedTaskRequest } from './tasker.service';
export type { WaitOptions } from './tasks/within-limits';
export type {
  StepDetail,
  StepTransition,
  TaskDetail,
  TaskHistory,
  TaskPage,
  TaskQuery,
  TaskSummary,
  TaskTransition,
} from './tasks/task-views';
export { TaskReader } from './tasks/task-reader';
export type { TaskerStore } from './runtime/tasker-store';

export { StepHandler, type StepHandlerOptions } from './decorators/step-handler.decorator';
export { TaskTemplate, type TaskTemplateOptions } from './decorators/task-template.decorator';
export { Step, type StepOptions } from './decorators/step.decorator';
export { InjectTasker } from './decorators/inject-tasker.decorator';
export { OnTaskerEvent, type OnTaskerEventDecorator } from './decorators/on-tasker-event.decorator';

export { ApiStepHandler } from './handlers/api-step-handler';
export type { ApiRequest, ApiResponse, QueryValue } from './handlers/api-request';

export type {
  TaskerDatabaseOptions,
  TaskerIdentityOptions,
  TaskerLimitsOptions,
  TaskerLoggingOptions,
  TaskerLogLevel,
  TaskerModuleOptions,
  TaskerOptionsFactory,
  TaskerRole,
  TaskerTemplatesOptions,
  TaskerWorkerOptions,
} from './options/tasker-module-options.interface';
export type { ResolvedTaskerOptions } from './options/resolved-tasker-options';
export { resolveTaskerOptions } from './options/resolve-tasker-options';
export type { BuiltTask, TemplateSource } from './templates/template-source';
export { taskerScope } from './logging/step-scope';
export { TASKER_CLOCK, TASKER_DATA_SOURCE, TASKER_ENGINE_STORE, TASKER_LOG, TASKER_OPTIONS } from './tasker.constants';

export { TASKER_ENTITIES, taskerMigrations } from '@tasker/postgres';
export { Engine, EventBus, HandlerRegistry, TemplateRegistry, defineTask } from '@tasker/core';
export {
  PermanentError,
  RetryableError,
  TaskerError,
  isTaskFinished,
  isTaskerError,
  StepState,
  TaskState,
} from '@tasker/core';
export type {
  CreatedTask,
  DefinedTask,
  IdentityStrategy,
  StepCheckpoint,
  StepContext,
  StepEventBase,
  StepFailure,
  StepLogger,
  StepScope,
  StepTask,
  StepTemplateInput,
  TaskEventBase,
  TaskerEventName,
  TaskerEvents,
  TaskRequest,
  TaskTemplateDefinition,
  TaskTemplateInput,
} from '@tasker/core';
