export { TaskerErrorFilter } from './api/tasker-error.filter';
export { TaskerModule, type TaskerFeatureOptions } from './tasker.module';
export { TaskerService, type CreateOptions, type DefinedTaskRequest } from './tasker.service';
export type { Creation } from './tasks/task-creator';
export type { WaitOptions } from './tasks/within-limits';
export type {
  LastError,
  StepCounts,
  StepDetail,
  StepTransition,
  TaskDetail,
  TaskHistory,
  TaskPage,
  TaskProgress,
  TaskQuery,
  TaskSummary,
  TaskTransition,
} from './tasks/task-views';

export { StepHandler, type StepHandlerOptions } from './decorators/step-handler.decorator';
export { TaskTemplate, type TaskTemplateOptions } from './decorators/task-template.decorator';
export { Step, type StepOptions } from './decorators/step.decorator';
export { InjectTasker } from './decorators/inject-tasker.decorator';
export { OnTaskerEvent, type OnTaskerEventDecorator } from './decorators/on-tasker-event.decorator';

export { ApiStepHandler } from './handlers/api-step-handler';
export type { ApiDispatcher, ApiRequest, ApiResponse, QueryValue } from './handlers/api-request';

export type {
  DataSourceToken,
  TaskerDatabaseOptions,
  TaskerIdentityOptions,
  TaskerLimitsOptions,
  TaskerSearchOptions,
  TaskerLoggingOptions,
  TaskerLogLevel,
  TaskerModuleOptions,
  TaskerOptionsFactory,
  TaskerRole,
  TaskerTemplatesOptions,
  TaskerWorkerOptions,
} from './options/tasker-module-options.interface';
export type { BuiltTask, TemplateSource } from './templates/template-source';
export { taskerScope } from './logging/step-scope';

export { TASKER_ENTITIES, taskerMigrations } from '@tasker/postgres';
export { EventBus, defineTask } from '@tasker/core';
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
  StepDatabase,
  StepEventBase,
  FailureCause,
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
  TransactionalStepContext,
} from '@tasker/core';

export type { NewAnnotation, StepPauseReceipt, TaskAnnotation } from '@tasker/postgres';
export type {
  OperatorAct,
  OperatorCommand,
  OperatorReceipt,
  OperatorStepChange,
  OperatorVerb,
  StepPause,
  StepPauseTarget,
} from '@tasker/core';
export { parseTemplateYaml, type ParseTemplateOptions } from '@tasker/core';

export { TaskInsights } from './insights/task-insights';
export type {
  AnalyticsQuery,
  BlastRadius,
  Bottleneck,
  CriticalPath,
  CriticalStep,
  DependencyLevel,
  ErrorChain,
  ExecutionContext,
  ExecutionStatus,
  FailureGroup,
  HealthCounts,
  Parallelism,
  Percentiles,
  Performance,
  PerformanceGroup,
  PerformanceQuery,
  RankedQuery,
  RecommendedAction,
  SlowStep,
  SlowTask,
  StepReadiness,
  StoryEntry,
  TaskCount,
  TaskExplanation,
  TaskHealth,
  TemplateAddress,
  WaitReason,
} from '@tasker/postgres';
export type { AttributeRange, AttributeValue, Instant, TaskFilter } from '@tasker/core';
export type { TaskerEventFilter } from './discovery/event-filter';
export {
  correlationIdOfRequest,
  correlationMiddleware,
  runWithCorrelation,
  taskerCorrelationId,
  type CorrelatedRequest,
  type CorrelatedResponse,
} from './logging/correlation';
export { TaskBulk } from './bulk/task-bulk';
export type { BulkOptions } from '@tasker/core';
export type { BulkOperation, BulkPreview } from '@tasker/postgres';
export { TaskRetention } from './retention/task-retention';
export type { TaskerRetentionOptions, TaskerTemplateRetention } from './retention/retention-options';
export type { RetentionSweep } from '@tasker/postgres';
export { TaskApprovals } from './waits/task-approvals';
export type { SignalOptions } from './waits/task-signals';
export type { SignalReceipt, SignalRequest } from '@tasker/core';
export type { Approval, ApprovalDecision, ApprovalDelegation, ApprovalQuery, ApprovalState } from '@tasker/postgres';
export type { StepSuspension, StepWakening, SuspendOptions } from '@tasker/core';
