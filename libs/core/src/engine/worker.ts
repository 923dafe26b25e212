import { hostname } from 'node:os';
import type { EventBus } from '../events/event-bus';
import type { HandlerRegistry } from '../handler/handler-registry';
import type { Clock } from '../ports/clock';
import type { Announcement, EngineStore, PromotedSteps } from '../ports/engine-store';
import { StoreUnavailableError, WorkerLostError } from '../ports/settlement';
import type { TaskPlan } from '../template/task-plan';
import { Dispatcher } from './dispatcher';
import { taskEvent } from './engine-events';
import type { EngineLog } from './engine-log';
import type { EngineOptions } from './engine-options';
import { Hand, type StepInHand } from './hand';
import { LaneTable } from './lane-table';
import { Lease } from './lease';
import { Reconciler } from './reconciler';
import { Recovery } from './recovery';
import { Rescuer } from './rescuer';
import { Scheduler } from './scheduler';
import { SettlementReporter } from './settlement-reporter';
import { Settler } from './settler';
import { StepExecutor } from './step-executor';
import type { StepSurroundings } from './step-scope';
import { wakesFor } from './wake-share';

export interface WorkerDeps {
  readonly store: EngineStore;
  readonly handlers: HandlerRegistry;
  readonly events: EventBus;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: EngineLog;
  readonly surroundings: StepSurroundings;
  readonly options: EngineOptions;
  readonly plan: (templateId: number) => TaskPlan | Promise<TaskPlan>;
  /** True while a creation that claims for this worker is under way. */
  readonly isCreating: () => boolean;
}

/** The half of the engine that runs steps: wires dispatcher, executor, settler, lease, scheduler and rescuer. */
export class Worker {
  readonly dispatcher: Dispatcher;
  private readonly hand = new Hand();
  private readonly lanes: LaneTable;
  private readonly settler: Settler;
  private readonly lease: Lease;
  private readonly scheduler: Scheduler;
  private readonly rescuer: Rescuer;
  private readonly recovery: Recovery;
  private readonly reporter: SettlementReporter;
  private id = 0;
  private share = { rank: 0, workers: 1 };
  private draining = false;

  constructor(private readonly deps: WorkerDeps) {
    const { store, clock, events, log, options, plan, random, handlers, surroundings } = deps;
    const { hand } = this;
    const workerId = () => this.id;
    const failed = (error: unknown) => this.failed(error);
    this.lanes = new LaneTable(handlers, options.queues);
    this.reporter = new SettlementReporter(events, log, workerId);
    const { reporter, lanes } = this;
    const executor = new StepExecutor({ handlers, events, clock, surroundings, workerId, resultBytes: options.resultBytes });
    this.dispatcher = new Dispatcher({
      ...{ store, hand, lanes, clock, workerId, plan, failed },
      concurrency: options.concurrency,
      taken: (steps) => reporter.taken(steps),
      began: (step) => reporter.started(step.task, step.startedAt),
      run: async (step: StepInHand) => this.settler.add(step, await executor.run(step)),
    });
    const { dispatcher } = this;
    this.settler = new Settler({
      ...{ store, hand, dispatcher, reporter, clock, random, workerId, failed },
      connections: options.settleConnections,
      leaseHolds: () => this.lease.holds(),
      rerunIn: (delayMs) => this.scheduler.wakeIn(delayMs),
      queued: (count, priority) => this.queued(count, priority),
    });
    this.lease = new Lease({
      ...{ store, clock, workerId, failed },
      leaseMs: options.leaseMs,
      report: () => this.report(),
      renewed: (answer) => {
        this.share = answer;
        void this.refresh();
      },
      lost: () => this.recovery.startOver(),
    });
    this.scheduler = new Scheduler({
      ...{ store, clock, failed },
      pollMs: options.pollMs,
      polled: () => dispatcher.wake(),
      promoted: (steps) => void this.promoted(steps),
    });
    this.rescuer = new Rescuer({
      ...{ store, clock, events, log, reporter, random, plan, failed },
      requeued: (count, delayMs) => {
        this.queued(count, 0);
        if (delayMs > 0) this.scheduler.wakeIn(delayMs);
      },
    });
    const reconciler = new Reconciler({ store, hand, settler: this.settler, dispatcher, reporter, workerId });
    this.recovery = new Recovery({
      ...{ clock, log, reconciler, settler: this.settler, dispatcher, hand },
      isQuiet: () => !this.settler.isWriting && !dispatcher.isClaiming && !deps.isCreating(),
      register: () => this.register(),
      renew: () => this.lease.renew(),
      openUp: () => this.openUp(),
      settleDownMs: options.leaseMs,
    });
  }

