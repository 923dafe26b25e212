import { hostname } from 'node:os';
import { StoreUnavailableError, WorkerLostError } from '../ports/settlement';
import type { Announcement, PromotedSteps } from '../ports/engine-store';
import type { Dispatcher } from './claim/dispatcher';
import { taskEvent } from './engine-events';
import { wakesFor } from './claim/wake-share';
import { wireWorker, type WorkerDeps, type WorkerParts } from './worker-parts';

/** How often a stopping worker looks whether it is done. */
const LOOK_EVERY_MS = 5;

/** The half of the engine that runs steps, from sign-on to sign-off. */
export class Worker {
  private readonly parts: WorkerParts;
  private id = 0;
  private share = { rank: 0, workers: 1, others: 0 };
  private draining = false;

  constructor(private readonly deps: WorkerDeps) {
    this.parts = wireWorker(deps, {
      workerId: () => this.id,
      failed: (error) => this.failed(error),
      queued: (count, priority, foreign) => this.queued(count, priority, foreign),
      promoted: (steps) => void this.promoted(steps).catch((error: unknown) => this.failed(error)),
      report: () => this.report(),
      renewed: (answer) => {
        this.share = answer;
        if (answer.drain && !this.draining) this.stopClaiming();
        void this.refresh();
      },
      register: () => this.register(),
      openUp: () => this.openUp(),
    });
  }

  get dispatcher(): Dispatcher {
    return this.parts.dispatcher;
  }

  get workerId(): number {
    return this.id;
  }

  async start(): Promise<void> {
    await this.deps.store.listen((announcement) => this.announced(announcement));
    await this.register();
    this.parts.scheduler.start();
    this.parts.rescuer.start();
    this.parts.revocations.start();
  }

  stopClaiming(): void {
    this.draining = true;
    this.parts.dispatcher.close();
    this.parts.scheduler.stop();
    this.parts.rescuer.stop();
    for (const step of this.parts.dispatcher.takeUnstarted()) this.parts.settler.add(step, { kind: 'released' });
  }

  /** Lets running handlers finish for `graceMs`, then aborts them and gives their steps back without spending the attempt. */
  async drain(graceMs: number): Promise<void> {
    this.stopClaiming();
    await this.emptyWithin(graceMs, () => undefined);
    await this.emptyWithin(this.deps.options.leaseMs / 3, () => this.giveBack());
    const signsOff = this.holdsNothing();
    this.parts.recovery.stop();
    this.parts.revocations.stop();
    this.parts.lease.end();
    if (!signsOff) {
      this.deps.log.warn(
        `${this.parts.hand.size} steps could not be given back; others take them when the lease ends.`,
      );
      return;
    }
    await this.deps.store
      .retireWorker(this.id)
      .catch((error: unknown) => this.deps.log.warn(`Could not sign off: ${String(error)}`));
  }

  /**
   * Steps were queued by this process: it looks itself and tells the others.
   *
   * @param foreign some are not for this worker: then it tells also when, as far as it knows, there is nobody else
   */
  queued(count: number, priority: number, foreign = false): void {
    if (count === 0) return;
    this.parts.dispatcher.wake(priority);
    if (this.share.others > 0 || this.draining || foreign) this.deps.store.announce({ count, priority });
  }

  failed(error: unknown): void {
    if (error instanceof WorkerLostError) {
      this.parts.lease.end();
      this.parts.recovery.startOver();
    } else if (error instanceof StoreUnavailableError) this.parts.recovery.reconnect(error);
    else {
      this.deps.log.error(
        `The engine met an error and goes on: ${error instanceof Error ? error.message : String(error)}`,
        { error },
      );
      this.deps.clock.after(this.deps.options.pollMs, () => this.parts.dispatcher.wake());
    }
  }

  private async register(): Promise<void> {
    const { store, clock, options } = this.deps;
    this.parts.lanes.update(await store.lanes());
    const grantedAt = clock.monotonic();
    const { name, version, concurrency, leaseMs } = options;
    const lanes = this.parts.lanes.ids();
    this.id = await store.registerWorker({
      name,
      host: hostname(),
      pid: process.pid,
      version,
      concurrency,
      leaseMs,
      lanes,
    });
    this.parts.lease.begin(grantedAt);
    // At once, not after a third of the lease: the answer tells how many others there are to wake.
    void this.parts.lease.renew();
    this.openUp();
  }

  private openUp(): void {
    if (!this.draining) this.parts.dispatcher.openUp();
  }

  private async refresh(): Promise<void> {
    try {
      if (this.parts.lanes.update(await this.deps.store.lanes())) this.parts.dispatcher.wake();
    } catch (error) {
      this.failed(error);
    }
  }

  private report() {
    const quiet = !this.parts.dispatcher.isClaiming && !this.deps.isCreating() && !this.parts.recovery.isActive;
    return {
      running: this.parts.dispatcher.active,
      draining: this.draining,
      lanes: this.parts.lanes.ids(),
      minTaskId: quiet ? this.parts.hand.minTaskId() : null,
    };
  }

  private announced(announcement: (Announcement & { ticket: number }) | null): void {
    // Something other than steps was announced, or may have been missed: an operator may have acted.
    if (!announcement) void this.parts.revocations.lookAtAll();
    if (this.draining) return;
    if (!announcement) return this.parts.dispatcher.wake();
    if (wakesFor(announcement, this.share, this.deps.options.concurrency))
      this.parts.dispatcher.wake(announcement.priority);
  }

  private async promoted(steps: PromotedSteps): Promise<void> {
    this.queued(steps.promoted.length, 0);
    if (!this.deps.events.wants('step.ready')) return;
    for (const { taskId, position, templateId, correlationId } of steps.promoted) {
      const plan = await this.deps.plan(templateId);
      const step = plan.steps[position]?.name ?? String(position);
      this.deps.events.publish('step.ready', {
        ...taskEvent(taskId, correlationId, plan, steps.at),
        step,
        attempt: 0,
        workerId: null,
      });
    }
  }

  private giveBack(): void {
    for (const step of this.parts.hand.all()) {
      if (step.concluded) continue;
      step.abort?.(new Error('The worker is shutting down.'));
      this.parts.settler.add(step, { kind: 'released' });
    }
  }

  /** An answer that is still to come may bring steps: signing off then would leave them to nobody. */
  private holdsNothing(): boolean {
    const { hand, dispatcher, recovery } = this.parts;
    return hand.size === 0 && !dispatcher.isClaiming && !this.deps.isCreating() && !recovery.isActive;
  }

  /** @param look called at every look, before it */
  private async emptyWithin(ms: number, look: () => void): Promise<void> {
    const { clock } = this.deps;
    const until = clock.monotonic() + ms;
    for (;;) {
      look();
      const left = until - clock.monotonic();
      if (this.holdsNothing() || left <= 0) return;
      await new Promise<void>((resolve) => void clock.after(Math.min(left, LOOK_EVERY_MS), resolve));
    }
  }
}
