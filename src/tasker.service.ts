import { Injectable } from '@nestjs/common';
import {
  isTaskFinished,
  TaskerError,
  type CreatedTask,
  type DefinedTask,
  type OperatorAct,
  type OperatorCommand,
  type OperatorReceipt,
  type RunningOption,
  type StepPauseTarget,
  type TaskRequest,
} from '@tasker/core';
import type { NewAnnotation, StepPauseReceipt, TaskAnnotation } from '@tasker/postgres';
import type { EntityManager } from 'typeorm';
import { TaskOperator } from './operator/task-operator';
import { FinishWatch } from './tasks/finish-watch';
import { TaskCreator, type Creation } from './tasks/task-creator';
import { TaskReader } from './tasks/task-reader';
import type { TaskDetail, TaskHistory, TaskPage, TaskQuery } from './tasks/task-views';
import { withinLimits, type WaitOptions } from './tasks/within-limits';
import { isBuiltTask } from './templates/template-source';

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
export class TaskerService {
  constructor(
    private readonly creator: TaskCreator,
    private readonly reader: TaskReader,
    private readonly watch: FinishWatch,
    private readonly operator: TaskOperator,
  ) {}

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
   * Creates thousands at once, in few statements, each all or nothing. Nothing is written when one request is invalid.
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
   * @throws {TaskerError} TSK_TASK_NOT_FOUND
   * @throws {DOMException} TimeoutError after `timeoutMs`; or the reason of `signal`
   */
  async waitFor(id: string, limits: WaitOptions = {}): Promise<TaskDetail> {
    // Watched before it is looked at: an end in between would otherwise wait for the poll.
    const watched = this.watch.watch(id);
    try {
      const task = await this.get(id);
      if (isTaskFinished(task.state)) return task;
      await withinLimits(watched.finished, limits);
      return await this.get(id);
    } finally {
      watched.stop();
    }
  }

  /**
   * Any verb as data; the methods below are the same, one by one.
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

  /** See {@link TaskOperator.pauseStep}: starts a step of a template nowhere any more. */
  pauseStep(target: StepPauseTarget, act: OperatorAct): Promise<StepPauseReceipt> {
    return this.operator.pauseStep(target, act);
  }

  resumeStep(target: StepPauseTarget, act: OperatorAct): Promise<StepPauseReceipt> {
    return this.operator.resumeStep(target, act);
  }

  /** Ends the task and all its steps; running handlers are aborted, or may finish. */
  cancel(id: string, { running, ...act }: OperatorAct & RunningOption): Promise<OperatorReceipt> {
    return this.act(id, { verb: 'cancel', ...(running && { running }) }, act);
  }

  /** Runs all failed steps again, each with a fresh budget of attempts; reopens a task that had ended in error. */
  retry(id: string, act: OperatorAct): Promise<OperatorReceipt> {
    return this.act(id, { verb: 'retry' }, act);
  }

  /** Runs a step and everything after it again, with other inputs if given; earlier results are kept. */
  rerun(id: string, step: string, act: OperatorAct, inputs?: Record<string, unknown>): Promise<OperatorReceipt> {
    return this.act(id, { verb: 'rerun', step, ...(inputs && { inputs }) }, act);
  }

  /** Declares the task done by other means; what has not ended is cancelled. */
  resolve(id: string, act: OperatorAct): Promise<OperatorReceipt> {
    return this.act(id, { verb: 'resolve' }, act);
  }

  /** Starts nothing more of the task; running handlers finish, or are aborted without spending the attempt. */
  pause(id: string, { running, ...act }: OperatorAct & RunningOption): Promise<OperatorReceipt> {
    return this.act(id, { verb: 'pause', ...(running && { running }) }, act);
  }

  resume(id: string, act: OperatorAct): Promise<OperatorReceipt> {
    return this.act(id, { verb: 'resume' }, act);
  }

  /** @param priority -100 to 100; higher first. What waits in the queue moves at once. */
  setPriority(id: string, priority: number, act: OperatorAct): Promise<OperatorReceipt> {
    return this.act(id, { verb: 'set_priority', priority }, act);
  }

  retryStep(id: string, step: string, act: OperatorAct): Promise<OperatorReceipt> {
    return this.act(id, { verb: 'retry_step', step }, act);
  }

  /** Its dependents can never run then; the rest of the task goes on and ends in error. */
  cancelStep(id: string, step: string, act: OperatorAct): Promise<OperatorReceipt> {
    return this.act(id, { verb: 'cancel_step', step }, act);
  }

  /** Its dependents run without its result. `force`: also when the template does not say `skippable`. */
  skipStep(id: string, step: string, { force, ...act }: OperatorAct & { force?: boolean }): Promise<OperatorReceipt> {
    return this.act(id, { verb: 'skip_step', step, ...(force !== undefined && { force }) }, act);
  }

  /** Its dependents run and read the result given here. */
  resolveStep(id: string, step: string, result: unknown, act: OperatorAct): Promise<OperatorReceipt> {
    return this.act(id, { verb: 'resolve_step', step, result }, act);
  }

  /** Fields of the context that this step alone shall see with other values; null takes all edits back. */
  editInputs(
    id: string,
    step: string,
    inputs: Record<string, unknown> | null,
    act: OperatorAct,
  ): Promise<OperatorReceipt> {
    return this.act(id, { verb: 'edit_inputs', step, inputs }, act);
  }
}

function unknownTask(id: string): never {
  throw new TaskerError('TSK_TASK_NOT_FOUND', `There is no task ${id}.`, { data: { taskId: id } });
}
