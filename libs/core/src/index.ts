export { ERROR_CODES, type ErrorCode, type ErrorKind } from './errors/error-codes';
export {
  PermanentError,
  RetryableError,
  isPermanentError,
  isRetryableError,
  type StepErrorOptions,
} from './errors/step-errors';
export { TaskerError, isTaskerError, type Fault } from './errors/tasker-error';
export { errorText } from './errors/error-text';

export { AsyncHome } from './async/async-home';
export { EventBus } from './events/event-bus';
export { describeEvent } from './events/event-descriptions';
export {
  EVENT_NAMES,
  type StepEventBase,
  type TaskEnd,
  type TaskFailure,
  type TaskEventBase,
  type TaskerEventName,
  type TaskerEvents,
} from './events/event-catalogue';

export { HandlerRegistry, type HandlerInvoker } from './handler/handler-registry';
export type {
  StepCheckpoint,
  StepContext,
  StepLogger,
  StepTask,
  TransactionalStepContext,
} from './handler/step-context';
export type { StepDatabase } from './handler/step-database';
export type { StepHandler } from './handler/step-handler';

export {
  ATTEMPT_ENDS,
  SHOWN_STEP_STATES,
  STEP_STATE_CODES,
  STEP_STATES,
  STEP_TRANSITIONS,
  StepState,
  canStepMove,
  isStepOpen,
  satisfiesDependents,
  shownState,
  stepStateOf,
} from './rules/states/step-state';
export { SKIP_REASONS, type StepSkipReason } from './rules/states/skip-reason';
export {
  TASK_STATE_CODES,
  TASK_STATES,
  TASK_TRANSITIONS,
  TaskState,
  canTaskMove,
  isTaskFinished,
  taskStateOf,
} from './rules/states/task-state';
export { TaskDrafter, type DraftingOptions } from './drafting/task-drafter';
export { LIST_LIMITS, TEXT_LIMITS } from './rules/request/field-limits';
export type { IdentityStrategy, TaskRequest } from './rules/request/task-request';

export type {
  BackoffDefinition,
  CustomEventDefinition,
  RunIf,
  SearchAttributeDefinition,
  SearchAttributeType,
  StepTemplateDefinition,
  SwitchCase,
  TaskTemplateDefinition,
  TemplateOrigin,
} from './rules/template/definition';
export type { StepPlan, TaskPlan } from './rules/template/task-plan';
export {
  ENGINE_LEVEL,
  ENGINE_NAME,
  isChoice,
  kindOf,
  levelOf,
  STEP_KINDS,
  type StepKind,
} from './rules/template/step-kind';
export {
  compileExpression,
  type Expression,
  type ExpressionValues,
  type TaskValues,
} from './rules/expression/expression';
export type { ExpressionValue } from './rules/expression/expression-value';
export type { TimeSpan } from './rules/expression/time-span';
export { PlanCache, type PlanLoader } from './plans/plan-cache';
export { TemplateRegistry, compareVersions } from './plans/template-registry';
export { ancestorsOf, descendantsOf, positionOf, stepAt } from './rules/template/plan-graph';
export { liveFaults, type LiveEnvironment } from './rules/template/live-values';
export { compilePlan } from './rules/template/compile-plan';
export { templateDigest } from './plans/template-digest';
export { canonicalJson } from './data/canonical-json';
export { DataMask } from './data/data-mask';
export { nearestName } from './data/nearest-name';
export type { ContextValidator } from './rules/request/context-validator';
export { checkDefinition, compileContextValidator, parseTemplateYaml } from './schema/with-ajv';
export type { JsonObject, JsonValue } from './data/json-data';
export { STEP_HANDLER_KEY, resolveHandlerName, type HandlerClass } from './handler/handler-name';
export type { ParseTemplateOptions } from './rules/template/yaml/parse-template-yaml';
export { templateToYaml } from './rules/template/yaml/to-yaml';
export {
  normaliseStep,
  normaliseTemplate,
  type StepDefaults,
  type StepTemplateInput,
  type SwitchCaseInput,
  type TaskTemplateInput,
} from './rules/template/step-defaults';
export { TaskBuilder, defineTask, type DefineTaskOptions, type DefinedTask } from './builder/task-builder';
export type { NoOtherKeys, StepOptions, SwitchOptions, WaitOptions, WayToWait } from './builder/step-options';
export type { FieldOf, Jsonify, JsonFields, Refused, Whole } from './builder/jsonify';
export type {
  ApprovalResult,
  Choices,
  ChoosingContext,
  HandlerFor,
  HandlerOutput,
  LeftOut,
  NewStep,
  ParentResults,
  StepResult,
  StoredAs,
  WaitResult,
  WithAllChosen,
} from './builder/task-types';

export { Engine, type EngineDeps } from './engine/engine';
export { TaskEndings } from './engine/task-endings';
export { publishCreated } from './engine/create/creator';
export { queuedTask, type TaskDraft } from './engine/create/task-draft';
export type { EngineLog } from './engine/engine-log';
export { TRANSACTIONAL_CONNECTIONS, type EngineOptions } from './engine/engine-options';
export type { StepScope, StepSurroundings } from './engine/run/step-scope';
export { StepChoice } from './handler/step-choice';
export { isLeftOut, leastToRun, skipMetadata } from './rules/settlement/left-out';
export type { SkipDetail, SkipReason } from './rules/settlement/skip-reason';
export {
  decideTimer,
  endedByDeadline,
  expiredFailure,
  type DecidedTimer,
  type DueTimer,
  type TimerKind,
} from './rules/budget/decide-timer';
export { hasTimers } from './rules/budget/has-timers';
export { FAILURE_KINDS, type FailureCause, type FailureKind, type StepFailure } from './rules/settlement/step-failure';
export { backoffMs } from './rules/settlement/backoff';

