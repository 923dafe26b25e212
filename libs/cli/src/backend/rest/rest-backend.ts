import { setTimeout as sleep } from 'node:timers/promises';
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
} from '@tasker/core';
import type {
  Approval,
  BulkOperation,
  BulkPreview,
  FailureGroup,
  NewAnnotation,
  TaskAnnotation,
  TaskExplanation,
  TaskQuery,
  WorkerRow,
} from '@tasker/postgres';
import { CliFailure } from '../../program/cli-failure';
import type { TemplateReference } from '../../program/template-reference';
import type {
  ApprovalListQuery,
  ApprovalVerdict,
  BulkRequest,
  DelegatedTo,
  StepPauseAnswer,
  WorkerView,
} from '../backend-views';
import type {
  CreatedTaskView,
  FailureQuery,
  ListedTasks,
  ListedTemplate,
  RegisteredTemplate,
  ShownTask,
  TaskerBackend,
} from '../tasker-backend';
import type { Wire } from '../wire';
import { workerViews } from '../worker-view';
import { RestClient } from './rest-client';
import { restHealth } from './rest-health';
import { verbRoute } from './verb-routes';

const LOOK_EVERY_MS = 500;

type Operation = Wire<BulkOperation>;

/** Tasker behind the REST endpoint of an application, with the permissions of a token. @internal */
export class RestBackend implements TaskerBackend {
  private readonly client: RestClient;

  constructor(url: string, token: string | undefined) {
    this.client = new RestClient(url, token);
  }

  registeredTemplate({ namespace, name, version }: TemplateReference): Promise<RegisteredTemplate> {
    return this.client.call(handlerPath(namespace, name), { query: { version } });
  }

  async listTemplates(): Promise<readonly ListedTemplate[]> {
    const { namespaces } = await this.client.call<{ namespaces: readonly { name: string }[] }>('/handlers');
    const listed: ListedTemplate[] = [];
    for (const { name } of namespaces) {
      const path = `/handlers/${encodeURIComponent(name)}`;
      const { handlers } = await this.client.call<{ handlers: readonly ListedTemplate[] }>(path);
      listed.push(...handlers.map((handler) => ({ namespace: name, name: handler.name, versions: handler.versions })));
    }
    return listed;
  }

  async failureGroups(query: FailureQuery): Promise<readonly Wire<FailureGroup>[]> {
    const sent = { query: { ...query, limit: 100 } };
    return (await this.client.call<{ groups: readonly Wire<FailureGroup>[] }>('/analytics/failure_groups', sent))
      .groups;
  }

  createTask({ initiator: _, ...request }: TaskRequest): Promise<CreatedTaskView> {
    return this.client.call('/tasks', { method: 'POST', body: request });
  }

  listTasks(query: TaskQuery, withTotal: boolean): Promise<ListedTasks> {
    return this.client.call('/tasks', { query: { ...query, ...(withTotal && { withTotal }) } });
  }

  showTask(id: string, withHistory: boolean): Promise<ShownTask> {
    const include = ['steps', 'annotations', ...(withHistory ? ['transitions'] : [])];
    return this.client.call(taskPath(id), { query: { include } });
  }

  explainTask(id: string): Promise<Wire<TaskExplanation>> {
    return this.client.call(`${taskPath(id)}/explain`);
  }

  act(taskId: string, command: OperatorCommand, act: OperatorAct): Promise<OperatorReceipt> {
    const { path, call } = verbRoute(taskId, command, act);
    return this.client.call(path, call);
  }

  annotate(taskId: string, annotation: NewAnnotation, { reason }: OperatorAct): Promise<Wire<TaskAnnotation>> {
    const body = { ...annotation, ...(reason === undefined ? {} : { reason }) };
    return this.client.call(`${taskPath(taskId)}/annotations`, { method: 'POST', body });
  }

  pauseStep(target: StepPauseTarget, act: OperatorAct): Promise<StepPauseAnswer> {
    return this.movePause('pause', target, act);
  }

  resumeStep(target: StepPauseTarget, act: OperatorAct): Promise<StepPauseAnswer> {
    return this.movePause('resume', target, act);
  }

