import { Inject } from '@nestjs/common';
import {
  creationPermissions,
  DataMask,
  FAILURE_PERMISSIONS,
  filterPermissions,
  TaskerError,
  type CreatedTask,
  type OperatorReceipt,
  type TaskFilter,
} from '@tasker/core';
import type { Principal } from '../../access/access-policy';
import { AccessScope } from '../../access/access-scope';
import { assertPermissions } from '../../access/check-access';
import { Caller } from '../../access/principal-of';
import { requestDraft, type SentTask } from '../../api/request-draft';
import { ScopedTasks } from '../../api/scoped-tasks';
import { assertNotMasked } from '../../api/masked-task';
import { TaskBatch } from '../../api/task-batch';
import { TaskDocuments, type TaskDocument, type TaskPart } from '../../api/task-documents';
import { TaskerService } from '../../tasker.service';
import { TaskReader } from '../../tasks/task-reader';
import type { TaskProgress } from '../../tasks/task-views';
import { entityTag, isKnown, versionIn } from '../http/entity-tag';
import { locationOf } from '../http/location';
import { storyOf } from '../http/request-story';
import { Answer } from '../operation/answer';
import { Sent, type Input } from '../operation/input';
import { Operates } from '../operation/operation.decorator';
import { Resource } from '../operation/resource.decorator';
import { REST_LIMITS, type RestLimits } from '../rest-options';
import { batchAnswer, type BatchAnswer } from './batch-answer';
import { CREATE, CREATE_MANY, DESTROY, EDIT, LIST, PROGRESS, SHOW } from './task.operations';

interface ListQuery extends TaskFilter {
  readonly limit?: number;
  readonly cursor?: string;
  readonly order?: 'asc' | 'desc';
  readonly withTotal?: boolean;
  readonly withProgress?: boolean;
  readonly withErrors?: boolean;
}

interface Edits {
  readonly tags?: readonly string[];
  readonly reason?: string | null;
  readonly priority?: number;
}

/** Tasks: search, creation, display, edits. @internal */
@Resource('tasks', 'tasks')
export class TasksController {
  constructor(
    private readonly tasker: TaskerService,
    private readonly reader: TaskReader,
    private readonly scope: AccessScope,
    private readonly tasks: ScopedTasks,
    private readonly batch: TaskBatch,
    private readonly documents: TaskDocuments,
    private readonly mask: DataMask,
    @Inject(REST_LIMITS) private readonly limits: RestLimits,
  ) {}

  @Operates(LIST)
  async list(@Sent() { query }: Input<ListQuery>, @Caller() caller: Principal): Promise<unknown> {
    const { limit, cursor, order, withTotal = false, withProgress, withErrors, ...asked } = query;
    assertPermissions(caller, [...filterPermissions(asked), ...(withErrors ? FAILURE_PERMISSIONS : [])]);
    assertNotMasked(this.mask, asked);
    const filter = this.scope.narrow(caller, asked);
    const page = {
      limit: this.pageSize(limit),
      ...(cursor && { cursor }),
      ...(order && { order }),
      ...(withProgress && { withProgress }),
      ...(withErrors && { withErrors }),
    };
    const [found, total] = await Promise.all([
      this.tasker.list({ ...filter, ...page }),
      withTotal ? this.reader.count(filter) : undefined,
    ]);
    return { ...found, ...(total && { total }) };
  }

  @Operates(CREATE)
  async create(
    @Sent() { body, headers, request }: Input<object, SentTask>,
    @Caller() caller: Principal,
  ): Promise<Answer<Pick<CreatedTask, 'taskId' | 'duplicate'>>> {
    this.scope.assertNamespace(caller, body.namespace);
    assertPermissions(caller, creationPermissions(body));
    const story = { ...storyOf(request), idempotencyKey: headers['Idempotency-Key'] };
    const { taskId, duplicate } = await this.tasker.create(requestDraft(body, caller, story));
    const location = { Location: locationOf(request, taskId) };
    return new Answer({ taskId, duplicate }, duplicate ? {} : { status: 201, headers: location });
  }

  @Operates(CREATE_MANY)
  async createMany(
    @Sent() { body, request }: Input<object, { tasks: readonly SentTask[] }>,
    @Caller() caller: Principal,
  ): Promise<BatchAnswer> {
    const most = this.limits.batchSize;
    if (body.tasks.length > most) throw tooMuch('tasks', `must have at most ${most} entries`);
    const story = storyOf(request);
    return batchAnswer(await this.batch.create(body.tasks, caller, story), story.correlationId);
  }

  @Operates(PROGRESS)
  async progress(
    @Sent() { body }: Input<object, { ids: readonly string[] }>,
    @Caller() caller: Principal,
  ): Promise<{ tasks: TaskProgress[] }> {
    const { namespaces } = caller;
    const found = await this.reader.progress(body.ids, namespaces === '*' ? null : namespaces);
    const ids = found.map(({ taskId }) => taskId);
    const open = new Set(await this.scope.openTasks(caller, ids));
    return { tasks: found.filter(({ taskId }) => open.has(taskId)) };
  }

  @Operates(SHOW)
  async show(
    @Sent() { params, query, headers }: Input<{ include?: readonly TaskPart[] }>,
    @Caller() caller: Principal,
  ): Promise<Answer<TaskDocument | undefined>> {
    const task = await this.documents.show(caller, params['id'] ?? '', query.include ?? []);
    const tag = entityTag(task.lockVersion, task);
    const known = isKnown(headers['If-None-Match'], tag);
    return new Answer(known ? undefined : task, { ...(known && { status: 304 }), headers: { ETag: tag } });
  }

  @Operates(EDIT)
  edit(
    @Sent() { params: { id = '' }, body, headers }: Input<object, Edits>,
    @Caller() caller: Principal,
  ): Promise<OperatorReceipt> {
    const { tags, reason: taskReason, priority } = body;
    const ifVersion = versionIn(headers['If-Match']);
    const texts = { ...(tags && { tags }), ...(taskReason !== undefined && { taskReason }) };
    const command = { verb: 'edit', ...texts, ...(priority !== undefined && { priority }) } as const;
    return this.tasks.act(caller, id, command, { ifVersion });
  }

  @Operates(DESTROY)
  destroy(
    @Sent() { params: { id = '' }, query, headers }: Input<{ reason?: string }>,
    @Caller() caller: Principal,
  ): Promise<OperatorReceipt> {
    const details = { reason: query.reason, ifVersion: versionIn(headers['If-Match']) };
    return this.tasks.act(caller, id, { verb: 'cancel' }, details);
  }

  private pageSize(limit = Math.min(50, this.limits.pageSize)): number {
    if (limit <= this.limits.pageSize) return limit;
    throw tooMuch('limit', `must be <= ${this.limits.pageSize}`);
  }
}

const tooMuch = (path: string, message: string): TaskerError =>
  new TaskerError('TSK_REQUEST_INVALID', 'The request is invalid.', { details: [{ path, message }] });