  get workerId(): number {
    return this.id;
  }

  async start(): Promise<void> {
    await this.deps.store.listen((announcement) => this.announced(announcement));
    await this.register();
    this.scheduler.start();
    this.rescuer.start();
  }

  stopClaiming(): void {
    this.draining = true;
    this.dispatcher.close();
    this.scheduler.stop();
    this.rescuer.stop();
    for (const step of this.dispatcher.takeUnstarted()) this.settler.add(step, { kind: 'released' });
  }

  /** Lets running handlers finish for `graceMs`, then aborts them and gives their steps back without spending the attempt. */
  async drain(graceMs: number): Promise<void> {
    this.stopClaiming();
    await this.emptyWithin(graceMs);
    for (const step of this.hand.all()) {
      step.abort?.(new Error('The worker is shutting down.'));
      this.settler.add(step, { kind: 'released' });
    }
    await this.emptyWithin(this.deps.options.leaseMs / 3);
    this.recovery.stop();
    this.lease.end();
    if (this.hand.size > 0) {
      this.deps.log.warn(`${this.hand.size} steps could not be given back; others take them when the lease ends.`);
      return;
    }
    await this.deps.store.retireWorker(this.id).catch((error: unknown) => this.deps.log.warn(`Could not sign off: ${String(error)}`));
  }

  /** Steps were queued by this process: it looks itself and tells the others. */
  queued(count: number, priority: number): void {
    if (count === 0) return;
    this.dispatcher.wake(priority);
    if (this.share.workers > 1 || this.draining) this.deps.store.announce({ count, priority });
  }

  failed(error: unknown): void {
    if (error instanceof WorkerLostError) {
      this.lease.end();
      this.recovery.startOver();
    } else if (error instanceof StoreUnavailableError) this.recovery.reconnect(error);
    else {
      this.deps.log.error(`The engine met an error and goes on: ${error instanceof Error ? error.message : String(error)}`, { error });
      this.deps.clock.after(this.deps.options.pollMs, () => this.dispatcher.wake());
    }
  }

  private async register(): Promise<void> {
    const { store, clock, options } = this.deps;
    this.lanes.update(await store.lanes());
    const grantedAt = clock.monotonic();
    const { name, version, concurrency, leaseMs } = options;
    const lanes = this.lanes.ids();
    this.id = await store.registerWorker({ name, host: hostname(), pid: process.pid, version, concurrency, leaseMs, lanes });
    this.lease.begin(grantedAt);
    // At once, not after a third of the lease: the answer tells how many others there are to wake.
    void this.lease.renew();
    this.openUp();
  }

  private openUp(): void {
    if (!this.draining) this.dispatcher.openUp();
  }

  private async refresh(): Promise<void> {
    try {
      if (this.lanes.update(await this.deps.store.lanes())) this.dispatcher.wake();
    } catch (error) {
      this.failed(error);
    }
  }

  private report() {
    const quiet = !this.dispatcher.isClaiming && !this.deps.isCreating() && !this.recovery.isActive;
    return {
      running: this.dispatcher.active,
      draining: this.draining,
      lanes: this.lanes.ids(),
      minTaskId: quiet ? this.hand.minTaskId() : null,
    };
  }

  private announced(announcement: (Announcement & { ticket: number }) | null): void {
    if (this.draining) return;
    if (!announcement) return this.dispatcher.wake();
    if (wakesFor(announcement, this.share, this.deps.options.concurrency)) this.dispatcher.wake(announcement.priority);
  }

  private async promoted(steps: PromotedSteps): Promise<void> {
    this.queued(steps.promoted.length, 0);
    if (!this.deps.events.wants('step.ready')) return;
    for (const { taskId, position, templateId, correlationId } of steps.promoted) {
      const plan = await this.deps.plan(templateId);
      const step = plan.steps[position]?.name ?? String(position);
      this.deps.events.publish('step.ready', { ...taskEvent(taskId, correlationId, plan, steps.at), step, attempt: 0, workerId: null });
    }
  }

  private async emptyWithin(ms: number): Promise<void> {
    let timer: { cancel(): void } | undefined;
    await Promise.race([this.hand.whenEmpty(), new Promise<void>((resolve) => (timer = this.deps.clock.after(ms, resolve)))]);
    timer?.cancel();
  }
}
