import { Inject, Injectable } from '@nestjs/common';
import {
  EventBus,
  PlanCache,
  TaskEndings,
  type OperatorAct,
  type OperatorCommand,
  type OperatorReceipt,
  type StepPause,
  type StepPauseTarget,
} from '@tasker/core';
import {
  OperatorStore,
  type ActOutcome,
  type AnnotationPage,
  type NewAnnotation,
  type StepPauseReceipt,
  type TaskAnnotation,
} from '@tasker/postgres';
import { TASKER_OPERATOR_STORE } from '../tasker.constants';
import { publishAct } from './act-events';

/**
 * Everything operators can do to tasks and steps; each act is one transaction, audited with actor and reason, and its
 * events are published after it has committed. Applications call it through `TaskerService`.
 *
 * @internal
 */
@Injectable()
export class TaskOperator {
  constructor(
    @Inject(TASKER_OPERATOR_STORE) private readonly store: OperatorStore,
    private readonly plans: PlanCache,
    private readonly events: EventBus,
    private readonly endings: TaskEndings,
  ) {}

  /** See {@link OperatorStore.act} for what it throws. */
  async act(taskId: string, command: OperatorCommand, act: OperatorAct): Promise<OperatorReceipt> {
    const outcome = await this.store.act(taskId, command, act);
    await this.publish([outcome], command, act);
    return outcome.receipt;
  }

  /** Publishes the events of acts that committed elsewhere, such as those of a bulk operation. */
  async publish(outcomes: readonly ActOutcome[], command: OperatorCommand, act: OperatorAct): Promise<void> {
    for (const outcome of outcomes) {
      if (!('receipt' in outcome)) continue;
      publishAct(this.events, this.endings, await this.plans.plan(outcome.task.templateId), outcome, command, act);
    }
  }

  /**
   * Starts a step of a template nowhere any more, until it is resumed; attempts that run go on.
   *
   * @throws {TaskerError} TSK_TEMPLATE_NOT_FOUND when no such step is registered
   */
  async pauseStep(target: StepPauseTarget, act: OperatorAct): Promise<StepPauseReceipt> {
    const receipt = await this.store.pauseStep(target, act);
    if (receipt.changed) this.events.publish('step.paused', pauseEvent(target, act, receipt.at));
    return receipt;
  }

  /** Lets it go on; what was held back is queued again. */
  async resumeStep(target: StepPauseTarget, act: OperatorAct): Promise<StepPauseReceipt> {
    const receipt = await this.store.resumeStep(target, act);
    if (receipt.changed) this.events.publish('step.resumed', pauseEvent(target, act, receipt.at));
    return receipt;
  }

  /**
   * By namespace, name and step.
   *
   * @param namespaces of which; default all
   * @param most so many at most. Default 1,000
   */
  pausedSteps(namespaces: readonly string[] | null = null, most?: number): Promise<StepPause[]> {
    return this.store.pausedSteps(namespaces, most);
  }

  /** @throws {TaskerError} TSK_REQUEST_INVALID, TSK_TASK_NOT_FOUND */
  async annotate(taskId: string, annotation: NewAnnotation, act: OperatorAct): Promise<TaskAnnotation> {
    const { made, task } = await this.store.annotate(taskId, annotation, act);
    const plan = await this.plans.plan(task.templateId);
    const { namespace, name, version } = plan.definition;
    this.events.publish('task.annotated', {
      ...{ taskId, namespace, task: name, version, correlationId: task.correlationId, at: made.createdAt.getTime() },
      ...{ actor: act.actor, reason: act.reason ?? null, type: made.type },
    });
    return made;
  }

  /** Oldest first; empty also for a task that does not exist. */
  annotations(taskId: string, page?: AnnotationPage): Promise<TaskAnnotation[]> {
    return this.store.annotations(taskId, page);
  }

  /**
   * Asks a worker to take no more steps and to finish what it has; it hears of it with its next heartbeat.
   *
   * @throws {TaskerError} TSK_WORKER_NOT_FOUND
   */
  drainWorker(workerId: number): Promise<void> {
    return this.store.drainWorker(workerId);
  }
}

const pauseEvent = ({ namespace, name, version, step }: StepPauseTarget, act: OperatorAct, at: number) => ({
  ...{ namespace, task: name, version: version ?? null, step, at },
  ...{ actor: act.actor, reason: act.reason ?? null },
});
