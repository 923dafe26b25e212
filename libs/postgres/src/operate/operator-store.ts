import {
  checkCommand,
  COMMAND_LIMITS,
  compileContextValidator,
  isTaskId,
  TaskerError,
  type CommandLimits,
  type OperatorAct,
  type OperatorCommand,
  type StepPause,
  type StepPauseTarget,
  type TaskPlan,
} from '@tasker/core';
import type { ClientBase } from 'pg';
import type { Lender } from '../database/lender';
import type { TaskerDatabase } from '../database/tasker-database';
import { actMany, type ActDeps, type ActOutcome } from './act-many';
import { findPauses, pauseStep, resumeStep, type StepPauseReceipt } from './step-pauses';
import {
  annotate,
  checkAnnotationPage,
  findAnnotations,
  type AnnotatedTask,
  type AnnotationPage,
  type NewAnnotation,
  type TaskAnnotation,
} from './task-annotations';

/**
 * What operators do, on PostgreSQL, without Nest: each act is one transaction that locks, decides and writes.
 *
 * @public
 */
export class OperatorStore {
  private readonly deps: ActDeps;

  /**
   * @param plan finds the compiled template of a task, as `PostgresEngineStore.loadPlan` does
   * @param lender who lends the connections: the pool, or its background lane
   * @param limits how large inputs, and results given by hand, may be
   */
  constructor(
    private readonly database: TaskerDatabase,
    private readonly plan: (templateId: number) => TaskPlan | Promise<TaskPlan>,
    private readonly lender: Lender = database.pool,
    private readonly limits: CommandLimits = COMMAND_LIMITS,
  ) {
    const { statements, channel } = database;
    this.deps = { statements, channel, plan, now: () => Date.now() };
  }

  /**
   * Applies a command to one task.
   *
   * @throws {TaskerError} TSK_REQUEST_INVALID, TSK_CONTEXT_INVALID (inputs), TSK_TASK_NOT_FOUND, TSK_STEP_NOT_FOUND,
   *   TSK_STATE_REFUSED with `data.legal`, TSK_VERSION_CONFLICT, TSK_SATURATED, TSK_DATABASE_UNAVAILABLE: it may have happened, and repeating it is safe
   */
  async act(
    taskId: string,
    command: OperatorCommand,
    act: OperatorAct,
  ): Promise<Extract<ActOutcome, { receipt: unknown }>> {
    checkCommand(command, act, this.limits);
    if (!isTaskId(taskId)) throw noTask(taskId);
    await this.checkInputs(taskId, command);
    return this.transaction(async (client) => {
      const [outcome] = await this.actMany(client, [taskId], command, act);
      if (!outcome) throw noTask(taskId);
      // Inside, so that a refusal leaves nothing behind.
      if ('refused' in outcome) throw outcome.refused;
      return outcome;
    });
  }

  /**
   * The same for many, inside the caller's transaction. The command must have been checked. A lock that is not free soon
   * fails the transaction: run it through `transaction`, which tries again.
   *
   * @returns in the order of the ids; a task that is refused does not keep the others from being changed
   */
  actMany(
    client: ClientBase,
    taskIds: readonly string[],
    command: OperatorCommand,
    act: OperatorAct,
  ): Promise<ActOutcome[]> {
    return actMany(client, this.deps, taskIds, command, act);
  }

  /**
   * Runs `work` in a transaction of its own; again, from its beginning, when it lost a race for rows.
   *
   * @throws {TaskerError} TSK_SATURATED when no connection or the rows do not become free; TSK_DATABASE_UNAVAILABLE
   */
  transaction<T>(work: (client: ClientBase) => Promise<T>): Promise<T> {
    return this.lender.transaction(work);
  }

  /** @throws {TaskerError} TSK_TEMPLATE_NOT_FOUND when no such step is registered */
  pauseStep(target: StepPauseTarget, act: OperatorAct): Promise<StepPauseReceipt> {
    checkAct(act);
    return this.transaction((client) => pauseStep(client, this.deps, target, act));
  }

  /** What waits for the step is queued again, in the same transaction. */
  resumeStep(target: StepPauseTarget, act: OperatorAct): Promise<StepPauseReceipt> {
    checkAct(act);
    return this.transaction((client) => resumeStep(client, this.deps, target));
  }

  /**
   * By namespace, name and step.
   *
   * @param namespaces of which; default all
   * @param most so many at most. Default 1,000
   */
  pausedSteps(namespaces: readonly string[] | null = null, most = LISTED_PAUSES): Promise<StepPause[]> {
    return this.transaction((client) => findPauses(client, this.database.statements, namespaces, most));
  }

  /** @throws {TaskerError} TSK_REQUEST_INVALID, TSK_TASK_NOT_FOUND */
  async annotate(taskId: string, annotation: NewAnnotation, act: OperatorAct): Promise<AnnotatedTask> {
    checkAct(act);
    if (!isTaskId(taskId)) throw noTask(taskId);
    const made = await this.transaction((client) =>
      annotate(client, this.database.statements, taskId, annotation, act),
    );
    if (!made) throw noTask(taskId);
    return made;
  }

  /**
   * Oldest first, at most 100 unless the page says otherwise; empty also for a task that does not exist.
   *
   * @throws {TaskerError} TSK_REQUEST_INVALID
   */
  async annotations(taskId: string, page?: AnnotationPage): Promise<TaskAnnotation[]> {
    checkAnnotationPage(page);
    return isTaskId(taskId)
      ? this.transaction((client) => findAnnotations(client, this.database.statements, taskId, page))
      : [];
  }

  /**
   * Asks a worker to take no more steps; it learns so with its next heartbeat and finishes what it has.
   *
   * @throws {TaskerError} TSK_WORKER_NOT_FOUND
   */
  async drainWorker(workerId: number): Promise<void> {
    const { rowCount } = await this.transaction((client) =>
      client.query(this.database.statements.get('operate/drain-worker'), [workerId]),
    );
    if (rowCount === 0) throw new TaskerError('TSK_WORKER_NOT_FOUND', `There is no live worker ${workerId}.`);
  }

  /** A context never changes, so what the step will see can be checked before anything is locked. */
  private async checkInputs(taskId: string, command: OperatorCommand): Promise<void> {
    if ((command.verb !== 'edit_inputs' && command.verb !== 'rerun') || !command.inputs) return;
    const { rows } = await this.transaction((client) =>
      client.query<{ template_id: number; context: Record<string, unknown> }>(
        this.database.statements.get('operate/task-context'),
        [taskId],
      ),
    );
    const [row] = rows;
    if (!row) throw noTask(taskId);
    const { definition } = await this.plan(row.template_id);
    compileContextValidator(definition.contextSchema)({ ...row.context, ...command.inputs });
  }
}

const LISTED_PAUSES = 1_000;

/** An act needs no command to be checked with. */
const checkAct = (act: OperatorAct): void => checkCommand({ verb: 'resume' }, act);

const noTask = (taskId: string): TaskerError =>
  new TaskerError('TSK_TASK_NOT_FOUND', `There is no task ${taskId}.`, { data: { taskId } });
