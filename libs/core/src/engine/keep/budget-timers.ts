import type { EventBus } from '../../events/event-bus';
import type { PlanCache } from '../../plans/plan-cache';
import type { Clock } from '../../ports/clock';
import type { EngineStore, ExpiredSteps } from '../../ports/engine-store';
import { stepName, taskEvent } from '../engine-events';
import type { EngineLog } from '../engine-log';
import { Loop } from '../loop/loop';
import type { TaskEndings } from '../task-endings';
import type { WorkerHost } from '../worker-host';

/** Most timers fired by one transaction. */
const FIRE_BATCH = 50;

export interface BudgetTimersDeps {
  readonly store: Pick<EngineStore, 'fireTimers'>;
  readonly clock: Clock;
  readonly events: EventBus;
  readonly log: EngineLog;
  readonly plans: PlanCache;
  readonly endings: TaskEndings;
  readonly host: WorkerHost;
  readonly pollMs: number;
  /** Whether there are templates that have timers. */
  readonly areNeeded: () => boolean;
}

/** Ends steps and tasks whose time is over: by a timer for the next one that is due, and by polling for others'. */
export class BudgetTimers {
  private readonly loop: Loop;

  constructor(private readonly deps: BudgetTimersDeps) {
    const { clock, host, pollMs } = deps;
    const [turn, failed] = [() => this.fire(), (error: unknown) => host.failed(error)];
    this.loop = new Loop(clock, { everyMs: pollMs, turn, failed });
  }

  start(): void {
    this.loop.start(0);
  }

  stop(): void {
    this.loop.stop();
  }

  private async fire(): Promise<void> {
    const { store, plans, host, areNeeded } = this.deps;
    if (!areNeeded()) return;
    const fired = await store.fireTimers(FIRE_BATCH, (templateId) => plans.plan(templateId));
    if (fired.nextDueMs !== null) this.loop.wakeIn(fired.nextDueMs);
    for (const task of fired.expired) await this.tell(task).catch((error: unknown) => host.failed(error));
  }

  private async tell({ taskId, templateId, correlationId, steps, ended, at }: ExpiredSteps): Promise<void> {
    const { plans, events, endings, log } = this.deps;
    const plan = await plans.plan(templateId);
    const task = taskEvent(taskId, correlationId, plan, at);
    for (const { position, attempt, error } of steps) {
      const step = stepName(plan, position);
      log.warn(`Step ${step} failed (${error.kind}): ${error.message}; it is final.`, { taskId, step, attempt });
      events.publish('step.failed', { ...task, step, attempt, workerId: null, error, final: true, durationMs: 0 });
    }
    if (ended !== null) endings.tell(ended === 'complete' ? 'task.completed' : 'task.failed', task, plan);
  }
}
