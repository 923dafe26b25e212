import {
  compareVersions,
  PlanCache,
  TaskerError,
  type OperatorAct,
  type OperatorCommand,
  type OperatorReceipt,
  type SignalRequest,
  type StepPauseTarget,
  type TaskFilter,
  type TaskRequest,
} from '@tasker/core';
import {
  AnalyticsStore,
  ApiKeyStore,
  ExplanationStore,
  migrate,
  OperatorStore,
  PostgresEngineStore,
  StepInsightStore,
  TaskerDatabase,
  TaskReadStore,
  TemplateCatalogue,
  WorkerStore,
  type NewAnnotation,
  type NewApiKey,
  type TaskQuery,
} from '@tasker/postgres';
import type { TemplateReference } from '../../program/template-reference';
import type { ApprovalListQuery, ApprovalVerdict, BulkRequest, DelegatedTo, StepPauseAnswer } from '../backend-views';
import type { FailureQuery, ShownTask, TaskerBackend } from '../tasker-backend';
import { toWire } from '../wire';
import { workerViews } from '../worker-view';
import { createTask } from './create-task';
import { DatabaseBulk } from './database-bulk';
import { databaseHealth } from './database-health';
import { DatabaseWaits } from './database-waits';
import { findTemplate } from './find-template';

/** Tasker as it is in the database; no application need run. @internal */
export class DatabaseBackend implements TaskerBackend {
  private readonly database: TaskerDatabase;
  private readonly engine: PostgresEngineStore;
  private readonly operator: OperatorStore;
  private readonly keys: ApiKeyStore;
  private readonly tasks: TaskReadStore;
  private readonly explanations: ExplanationStore;
  private readonly bulk: DatabaseBulk;
  private readonly waits: DatabaseWaits;
  private checked: Promise<unknown> | undefined;

  constructor(private readonly at: { readonly connectionString: string; readonly schema: string }) {
    this.database = new TaskerDatabase({ ...at, applicationName: 'tasker-cli' });
    this.engine = new PostgresEngineStore(this.database);
    const plans = new PlanCache(this.engine);
    const plan = (templateId: number) => plans.plan(templateId);
    this.operator = new OperatorStore(this.database, plan);
    const { session } = this.database;
    this.keys = new ApiKeyStore(session);
    this.tasks = new TaskReadStore(session);
    this.explanations = new ExplanationStore(session, this.tasks, new StepInsightStore(session));
    this.bulk = new DatabaseBulk(this.database, plan);
    this.waits = new DatabaseWaits(this.database, this.engine);
  }

  async registeredTemplate(reference: TemplateReference) {
    await this.ready();
    return findTemplate(new TemplateCatalogue(this.database.session), reference);
  }

  async listTemplates() {
    await this.ready();
    const listed = await new TemplateCatalogue(this.database.session).list();
    return listed.map(({ versions, ...template }) => ({
      ...template,
      versions: [...versions].sort(compareVersions).reverse(),
    }));
  }

  async failureGroups(query: FailureQuery) {
    await this.ready();
    return toWire(await new AnalyticsStore(this.database.session).failureGroups({ ...query, limit: 100 }));
  }

  async createTask(request: TaskRequest) {
    await this.ready();
    return createTask(this.database, this.engine, request);
  }

  async listTasks(query: TaskQuery, withTotal: boolean) {
    await this.ready();
    const page = toWire(await this.tasks.list(query));
    if (!withTotal) return page;
    const {
      limit: _limit,
      cursor: _cursor,
      order: _order,
      withErrors: _errors,
      withProgress: _progress,
      ...filter
    } = query;
    return { ...page, total: await this.tasks.count(filter) };
  }

  async showTask(id: string, withHistory: boolean): Promise<ShownTask> {
    await this.ready();
    const task = await this.tasks.find(id);
    if (!task) throw new TaskerError('TSK_TASK_NOT_FOUND', `There is no task ${id}.`, { data: { taskId: id } });
    const annotations = await this.operator.annotations(id);
    const transitions = withHistory ? await this.tasks.history(id) : null;
    return toWire({ ...task, annotations, ...(transitions && { transitions }) });
  }

