import type {
  OperatorAct,
  OperatorCommand,
  OperatorReceipt,
  SignalReceipt,
  SignalRequest,
  StepPause,
  StepPauseTarget,
  TaskFilter,
  TaskRequest,
  TaskTemplateDefinition,
} from '@tasker/core';
import type {
  ApiKey,
  Approval,
  BulkOperation,
  BulkPreview,
  CreatedApiKey,
  FailureGroup,
  NewAnnotation,
  NewApiKey,
  TaskAnnotation,
  TaskCount,
  TaskDetail,
  TaskExplanation,
  TaskHistory,
  TaskPage,
  TaskQuery,
} from '@tasker/postgres';
import type { TemplateReference } from '../program/template-reference';
import type {
  ApprovalListQuery,
  ApprovalVerdict,
  BulkRequest,
  DelegatedTo,
  HealthStatus,
  StepPauseAnswer,
  WorkerView,
} from './backend-views';
import type { Wire } from './wire';

/** What was created, or found to exist. @internal */
export interface CreatedTaskView {
  readonly taskId: string;
  readonly duplicate: boolean;
}

/** A task with what only some commands ask for. @internal */
export type ShownTask = Wire<TaskDetail> & {
  readonly annotations: readonly Wire<TaskAnnotation>[];
  readonly transitions?: Wire<TaskHistory>;
};

/** A page of tasks; `total` when it was asked for. @internal */
export type ListedTasks = Wire<TaskPage> & { readonly total?: TaskCount };

/** A template with its versions, the highest first. @internal */
export interface ListedTemplate {
  readonly namespace: string;
  readonly name: string;
  readonly versions: readonly string[];
}

/** Which failures. @internal */
export interface FailureQuery {
  readonly since?: string;
  readonly until?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly version?: string;
}

/** A revision that is registered. @internal */
export interface RegisteredTemplate {
  readonly definition: TaskTemplateDefinition;
  readonly revision: number;
}

/**
 * What commands talk to: the database, or the REST endpoint of an application. Everything is in the form it has in JSON,
 * so that a script need not know which of the two it was. All methods throw TaskerError or CliFailure.
 *
 * @internal
 */
export interface TaskerBackend {
  /** The given version, or the highest; its newest revision. */
  registeredTemplate(reference: TemplateReference): Promise<RegisteredTemplate>;

  /** Every template, by namespace and name. */
  listTemplates(): Promise<readonly ListedTemplate[]>;
  /** What failed within a window, gathered by cause; at most 100 groups. */
  failureGroups(query: FailureQuery): Promise<readonly Wire<FailureGroup>[]>;

  createTask(request: TaskRequest): Promise<CreatedTaskView>;
  listTasks(query: TaskQuery, withTotal: boolean): Promise<ListedTasks>;
  showTask(id: string, withHistory: boolean): Promise<ShownTask>;
  explainTask(id: string): Promise<Wire<TaskExplanation>>;

  act(taskId: string, command: OperatorCommand, act: OperatorAct): Promise<OperatorReceipt>;
  annotate(taskId: string, annotation: NewAnnotation, act: OperatorAct): Promise<Wire<TaskAnnotation>>;
  pauseStep(target: StepPauseTarget, act: OperatorAct): Promise<StepPauseAnswer>;
  resumeStep(target: StepPauseTarget, act: OperatorAct): Promise<StepPauseAnswer>;
  pausedSteps(): Promise<readonly Wire<StepPause>[]>;

  signal(name: string, request: SignalRequest): Promise<SignalReceipt>;
  /** Newest first. */
  approvals(query: ApprovalListQuery, actor: string): Promise<readonly Wire<Approval>[]>;
  decideApproval(id: string, verdict: ApprovalVerdict): Promise<Wire<Approval>>;
  delegateApproval(id: string, to: DelegatedTo): Promise<Wire<Approval>>;

  previewBulk(command: OperatorCommand, filter: TaskFilter): Promise<BulkPreview>;
  /** Begins; nobody need have done anything yet when it returns. */
  startBulk(request: BulkRequest, act: OperatorAct): Promise<Wire<BulkOperation>>;
  /** Sees an operation to its end, telling how far it has come. */
  followBulk(id: string, onProgress: (operation: Wire<BulkOperation>) => void): Promise<Wire<BulkOperation>>;
  bulkStatus(id: string): Promise<Wire<BulkOperation>>;
  /** Newest first, at most 100. */
  listBulk(): Promise<readonly Wire<BulkOperation>[]>;
  cancelBulk(id: string): Promise<Wire<BulkOperation>>;
  /** Lets one that was cancelled or has failed go on. */
  resumeBulk(id: string): Promise<Wire<BulkOperation>>;

  workers(): Promise<readonly WorkerView[]>;
  drainWorker(id: number): Promise<void>;

  createKey(key: NewApiKey): Promise<Wire<CreatedApiKey>>;
  listKeys(): Promise<readonly Wire<ApiKey>[]>;
  revokeKey(id: number, actor: string): Promise<Wire<ApiKey>>;

  health(): Promise<HealthStatus>;
  close(): Promise<void>;
}
