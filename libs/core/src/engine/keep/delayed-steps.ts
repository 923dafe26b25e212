import type { EventBus } from '../../events/event-bus';
import type { Clock } from '../../ports/clock';
import type { EngineStore, PromotedSteps } from '../../ports/engine-store';
import { stepName, taskEvent } from '../engine-events';
import { Loop } from '../loop/loop';
import type { PlanCache } from '../../plans/plan-cache';
import type { WorkerHost } from '../worker-host';

/** Most delayed steps moved by one statement. */
const PROMOTE_BATCH = 500;

export interface DelayedStepsDeps {
  readonly store: EngineStore;
  readonly clock: Clock;
  readonly events: EventBus;
  readonly plans: PlanCache;
  readonly host: WorkerHost;
  readonly pollMs: number;
}

/**
 * Queues delayed steps when they are due: by a timer set for that moment, and by polling for other workers' steps. With
 * each poll the worker looks at the queue as well, so that work whose announcement got lost is noticed.
 */
export class DelayedSteps {
  private readonly loop: Loop;

  constructor(private readonly deps: DelayedStepsDeps) {
    const { clock, host, pollMs } = deps;
    const [turn, failed] = [() => this.promote(), (error: unknown) => host.failed(error)];
    this.loop = new Loop(clock, { everyMs: pollMs, turn, failed });
  }

  start(): void {
    this.loop.start(0);
  }

  stop(): void {
    this.loop.stop();
  }

  /** A step of this worker is due after this many milliseconds. */
  wakeIn(delayMs: number): void {
    this.loop.wakeIn(delayMs);
  }

  private async promote(): Promise<void> {
    const { store, host } = this.deps;
    host.wake();
    const steps = await store.promoteDelayed(PROMOTE_BATCH);
    if (steps.nextDueMs !== null) this.loop.wakeIn(steps.nextDueMs);
    if (steps.promoted.length === 0) return;
    host.queued(steps.promoted.length, 0);
    void this.publish(steps).catch((error: unknown) => host.failed(error));
  }

  private async publish({ promoted, at }: PromotedSteps): Promise<void> {
    const { events, plans } = this.deps;
    if (!events.wants('step.ready')) return;
    for (const { taskId, position, templateId, correlationId } of promoted) {
      const plan = await plans.plan(templateId);
      const step = stepName(plan, position);
      const task = taskEvent(taskId, correlationId, plan, at);
      events.publish('step.ready', { ...task, step, attempt: 0, workerId: null });
    }
  }
}