  async explainTask(id: string) {
    await this.ready();
    return toWire(await this.explanations.explain(id));
  }

  async act(taskId: string, command: OperatorCommand, act: OperatorAct): Promise<OperatorReceipt> {
    await this.ready();
    return (await this.operator.act(taskId, command, act)).receipt;
  }

  async annotate(taskId: string, annotation: NewAnnotation, act: OperatorAct) {
    await this.ready();
    return toWire((await this.operator.annotate(taskId, annotation, act)).made);
  }

  async pauseStep(target: StepPauseTarget, act: OperatorAct): Promise<StepPauseAnswer> {
    await this.ready();
    const { changed, released } = await this.operator.pauseStep(target, act);
    return { changed, released };
  }

  async resumeStep(target: StepPauseTarget, act: OperatorAct): Promise<StepPauseAnswer> {
    await this.ready();
    const { changed, released } = await this.operator.resumeStep(target, act);
    return { changed, released };
  }

  async pausedSteps() {
    await this.ready();
    return toWire(await this.operator.pausedSteps());
  }

  async signal(name: string, request: SignalRequest) {
    await this.ready();
    return this.waits.signal(name, request);
  }

  async approvals(query: ApprovalListQuery, actor: string) {
    await this.ready();
    return toWire(await this.waits.list(query, actor));
  }

  async decideApproval(id: string, verdict: ApprovalVerdict) {
    await this.ready();
    return toWire(await this.waits.decide(id, verdict));
  }

  async delegateApproval(id: string, to: DelegatedTo) {
    await this.ready();
    return toWire(await this.waits.delegate(id, to));
  }

  async previewBulk(command: OperatorCommand, filter: TaskFilter) {
    await this.ready();
    return this.bulk.preview(command, filter);
  }

  async startBulk(request: BulkRequest, act: OperatorAct) {
    await this.ready();
    return toWire(await this.bulk.start(request, act));
  }

  async followBulk(id: string, onProgress: Parameters<TaskerBackend['followBulk']>[1]) {
    await this.ready();
    return toWire(await this.bulk.follow(id, (operation) => onProgress(toWire(operation))));
  }

  async bulkStatus(id: string) {
    await this.ready();
    return toWire(await this.bulk.get(id));
  }

  async listBulk() {
    await this.ready();
    return toWire(await this.bulk.list());
  }

  async cancelBulk(id: string) {
    await this.ready();
    return toWire(await this.bulk.cancel(id));
  }

  async resumeBulk(id: string) {
    await this.ready();
    return toWire(await this.bulk.resume(id));
  }

  async workers() {
    await this.ready();
    return workerViews(toWire(await new WorkerStore(this.database.session).list()));
  }

  async drainWorker(id: number): Promise<void> {
    await this.ready();
    await this.operator.drainWorker(id);
  }

  async createKey(key: NewApiKey) {
    await this.ready();
    return toWire(await this.keys.create(key));
  }

  async listKeys() {
    await this.ready();
    return toWire(await this.keys.list());
  }

  async revokeKey(id: number, actor: string) {
    await this.ready();
    return toWire(await this.keys.revoke(id, actor));
  }

  async health() {
    await this.ready();
    return databaseHealth(this.database);
  }

  async close(): Promise<void> {
    await this.bulk.release().catch(() => undefined);
    await this.engine.close();
    await this.database.close();
  }

  /**
   * Checks first that this version understands the schema: a statement that fails in the middle says less.
   *
   * @throws {TaskerError} TSK_SCHEMA_MISMATCH, TSK_DATABASE_UNAVAILABLE
   */
  private async ready(): Promise<void> {
    this.checked ??= migrate({ ...this.at, mode: 'verify' });
    await this.checked;
  }
}
