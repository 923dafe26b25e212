import { AsyncHome } from '../async/async-home';
import type { DataMask } from '../data/data-mask';
import { TaskerError } from '../errors/tasker-error';
import type { EventBus } from '../events/event-bus';
import type { HandlerRegistry } from '../handler/handler-registry';
import { systemClock, type Clock } from '../ports/clock';
import type { LiveEnvironment } from '../rules/template/live-values';
import type { PlanCache } from '../plans/plan-cache';
import type { EngineStore } from '../ports/engine-store';
import type { CreatedTask } from '../ports/task-creation';
import type { SentSignal } from '../rules/wait/signal-receipt';
import type { NewSignal } from '../rules/wait/check-signal';
import { Creator, publishCreated } from './create/creator';
import { QueueOnly } from './create/root-taker';
import { SignalSender } from './signal/signal-sender';
import { queuedTask, type TaskDraft } from './create/task-draft';
import type { EngineLog } from './engine-log';
import type { EngineOptions } from './engine-options';
import type { StepSurroundings } from './run/step-scope';
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
  /** Values of `$env{…}` in the configuration of steps. Default: none is set. */
  readonly env?: LiveEnvironment;
  /** What failures must not tell of the contexts. Default: they are kept as they are. */
  readonly mask?: DataMask | undefined;
  readonly clock?: Clock;
  /** 0 (inclusive) to 1 (exclusive); for jitter. */
  readonly random?: () => number;
}

/**
 * Tasker's engine in one process: creates tasks and, unless the role is `api`, runs their steps. It works in the async
 * context in which it was made: that of a caller ends at each of its methods.
 *
 * @public
 */
export class Engine {
  private readonly home = new AsyncHome();
  private readonly creator: Creator;
  private readonly signals: SignalSender;
  private readonly roots: Worker | QueueOnly;
  private readonly worker: Worker | undefined;
  private started = false;
  private closed = false;

  constructor(private readonly deps: EngineDeps) {
    const { store, plans, events, handlers, log, surroundings, options } = deps;
    const { clock = systemClock, random = Math.random, env = {}, mask } = deps;
    if (options.role !== 'api') {
      this.worker = new Worker({
        ...{ store, handlers, events, clock, random, log, surroundings, options, plans, env, mask },
        home: this.home,
      });
    }
    store.onLoss((loss) => {
      if (loss.rewound) plans.forget();
      this.worker?.disconnected(loss);
    });
    const roots = this.worker ?? new QueueOnly(store);
    this.roots = roots;
    this.creator = new Creator({ store, events, roots });
    this.signals = new SignalSender({ store, events, roots, keptSignals: options.keptSignals });
  }

  /** Id of this process's worker; null in role `api` and before `start`. */
  get workerId(): number | null {
    return this.started ? (this.worker?.workerId ?? null) : null;
  }

  /** Whether steps of the task are in this process's hands: it may end here. */
  holds(taskId: string): boolean {
    return this.worker?.holds(taskId) ?? false;
  }

  async start(): Promise<void> {
    await this.home.run(() => this.worker?.start());
    this.started = true;
  }

  /** Templates were registered after `start`: there may be queues for them that nobody looks into yet. */
  async templatesAdded(): Promise<void> {
    await this.worker?.refresh();
  }

  /** Takes no new steps; what runs goes on. */
  stopClaiming(): void {
    this.home.run(() => this.worker?.stopClaiming());
  }

  /** Finishes what runs within `graceMs`, then aborts and gives it back without spending the attempt. */
  async drain(graceMs: number): Promise<void> {
    await this.home.run(() => this.worker?.drain(graceMs));
  }

  /** Refuses creations from now on; call it before the store closes. */
  close(): void {
    this.closed = true;
  }

  /** @throws {TaskerError} TSK_SHUTTING_DOWN after `close`; TSK_DATABASE_UNAVAILABLE */
  async create(draft: TaskDraft): Promise<CreatedTask> {
    this.assertOpen();
    return this.home.run(() => this.creator.create(draft));
  }

  /**
   * In statements of at most 500, each all or nothing; up to 500 drafts go in one.
   *
   * @returns in the order of the drafts
   * @throws {TaskerError} as `create`; of several statements, some may have created their tasks
   */
  async createMany(drafts: readonly TaskDraft[]): Promise<CreatedTask[]> {
    this.assertOpen();
    return this.home.run(() => this.creator.createMany(drafts));
  }

  /**
   * Each draft for itself: those that the database refuses keep none of the others from being created.
   *
   * @returns in the order of the drafts
   */
  async createEach(drafts: readonly TaskDraft[]): Promise<PromiseSettledResult<CreatedTask>[]> {
    this.assertOpen();
    return this.home.run(() => this.creator.createEach(drafts));
  }

  /**
   * Sends a signal, after those before it.
   *
   * @throws {TaskerError} TSK_SHUTTING_DOWN after `close`; TSK_DATABASE_UNAVAILABLE: it may have been sent
   */
  async signal(signal: NewSignal): Promise<SentSignal> {
    this.assertOpen();
    return this.home.run(() => this.signals.send(signal));
  }

  /** Steps were queued by something that this engine did not do, such as a decision. */
  queued(count: number): void {
    this.home.run(() => this.roots.queued(count, 0));
  }

  /** For tasks created inside somebody else's transaction, once that has committed. */
  committed(draft: TaskDraft, created: CreatedTask): void {
    if (created.duplicate) return;
    publishCreated(this.deps.events, draft, created, queuedTask(draft).roots);
    this.home.run(() => this.worker?.wake(draft.task.priority));
  }

  private assertOpen(): void {
    if (this.closed) throw new TaskerError('TSK_SHUTTING_DOWN', 'This process creates no more tasks.');
  }
}
