export { ERROR_CODES, type ErrorCode, type ErrorKind } from './errors/error-codes';
export {
  PermanentError,
  RetryableError,
  isPermanentError,
  isRetryableError,
  type StepErrorOptions,
} from './errors/step-errors';
export { TaskerError, isTaskerError, type Fault } from './errors/tasker-error';

export { EventBus } from './events/event-bus';
export {
  EVENT_NAMES,
  type StepEventBase,
  type StepFailure,
  type TaskEventBase,
  type TaskerEventName,
  type TaskerEvents,
} from './events/event-catalogue';

export { HandlerRegistry, type HandlerInvoker } from './handler/handler-registry';
export type { StepCheckpoint, StepContext, StepLogger, StepTask } from './handler/step-context';
export type { StepHandler } from './handler/step-handler';

export {
  ATTEMPT_ENDS,
  STEP_STATES,
  STEP_TRANSITIONS,
  StepState,
  canStepMove,
  satisfiesDependents,
} from './step/step-state';
export { TASK_STATES, TASK_TRANSITIONS, TaskState, canTaskMove, isTaskFinished } from './task/task-state';
export { TaskDrafter, type DraftingOptions } from './task/create-task';
export type { IdentityStrategy, TaskRequest } from './task/task-request';

export type {
  BackoffDefinition,
  CustomEventDefinition,
  JsonSchema,
  StepTemplateDefinition,
  TaskTemplateDefinition,
  TemplateOrigin,
} from './template/definition';
export type { StepPlan, TaskPlan } from './template/task-plan';
export { TemplateRegistry, compareVersions } from './template/template-registry';
export { compilePlan } from './template/compile-plan';
export { checkDefinition } from './template/check-definition';
export { templateDigest } from './template/digest';
export { canonicalJson } from './template/canonical-json';
export { nearestName } from './template/nearest-name';
export { compileContextValidator, type ContextValidator } from './template/context-validator';
export type { JsonObject, JsonValue } from './template/json-data';
export { STEP_HANDLER_KEY, resolveHandlerName, type HandlerClass } from './template/handler-name';
export { parseTemplateYaml, type ParseTemplateOptions } from './template/parse-template-yaml';
export { templateToYaml } from './template/to-yaml';
export {
  normaliseStep,
  normaliseTemplate,
  type StepTemplateInput,
  type TaskTemplateInput,
} from './template/step-defaults';
export {
  TaskBuilder,
  defineTask,
  type DefineTaskOptions,
  type DefinedTask,
  type StepOptions,
} from './template/task-builder';
export type { HandlerFor, HandlerOutput, NewStep, ParentResults, StepResult, StoredAs } from './template/task-types';

export { Engine, type EngineDeps } from './engine/engine';
export { publishCreated, type TaskDraft } from './engine/creator';
export type { EngineLog } from './engine/engine-log';
export type { EngineOptions } from './engine/engine-options';
export type { StepScope, StepSurroundings } from './engine/step-scope';
export { backoffMs } from './step/backoff';

export { systemClock, type Clock, type Timer } from './ports/clock';
export type {
  Announcement,
  ClaimedStep,
  ClaimRequest,
  EngineStore,
  Heartbeat,
  HeartbeatAnswer,
  Lane,
  NewWorker,
  PromotedSteps,
  RevokedStep,
  StepAttempt,
  StepFence,
  StepKey,
  StepStanding,
} from './ports/engine-store';
export {
  StaleOutcomesError,
  StoreRefusedError,
  StepPausedError,
  StoreUnavailableError,
  WorkerLostError,
  type JoinTouch,
  type NextStep,
  type QueuePlace,
  type Rerun,
  type SettledOutcome,
  type SettlementBatch,
  type SettlementReceipt,
} from './ports/settlement';
export type { CreateBatch, CreatedTask, NewRoot, NewTask } from './ports/task-creation';

export { ENGINE_WIDE_PERMISSIONS, PERMISSIONS, type Permission } from './access/permissions';
export { checkGrants, grants } from './access/permission-grants';

export { checkCommand, OPERATOR_VERBS } from './operator/check-command';
export { checkBulk, type BulkOptions, type NewBulkOperation } from './rules/bulk/check-bulk';
export { healthFindings, type HealthFacts } from './rules/health/health-findings';
export { workerState, type WorkerState } from './rules/worker/worker-state';
export { decideAct, touchesSteps } from './operator/decide-act';
export type { DecidedAct, StandingTask, StepMove } from './operator/decided-act';
export {
  isStepVerb,
  legalStepVerbs,
  legalTaskVerbs,
  STEP_VERBS,
  TASK_VERBS,
  type StepVerb,
  type TaskVerb,
} from './operator/verb-rules';
export type {
  OperatorAct,
  OperatorCommand,
  OperatorReceipt,
  OperatorStepChange,
  OperatorVerb,
  RunningOption,
  StepPause,
  StepPauseTarget,
} from './operator/operator-command';
export { taskEvent } from './engine/engine-events';
export { copyJson } from './template/json-data';
export type { Instant, TaskFilter } from './operator/task-filter';
export { TASK_FILTER_FIELDS, checkTaskFilter, isTaskId, taskFilterFaults } from './operator/check-task-filter';
export { compileSchema, type SchemaCheck } from './template/json-schema';
export { flowchart, type DiagramStep } from './diagram/flowchart';