export { systemClock, type Clock, type Timer } from './ports/clock';
export type {
  Announcement,
  ClaimedStep,
  ClaimRequest,
  ConnectionLoss,
  EngineStore,
  ExpiredStep,
  ExpiredSteps,
  FiredTimers,
  Heartbeat,
  HeartbeatAnswer,
  LeaseJudgement,
  LostWorkers,
  Lane,
  NewWorker,
  PromotedSteps,
  RevokedStep,
  SettledAttempt,
  StepAttempt,
  StepFence,
  StepKey,
  StepProgress,
  TaskEnding,
  TaskFacts,
} from './ports/engine-store';
export {
  StaleOutcomesError,
  StoreRefusedError,
  StepPausedError,
  StoreUnavailableError,
  WorkerLostError,
  type SettlementReceipt,
} from './ports/settlement';
export { CommitUnansweredError, TransactionEndedError, type StepTransaction } from './ports/step-transaction';
export { storeFault } from './ports/store-fault';
export { isGraphBatch } from './rules/settlement/settlement-batch';
export type {
  GraphJoinTouch,
  GraphOutcome,
  GraphSettlementBatch,
  OpenedWait,
  JoinTouch,
  NextStep,
  QueuePlace,
  Rerun,
  SettledOutcome,
  SettlementBatch,
  StepCount,
  StepSkip,
} from './rules/settlement/settlement-batch';
export { Loop, type LoopOptions } from './engine/loop/loop';
export type { SearchValue } from './rules/request/search-values';
export type { CreateBatch, CreatedTask, NewRoot, NewTask } from './ports/task-creation';

export { ENGINE_WIDE_PERMISSIONS, PERMISSIONS, type Permission } from './rules/access/permissions';
export {
  commandPermissions,
  creationPermissions,
  FAILURE_PERMISSIONS,
  filterPermissions,
} from './rules/access/effects';
export { checkGrants, grants } from './rules/access/permission-grants';

export { checkCommand, COMMAND_LIMITS, type CommandLimits } from './rules/operator/check-command';
export type { FieldValue, VerbField } from './rules/operator/verb-fields';
export { VERBS, type VerbSpec } from './rules/operator/verb-table';
export { checkBulk, type BulkOptions, type NewBulkOperation } from './rules/bulk/check-bulk';
export { healthFindings, type HealthFacts } from './rules/health/health-findings';
export { workerState, type WorkerState } from './rules/worker/worker-state';
export { decideAct, touchesSteps } from './rules/operator/decide-act';
export type { DecidedAct, StandingTask, StepMove } from './rules/operator/decided-act';
export {
  isStepVerb,
  legalStepVerbs,
  legalTaskVerbs,
  OPERATOR_VERBS,
  requiredFields,
  STEP_VERBS,
  TASK_VERBS,
  verbFields,
  type OperatorVerb,
  type StepVerb,
  type TaskVerb,
} from './rules/operator/verb-rules';
export type {
  OperatorAct,
  OperatorCommand,
  OperatorReceipt,
  OperatorStepChange,
  RunningOption,
  StepPause,
  StepPauseTarget,
} from './rules/operator/operator-command';
export { taskEvent } from './engine/engine-events';
export { copyJson } from './data/json-data';
export { parseJson } from './data/parse-json';
export { costlyPatterns } from './rules/template/costly-pattern';
export { nullReads } from './rules/template/null-reads';
export type { AttributeRange, AttributeValue, Instant, TaskFilter } from './rules/filter/task-filter';
export {
  attributeConditions,
  type AttributeComparison,
  type AttributeCondition,
} from './rules/filter/attribute-conditions';
export { TASK_FILTER_FIELDS, checkTaskFilter, isTaskId, taskFilterFaults } from './rules/filter/check-task-filter';
export { compileSchema } from './schema/ajv-schemas';
export type { JsonSchema, SchemaCheck } from './data/json-schema';
export { flowchart, type DiagramStep } from './rules/diagram/flowchart';
export { signalReceipt, type SentSignal, type SignalReceipt } from './rules/wait/signal-receipt';
export type { SentSignals, WaitKey, WaitStore, WokenWaits } from './ports/wait-store';
export { checkSignal, type NewSignal, type SignalRequest } from './rules/wait/check-signal';
export type {
  Moment,
  NewApproval,
  NewWait,
  NewWaitSignal,
  StepWait,
  TakenSignal,
  WaitKind,
} from './rules/wait/step-wait';
export type {
  ApprovalDefinition,
  Awaited,
  AwaitedSignal,
  AwaitedTime,
  OnTimeout,
  WaitForDefinition,
} from './rules/wait/wait-definition';
export { checkAssignees } from './rules/wait/check-approval';
export { checkApprovalAnswer } from './schema/approval-answer';
export { templateSteps } from './rules/diagram/template-steps';
export { StepSuspension, type StepWakening, type SuspendOptions } from './handler/step-suspension';
