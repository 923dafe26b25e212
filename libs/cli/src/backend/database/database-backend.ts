import {
  PlanCache,
  TaskerError,
  type OperatorAct,
  type OperatorCommand,
  type OperatorReceipt,
  type StepPauseTarget,
  type TaskFilter,
  type TaskRequest,
} from '@tasker/core';
import {
  ApiKeyStore,
  ExplanationStore,
  openOperatorStore,
  openStore,
  ReadSession,
  StepInsightStore,
  TaskReadStore,
  type NewAnnotation,
  type NewApiKey,
  type OperatorStore,
  type PostgresEngineStore,
  type TaskQuery,
} from '@tasker/postgres';
import type { TemplateReference } from '../../program/template-reference';
import type { BulkRequest, StepPauseAnswer } from '../backend-views';
import type { ShownTask, TaskerBackend } from '../tasker-backend';
import { toWire } from '../wire';
import { createTask } from './create-task';
import { DatabaseBulk } from './database-bulk';
import { databaseHealth } from './database-health';
import { DatabaseSession } from './database-session';
import { findTemplateRow } from './find-template';
import { listWorkers } from './worker-rows';

/** No statement of a command may last longer, milliseconds. */
const ANSWER_WITHIN_MS = 30_000;

/** Tasker as it is in the database; no application need run. @internal */
export class DatabaseBackend implements TaskerBackend {
  private readonly session: DatabaseSession;
  private readonly engine: PostgresEngineStore;
  private readonly operator: OperatorStore;
  private readonly keys: ApiKeyStore;
  private readonly tasks: TaskReadStore;
  private readonly explanations: ExplanationStore;
  private readonly bulk: DatabaseBulk;

  constructor({ connectionString, schema }: { connectionString: string; schema: string }) {
    const at = { connectionString, schema, applicationName: 'tasker-cli' };
    this.session = new DatabaseSession(connectionString, schema);
    this.engine = openStore({ ...at, pooler: 'none', settleConnections: 1, leaseMs: ANSWER_WITHIN_MS });
    const plans = new PlanCache(this.engine);
    this.operator = openOperatorStore(at, (templateId) => plans.plan(templateId));
    this.keys = new ApiKeyStore(this.session.run, schema);
    const read = new ReadSession(this.session.run, schema);
    this.tasks = new TaskReadStore(read);
    this.explanations = new ExplanationStore(read, this.tasks, new StepInsightStore(read));
    this.bulk = new DatabaseBulk(this.session, plans);
  }

  async registeredTemplate(reference: TemplateReference) {
    await this.session.ready();
    return findTemplateRow(this.session, reference);
  }

  async createTask(request: TaskRequest) {
    await this.session.ready();
    return createTask(this.session, this.engine, request);
  }

  async listTasks(query: TaskQuery, withTotal: boolean) {
    await this.session.ready();
    const page = toWire(await this.tasks.list(query));
    if (!withTotal) return page;
    const { limit: _limit, cursor: _cursor, order: _order, ...filter } = query;
    return { ...page, total: await this.tasks.count(filter) };
  }

  async showTask(id: string, withHistory: boolean): Promise<ShownTask> {
    await this.session.ready();
    const task = await this.tasks.find(id);
    if (!task) throw new TaskerError('TSK_TASK_NOT_FOUND', `There is no task ${id}.`, { data: { taskId: id } });
    const annotations = await this.operator.annotations(id);
    const transitions = withHistory ? await this.tasks.history(id) : null;
    return toWire({ ...task, annotations, ...(transitions && { transitions }) });
  }

  async explainTask(id: string) {
    await this.session.ready();
    return toWire(await this.explanations.explain(id));
  }

  async act(taskId: string, command: OperatorCommand, act: OperatorAct): Promise<OperatorReceipt> {
    await this.session.ready();
    return (await this.operator.act(taskId, command, act)).receipt;
  }

  async annotate(taskId: string, annotation: NewAnnotation, act: OperatorAct) {
    await this.session.ready();
    return toWire((await this.operator.annotate(taskId, annotation, act)).made);
  }

  async pauseStep(target: StepPauseTarget, act: OperatorAct): Promise<StepPauseAnswer> {
    await this.session.ready();
    const { changed, released } = await this.operator.pauseStep(target, act);
    return { changed, released };
  }

  async resumeStep(target: StepPauseTarget, act: OperatorAct): Promise<StepPauseAnswer> {
    await this.session.ready();
    const { changed, released } = await this.operator.resumeStep(target, act);
    return { changed, released };
  }

  async pausedSteps() {
    await this.session.ready();
    return toWire(await this.operator.pausedSteps());
  }

  async previewBulk(command: OperatorCommand, filter: TaskFilter) {
    await this.session.ready();
    return this.bulk.preview(command, filter);
  }

  async startBulk(request: BulkRequest, act: OperatorAct) {
    await this.session.ready();
    return toWire(await this.bulk.start(request, act));
  }

  async followBulk(id: string, onProgress: Parameters<TaskerBackend['followBulk']>[1]) {
    await this.session.ready();
    return toWire(await this.bulk.follow(id, (operation) => onProgress(toWire(operation))));
  }

  async bulkStatus(id: string) {
    await this.session.ready();
    return toWire(await this.bulk.get(id));
  }

  async listBulk() {
    await this.session.ready();
    return toWire(await this.bulk.list());
  }

  async cancelBulk(id: string) {
    await this.session.ready();
    return toWire(await this.bulk.cancel(id));
  }

  async resumeBulk(id: string) {
    await this.session.ready();
    return toWire(await this.bulk.resume(id));
  }

  async workers() {
    await this.session.ready();
    return listWorkers(this.session);
  }

  async drainWorker(id: number): Promise<void> {
    await this.session.ready();
    await this.operator.drainWorker(id);
  }

  async createKey(key: NewApiKey) {
    await this.session.ready();
    return toWire(await this.keys.create(key));
  }

  async listKeys() {
    await this.session.ready();
    return toWire(await this.keys.list());
  }

  async revokeKey(id: number, actor: string) {
    await this.session.ready();
    return toWire(await this.keys.revoke(id, actor));
  }

  async health() {
    await this.session.ready();
    return databaseHealth(this.session.connectionString, this.session.schema);
  }

  async close(): Promise<void> {
    await this.bulk.release().catch(() => undefined);
    await Promise.all([this.engine.close(), this.operator.close()]);
    await this.session.close();
  }
}
