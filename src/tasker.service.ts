import { Injectable } from '@nestjs/common';
import {
  isTaskFinished,
  TaskerError,
  type CreatedTask,
  type DefinedTask,
  type OperatorAct,
  type OperatorCommand,
  type OperatorReceipt,
  type SignalReceipt,
  type SignalRequest,
  type StepPause,
  type StepPauseTarget,
  type TaskRequest,
} from '@tasker/core';
import type { AnnotationPage, NewAnnotation, StepPauseReceipt, TaskAnnotation } from '@tasker/postgres';
import type { EntityManager } from 'typeorm';
import { OperatorVerbs } from './operator/operator-verbs';
import { TaskOperator } from './operator/task-operator';
import { FinishWatch } from './tasks/finish-watch';
import { TaskCreator, type Creation } from './tasks/task-creator';
import { TaskReader } from './tasks/task-reader';
import type { TaskDetail, TaskHistory, TaskPage, TaskProgress, TaskQuery } from './tasks/task-views';
import { withinLimits, type WaitOptions } from './tasks/within-limits';
import { isBuiltTask } from './templates/template-source';
import { TaskApprovals } from './waits/task-approvals';
import { TaskSignals, type SignalOptions } from './waits/task-signals';

/** A request for a task whose template is given by value. @public */
export type DefinedTaskRequest<TContext> = Omit<TaskRequest<TContext>, 'namespace' | 'name' | 'version' | 'context'> & {
  readonly context: TContext;
};

/** How to create. @public */
export interface CreateOptions {
  /** TypeORM's manager of a transaction: the task exists, is announced and emitted only if that commits. */
  readonly manager?: EntityManager;
}

/**
 * What applications inject: creates tasks, tells how they stand, and acts on them. Every verb of an operator is idempotent,
 * refused with TSK_STATE_REFUSED and `data.legal` where it is not possible, and audited with `actor` and `reason`; see
 * {@link TaskerService.act} for all it may throw.
 *
 * @public
 */
@Injectable()
export class TaskerService extends OperatorVerbs {
  constructor(
    private readonly creator: TaskCreator,
    private readonly reader: TaskReader,
    private readonly watch: FinishWatch,
    private readonly operator: TaskOperator,
    private readonly signals: TaskSignals,
    /** Decisions that steps wait for. */
    readonly approvals: TaskApprovals,
  ) {
    super();
  }

  /**
   * Creates a task; when it returns, the task is durable and its first steps are on their way.
   *
   * @throws {TaskerError} TSK_REQUEST_INVALID, TSK_TEMPLATE_NOT_FOUND, TSK_CONTEXT_INVALID, TSK_DUPLICATE_TASK with
   *   `data.taskId`, TSK_DATABASE_UNAVAILABLE: the task may exist, so repeat with an identity
   */
  create(request: TaskRequest, options?: CreateOptions): Promise<CreatedTask>;
  create<TContext, TResults>(
    task: DefinedTask<TContext, TResults>,
    request: DefinedTaskRequest<TContext>,
    options?: CreateOptions,
  ): Promise<CreatedTask>;
  create(
    first: TaskRequest | DefinedTask,
    second: DefinedTaskRequest<unknown> | CreateOptions = {},
    third: CreateOptions = {},
  ): Promise<CreatedTask> {
    if (!isBuiltTask(first)) return this.creator.create(first, (second as CreateOptions).manager);
    const { namespace, name, version } = first.definition;
    return this.creator.create({ ...(second as DefinedTaskRequest<unknown>), namespace, name, version }, third.manager);
  }

  /**
   * Creates thousands at once, in statements of up to 500, each all or nothing: up to 500 requests are created together or
   * not at all. Nothing is written when one request is invalid.
   * A duplicate is answered with the existing task and `duplicate: true`, whatever its request says: to throw would
   * hide the ids of the tasks that were created.
   *
   * @returns in the order of the requests
   * @throws {TaskerError} as `create`, but for TSK_DUPLICATE_TASK
   */
  createMany(requests: readonly TaskRequest[], { manager }: CreateOptions = {}): Promise<CreatedTask[]> {
    return this.creator.createMany(requests, manager);
  }

  /**
   * As `createMany`, but every request is answered for itself: those that are invalid do not keep the others from being
   * created.
   *
   * @returns in the order of the requests: the task, new or existing, or the refusal
   * @throws {TaskerError} TSK_DATABASE_UNAVAILABLE, TSK_SHUTTING_DOWN: any of the tasks may exist
   */
  createEach(requests: readonly TaskRequest[]): Promise<Creation[]> {
    return this.creator.createEach(requests);
  }

  /**
   * Sends a signal to the steps that wait for it: of one task, or of all that wait at a key. When nobody waits it is kept.
   * When it returns, the signal is durable.
   *
   * @throws {TaskerError} TSK_REQUEST_INVALID, TSK_TASK_NOT_FOUND, TSK_STATE_REFUSED when the task has ended,
   *   TSK_SIGNAL_FULL, TSK_DATABASE_UNAVAILABLE: it may have been sent, so repeat with an `id`
   */
  signal(name: string, request: SignalRequest, options?: SignalOptions): Promise<SignalReceipt> {
    return this.signals.send(name, request, options);
  }

