import type { EventBus } from '../events/event-bus';
import type { TaskEnd, TaskEventBase } from '../events/event-catalogue';
import type { EngineStore, TaskEnding } from '../ports/engine-store';
import type { TaskPlan } from '../rules/template/task-plan';
import { stepName } from './engine-events';

/** Read in one statement. */
const AT_ONCE = 200;
/** Ends that wait to be read; one more is told without its numbers, for memory has an end, too. */
const MOST_WAITING = 10_000;

/** Name of the event that tells how a task ended by itself. */
export type EndEvent = 'task.completed' | 'task.failed';

interface EndedTask {
  readonly name: EndEvent;
  readonly base: TaskEventBase;
  readonly plan: TaskPlan;
}

/**
 * Tells the ends of tasks. What goes with the end of one that failed (counts, the error) is no worker's to know, since any
 * of them may have run the steps: it is read, but only where somebody listens who wants more than the end itself.
 *
 * @public
 */
export class TaskEndings {
  private readonly waiting: EndedTask[] = [];
  private isReading = false;

  constructor(
    private readonly store: Pick<EngineStore, 'taskEndings'>,
    private readonly events: EventBus,
  ) {}

  /** Nothing is left to be told. */
  get isIdle(): boolean {
    return !this.isReading;
  }

  /** @param requestedAt when the task was requested, where that is known: then a completed task is told at once */
  tell(name: EndEvent, base: TaskEventBase, plan: TaskPlan, requestedAt?: number): void {
    this.events.publishEnd(name, base);
    if (!this.events.wants(name)) return;
    if (name === 'task.completed' && requestedAt !== undefined) {
      return this.events.publish(name, completeEnd(base, plan, requestedAt));
    }
    if (this.waiting.length >= MOST_WAITING) return this.publish({ name, base, plan }, undefined);
    this.waiting.push({ name, base, plan });
    if (!this.isReading) void this.read();
  }

  private async read(): Promise<void> {
    this.isReading = true;
    // Those of one settlement go together.
    await Promise.resolve();
    while (this.waiting.length > 0) {
      const tasks = this.waiting.splice(0, AT_ONCE);
      // That a task has ended is worth telling, whatever cannot be read now.
      const found = await this.store.taskEndings(tasks.map(({ base }) => base.taskId)).catch(() => []);
      const byId = new Map(found.map((ending) => [ending.taskId, ending]));
      for (const task of tasks) this.publish(task, byId.get(task.base.taskId));
    }
    this.isReading = false;
  }

  private publish({ name, base, plan }: EndedTask, ending: TaskEnding | undefined): void {
    const end = { ...base, ...endOf(plan, ending) };
    if (name === 'task.completed') return this.events.publish(name, end);
    const last = ending?.lastFailure;
    const failure = last ? { step: stepName(plan, last.position), attempt: last.attempt, error: last.error } : null;
    this.events.publish(name, { ...end, failure });
  }
}

/** Of a task that is complete every step is satisfied: nothing has to be read. Written out, not spread, as step events are. */
function completeEnd(base: TaskEventBase, plan: TaskPlan, requestedAt: number): TaskEventBase & TaskEnd {
  const { taskId, namespace, task, version, correlationId, at } = base;
  const total = plan.steps.length;
  const durationMs = Math.max(0, Math.round(at - requestedAt));
  const steps = { total, completed: total, failed: 0, pending: 0 };
  return { taskId, namespace, task, version, correlationId, at, durationMs, steps };
}

function endOf(plan: TaskPlan, ending: TaskEnding | undefined): TaskEnd {
  if (!ending) return { durationMs: null, steps: null };
  const { durationMs, completed, failed } = ending;
  const total = plan.steps.length;
  return { durationMs, steps: { total, completed, failed, pending: Math.max(0, total - completed - failed) } };
}
