import { TaskerError } from '../errors/tasker-error';
import type { EventBus } from '../events/event-bus';
import type { HandlerRegistry } from '../handler/handler-registry';
import { systemClock, type Clock } from '../ports/clock';
import type { EngineStore } from '../ports/engine-store';
import type { CreatedTask } from '../ports/task-creation';
import type { PlanCache } from '../plans/plan-cache';
import { Creator, publishCreated, type TaskDraft } from './creator';
import type { EngineLog } from './engine-log';
import type { EngineOptions } from './engine-options';
import type { StepSurroundings } from './step-scope';
import { Worker } from './worker';

/** What an engine is made of. @public */
export interface EngineDeps {
  readonly store: EngineStore;
  readonly plans: PlanCache;
  readonly handlers: HandlerRegistry;
  readonly events: EventBus;
  readonly log: EngineLog;
  readonly surroundings: StepSurroundings;
  readonly options: EngineOptions;
  readonly clock?: Clock;
  /** 0 (inclusive) to 1 (exclusive); for jitter. */
  readonly random?: () => number;
}

/**
 * Tasker's engine in one process: creates tasks and, unless the role is `api`, runs their steps.
 *
 * @public
 */
export class Engine {
  private readonly creator: Creator;
  private readonly worker: Worker | undefined;
  private started = false;
  private closed = false;

  constructor(private readonly deps: EngineDeps) {
    const {
      store,
      plans,
      events,
      handlers,
      log,
      surroundings,
      options,
      clock = systemClock,
      random = Math.random,
    } = deps;
    const isCreating = (): boolean => this.creator.isClaiming;
    if (options.role !== 'api') {
      this.worker = new Worker({
        store,
        handlers,
        events,
        clock,
        random,
        log,
        surroundings,
        options,
        plan: (templateId) => plans.plan(templateId),
        isCreating,
      });
    }
    this.creator = new Creator({
      ...{ store, events },
      workerId: () => this.worker?.workerId ?? null,
      reserve: (own, position) => {
        const step = own.steps[position];
        return step !== undefined && this.worker !== undefined && this.worker.dispatcher.reserve(step);
      },
      unreserve: (places) => this.worker?.dispatcher.unreserve(places),
      takeUp: (claimed) => this.worker?.dispatcher.takeUp(claimed) ?? Promise.resolve(),
      queued: (count, priority) => this.queued(count, priority),
      failed: (error) => this.worker?.failed(error),
    });
  }

  /** Id of this process's worker; null in role `api` and before `start`. */
  get workerId(): number | null {
    return this.started ? (this.worker?.workerId ?? null) : null;
  }

  async start(): Promise<void> {
    await this.worker?.start();
    this.started = true;
  }

  /** Takes no new steps; what runs goes on. */
  stopClaiming(): void {
    this.worker?.stopClaiming();
  }

  /** Finishes what runs within `graceMs`, then aborts and gives it back without spending the attempt. */
  async drain(graceMs: number): Promise<void> {
    await this.worker?.drain(graceMs);
  }

  /** Refuses creations from now on; call it before the store closes. */
  close(): void {
    this.closed = true;
  }

  /** @throws {TaskerError} TSK_SHUTTING_DOWN after `close`; TSK_DATABASE_UNAVAILABLE */
  async create(draft: TaskDraft): Promise<CreatedTask> {
    if (this.closed) throw new TaskerError('TSK_SHUTTING_DOWN', 'This process creates no more tasks.');
    return this.creator.create(draft);
  }

  /** In the order of the drafts. Written in batches, each all or nothing. */
  createMany(drafts: readonly TaskDraft[]): Promise<CreatedTask[]> {
    return Promise.all(drafts.map((draft) => this.create(draft)));
  }

  /** For tasks created inside somebody else's transaction, once that has committed. */
  committed(draft: TaskDraft, created: CreatedTask): void {
    if (created.duplicate) return;
    const roots = draft.plan.roots.map((position) => ({ position, lane: 0, mine: false }));
    publishCreated(this.deps.events, draft, created, roots);
    this.worker?.dispatcher.wake(draft.task.priority);
  }

  private queued(count: number, priority: number): void {
    if (this.worker) this.worker.queued(count, priority);
    else this.deps.store.announce({ count, priority });
  }
}