  /** The task with all its steps, or null. */
  find(id: string): Promise<TaskDetail | null> {
    return this.reader.find(id);
  }

  /** @throws {TaskerError} TSK_TASK_NOT_FOUND */
  async get(id: string): Promise<TaskDetail> {
    return (await this.reader.find(id)) ?? unknownTask(id);
  }

  /**
   * Newest first.
   *
   * @throws {TaskerError} TSK_REQUEST_INVALID
   */
  list(query: TaskQuery = {}): Promise<TaskPage> {
    return this.reader.list(query);
  }

  /**
   * How far tasks are, up to 500 in one statement: their states, and their steps counted.
   *
   * @returns in the order of the ids, each once; those that do not exist are missing
   * @throws {TaskerError} TSK_REQUEST_INVALID
   */
  progress(ids: readonly string[]): Promise<TaskProgress[]> {
    return this.reader.progress(ids);
  }

  /**
   * Every change of state of the task and of its steps.
   *
   * @throws {TaskerError} TSK_TASK_NOT_FOUND
   */
  async history(id: string): Promise<TaskHistory> {
    return (await this.reader.history(id)) ?? unknownTask(id);
  }

  /**
   * Resolves when the task is finished, in whatever state.
   *
   * @throws {TaskerError} TSK_TASK_NOT_FOUND, TSK_REQUEST_INVALID for a `timeoutMs` that is none, TSK_SHUTTING_DOWN when
   *   the process stops and the task does not end before it has, TSK_DATABASE_UNAVAILABLE
   * @throws {DOMException} TimeoutError after `timeoutMs`; or the reason of `signal`
   */
  async waitFor(id: string, limits: WaitOptions = {}): Promise<TaskDetail> {
    // Watched before it is looked at: an end in between would otherwise wait for the poll.
    const watched = this.watch.watch(id);
    try {
      // The limits hold for everything in it: reading may take long, too.
      return await withinLimits(this.afterEnd(id, watched.finished), limits);
    } finally {
      watched.stop();
    }
  }

  /**
   * Any verb as data; the methods that are called like verbs are the same, one by one.
   *
   * @throws {TaskerError} TSK_REQUEST_INVALID, TSK_CONTEXT_INVALID (inputs), TSK_TASK_NOT_FOUND, TSK_STEP_NOT_FOUND,
   *   TSK_STATE_REFUSED, TSK_VERSION_CONFLICT, TSK_SATURATED, TSK_DATABASE_UNAVAILABLE
   */
  act(id: string, command: OperatorCommand, act: OperatorAct): Promise<OperatorReceipt> {
    return this.operator.act(id, command, act);
  }

  /**
   * Adds a remark of a kind, as JSON.
   *
   * @throws {TaskerError} TSK_REQUEST_INVALID, TSK_TASK_NOT_FOUND
   */
  annotate(id: string, annotation: NewAnnotation, act: OperatorAct): Promise<TaskAnnotation> {
    return this.operator.annotate(id, annotation, act);
  }

  /**
   * Oldest first, at most 100 unless the page says otherwise; empty also for a task that does not exist.
   *
   * @throws {TaskerError} TSK_REQUEST_INVALID
   */
  annotations(id: string, page?: AnnotationPage): Promise<TaskAnnotation[]> {
    return this.operator.annotations(id, page);
  }

  /**
   * Starts a step of a template nowhere any more, until it is resumed; attempts that run go on.
   *
   * @throws {TaskerError} TSK_TEMPLATE_NOT_FOUND when no such step is registered
   */
  pauseStep(target: StepPauseTarget, act: OperatorAct): Promise<StepPauseReceipt> {
    return this.operator.pauseStep(target, act);
  }

  /** Lets it go on; what was held back is queued again. */
  resumeStep(target: StepPauseTarget, act: OperatorAct): Promise<StepPauseReceipt> {
    return this.operator.resumeStep(target, act);
  }

  /** Steps that are paused everywhere, by namespace, name and step; the first thousand of them. */
  pausedSteps(): Promise<StepPause[]> {
    return this.operator.pausedSteps();
  }

  /**
   * Asks a worker to take no more steps and to finish what it has; it hears of it with its next heartbeat.
   *
   * @throws {TaskerError} TSK_WORKER_NOT_FOUND
   */
  drainWorker(workerId: number): Promise<void> {
    return this.operator.drainWorker(workerId);
  }

  private async afterEnd(id: string, finished: Promise<void>): Promise<TaskDetail> {
    const task = await this.get(id);
    if (isTaskFinished(task.state)) return task;
    await finished;
    return this.get(id);
  }
}

function unknownTask(id: string): never {
  throw new TaskerError('TSK_TASK_NOT_FOUND', `There is no task ${id}.`, { data: { taskId: id } });
}