  async pausedSteps(): Promise<readonly Wire<StepPause>[]> {
    return (await this.client.call<{ pausedSteps: readonly Wire<StepPause>[] }>('/paused_steps')).pausedSteps;
  }

  signal(name: string, request: SignalRequest): Promise<SignalReceipt> {
    return this.client.call('/signals', { method: 'POST', body: { name, ...request } });
  }

  async approvals(query: ApprovalListQuery): Promise<readonly Wire<Approval>[]> {
    return (await this.client.call<{ approvals: readonly Wire<Approval>[] }>('/approvals', { query: { ...query } }))
      .approvals;
  }

  decideApproval(id: string, { decision, answer }: ApprovalVerdict): Promise<Wire<Approval>> {
    const body = { decision, ...(answer === undefined ? {} : { answer }) };
    return this.client.call(`${approvalPath(id)}/decide`, { method: 'POST', body });
  }

  delegateApproval(id: string, { to }: DelegatedTo): Promise<Wire<Approval>> {
    return this.client.call(`${approvalPath(id)}/delegate`, { method: 'POST', body: { to } });
  }

  previewBulk(command: OperatorCommand, filter: TaskFilter): Promise<BulkPreview> {
    return this.client.call('/bulk/preview', { method: 'POST', body: { command, filter } });
  }

  startBulk({ command, filter, rate }: BulkRequest, { reason }: OperatorAct): Promise<Operation> {
    const body = { command, filter, rate, ...(reason === undefined ? {} : { reason }) };
    return this.client.call('/bulk', { method: 'POST', body });
  }

  async followBulk(id: string, onProgress: (operation: Operation) => void): Promise<Operation> {
    for (;;) {
      const operation = await this.bulkStatus(id);
      onProgress(operation);
      if (operation.state !== 'running') return operation;
      await sleep(LOOK_EVERY_MS);
    }
  }

  bulkStatus(id: string): Promise<Operation> {
    return this.client.call(bulkPath(id));
  }

  async listBulk(): Promise<readonly Operation[]> {
    return (await this.client.call<{ operations: readonly Operation[] }>('/bulk')).operations;
  }

  cancelBulk(id: string): Promise<Operation> {
    return this.client.call(`${bulkPath(id)}/cancel`, { method: 'POST' });
  }

  resumeBulk(id: string): Promise<Operation> {
    return this.client.call(`${bulkPath(id)}/resume`, { method: 'POST' });
  }

  async workers(): Promise<readonly WorkerView[]> {
    const { workers } = await this.client.call<{ workers: readonly Wire<WorkerRow>[] }>('/workers');
    return workerViews(workers);
  }

  async drainWorker(id: number): Promise<void> {
    await this.client.call(`/workers/${id}/drain`, { method: 'POST' });
  }

  createKey(): Promise<never> {
    return keysNeedDatabase();
  }

  listKeys(): Promise<never> {
    return keysNeedDatabase();
  }

  revokeKey(): Promise<never> {
    return keysNeedDatabase();
  }

  health() {
    return restHealth(this.client);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private async movePause(
    verb: 'pause' | 'resume',
    target: StepPauseTarget,
    { reason }: OperatorAct,
  ): Promise<StepPauseAnswer> {
    const { namespace, name, version, step } = target;
    const body = { ...(version === undefined ? {} : { version }), ...(reason === undefined ? {} : { reason }) };
    const path = `${handlerPath(namespace, name)}/steps/${encodeURIComponent(step)}/${verb}`;
    const { changed, released } = await this.client.call<StepPauseAnswer>(path, { method: 'POST', body });
    return { changed, released };
  }
}

const taskPath = (id: string): string => `/tasks/${encodeURIComponent(id)}`;
const approvalPath = (id: string): string => `/approvals/${encodeURIComponent(id)}`;
const bulkPath = (id: string): string => `/bulk/${encodeURIComponent(id)}`;
const handlerPath = (namespace: string, name: string): string =>
  `/handlers/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`;

/** A key that could make keys would be worth stealing. */
const keysNeedDatabase = (): Promise<never> =>
  Promise.reject(
    CliFailure.usage('API keys are made, listed and revoked in the database only.', 'Use --database-url.'),
  );
