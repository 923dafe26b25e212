import { hostname } from 'node:os';
import { errorText } from '../errors/error-text';
import { TaskerError } from '../errors/tasker-error';
import type { Announcement, ClaimedStep, ConnectionLoss, HeartbeatAnswer } from '../ports/engine-store';
import { StoreUnavailableError, WorkerLostError } from '../ports/settlement';
import type { StepPlan } from '../rules/template/task-plan';
import { wakesFor } from './claim/wake-share';
import type { RootTaker } from './create/root-taker';
import { Lease, type LeaseHolder } from './keep/lease';
import type { Recoverable } from './keep/recovery';
import type { WorkerHost } from './worker-host';
import { wireWorker, type WorkerDeps, type WorkerParts } from './worker-parts';

/** How often a stopping worker looks whether it is done. */
const LOOK_EVERY_MS = 5;
/** How long it waits for the answer to its sign-off. */
const SIGN_OFF_MS = 2_000;

/** The half of the engine that runs steps, from sign-on to sign-off. */
export class Worker implements WorkerHost, LeaseHolder, Recoverable, RootTaker {
  private readonly parts: WorkerParts;
  private currentLease: Lease;
  private share = { rank: 0, workers: 1, others: 0 };
  private draining = false;
  private ownInstallation = '';
  /** Handlers that ran when it stopped taking steps, and steps it gave back since. */
  private stopped = { running: 0, givenBack: 0, notStarted: 0 };

  constructor(private readonly deps: WorkerDeps) {
    this.currentLease = this.leaseOf(0, -Infinity);
    this.parts = wireWorker(deps, this);
  }

  get lease(): Lease {
    return this.currentLease;
  }

  get workerId(): number {
    return this.currentLease.workerId;
  }

  get installation(): string {
    return this.ownInstallation;
  }

  async start(): Promise<void> {
    this.ownInstallation = await this.deps.store.installation();
    await this.deps.store.listen((announcement) => this.announced(announcement));
    await this.register();
    this.parts.delayed.start();
    this.parts.waits.start();
    this.parts.rescuer.start();
    this.parts.timers.start();
    this.parts.revocations.start();
  }

  stopClaiming(): void {
    const wasDraining = this.draining;
    this.draining = true;
    this.parts.dispatcher.close();
    this.parts.delayed.stop();
    this.parts.waits.stop();
    this.parts.timers.stop();
    const unstarted = this.parts.dispatcher.takeUnstarted();
    for (const step of unstarted) this.parts.settler.add(step, { kind: 'released' });
    this.stopped.notStarted += unstarted.length;
    if (!wasDraining) this.stopped.running = this.parts.hand.size - unstarted.length;
  }

  /** Lets running handlers finish for `graceMs`, then aborts them and gives their steps back without spending the attempt. */
  async drain(graceMs: number): Promise<void> {
    this.stopClaiming();
    await this.emptyWithin(graceMs, () => undefined);
    await this.emptyWithin(this.deps.options.leaseMs / 3, () => this.giveBack());
    const signsOff = this.holdsNothing();
    this.parts.recovery.stop();
    this.parts.rescuer.stop();
    this.parts.revocations.stop();
    this.lease.end();
    this.tellStop();
    if (!signsOff) {
      this.deps.log.warn(
        `${this.parts.hand.size} steps could not be given back; others take them when the lease ends.`,
      );
      return;
    }
    await this.signOff();
  }

  /** A database that says nothing is not waited for: whoever looks next finds that the lease has ended. */
  private async signOff(): Promise<void> {
    const { store, log, clock } = this.deps;
    const signedOff = store.retireWorker(this.workerId).then(
      (retired) => {
        if (!retired) log.warn('Steps are in the name of this worker that it does not know; others take them.');
      },
      (error: unknown) => log.warn(`Could not sign off: ${errorText(error)}`),
    );
    await Promise.race([signedOff, new Promise<void>((resolve) => void clock.after(SIGN_OFF_MS, resolve))]);
  }

  /** A connection broke, perhaps with nothing under way: whatever this worker remembers is compared with the rows. */
  disconnected({ cause, rewound }: ConnectionLoss): void {
    if (this.workerId === 0) return;
    if (rewound) {
      this.parts.hand.forgetResults();
      this.parts.lanes.lookAtAll();
    }
    this.parts.recovery.reconnect(new StoreUnavailableError(cause));
  }

  holds(taskId: string): boolean {
    return this.parts.hand.task(taskId) !== undefined;
  }

  reserveRoot(step: StepPlan): boolean {
    return this.lease.isValid() && this.parts.dispatcher.reserveRoot(step);
  }

  rootsAnswered(places: number): void {
    this.parts.dispatcher.rootsAnswered(places);
  }

  takeUp(claimed: readonly ClaimedStep[], lease: Lease): Promise<void> {
    return this.parts.dispatcher.intake.takeUp(claimed, lease);
  }

  wake(priority?: number): void {
    this.parts.dispatcher.wake(priority);
  }

  queued(count: number, priority: number, foreign = false): void {
    if (count === 0) return;
    this.parts.dispatcher.wake(priority);
    if (this.share.others > 0 || this.draining || foreign) this.deps.store.announce({ count, priority });
  }

  failed(error: unknown): void {
    if (error instanceof WorkerLostError) {
      // An earlier life of this worker, if another: that one knows.
      if (error.workerId === this.workerId) this.lease.giveUp();
    } else if (error instanceof StoreUnavailableError) this.parts.recovery.reconnect(error);
    else {
      this.deps.log.error(`The engine met an error and goes on: ${errorText(error)}`, { error });
      this.deps.clock.after(this.deps.options.pollMs, () => this.parts.dispatcher.wake());
    }
  }

  lost(): void {
    this.parts.recovery.startOver();
  }

  report() {
    const { dispatcher, recovery, lanes, hand } = this.parts;
    const quiet = !dispatcher.isClaiming && !recovery.isActive;
    const minTaskId = quiet ? hand.minTaskId() : null;
    return { running: dispatcher.active, draining: this.draining, lanes: lanes.ids(), minTaskId };
  }

  renewed(answer: HeartbeatAnswer): void {
    this.share = answer;
    if (answer.drain && !this.draining) this.stopClaiming();
    void this.refresh();
  }

  async register(): Promise<void> {
    this.parts.lanes.update(await this.deps.store.lanes());
    let lease: Lease;
    // Over before it began, when the answer took too long.
    do lease = await this.signOn();
    while (!lease.isValid());
    this.currentLease.end();
    this.currentLease = lease;
    lease.begin();
    // At once, not after a third of the lease: the answer tells how many others there are to wake.
    void lease.renew();
    this.openUp();
  }

  private async signOn(): Promise<Lease> {
    const { store, clock, options } = this.deps;
    const { name, version, concurrency, leaseMs } = options;
    const { lanes, level } = this.parts;
    const grantedAt = clock.monotonic();
    const self = { name, host: hostname(), pid: process.pid, version, concurrency, leaseMs, lanes: lanes.ids(), level };
    return this.leaseOf(await store.registerWorker(self), grantedAt);
  }

  private leaseOf(workerId: number, grantedAt: number): Lease {
    const { store, clock, options } = this.deps;
    return new Lease({ store, clock, leaseMs: options.leaseMs, holder: this }, workerId, grantedAt);
  }

  openUp(): void {
    if (!this.draining) this.parts.dispatcher.openUp();
  }

  /** Looks which lanes there are now. */
  async refresh(): Promise<void> {
    try {
      if (this.parts.lanes.update(await this.deps.store.lanes())) this.parts.dispatcher.wake();
    } catch (error) {
      this.failed(error);
    }
  }

  private announced(announcement: (Announcement & { ticket: number }) | null): void {
    // Something other than steps was announced, or may have been missed: an operator may have acted.
    if (!announcement) void this.parts.revocations.lookAtAll();
    if (this.draining) return;
    if (!announcement) return this.parts.dispatcher.wake();
    if (wakesFor(announcement, this.share, this.deps.options.concurrency))
      this.parts.dispatcher.wake(announcement.priority);
  }

  private giveBack(): void {
    for (const step of this.parts.hand.all()) {
      if (step.concluded) continue;
      step.abort?.(new TaskerError('TSK_SHUTTING_DOWN', 'The worker is shutting down.'));
      this.parts.settler.add(step, { kind: 'released' });
      this.stopped.givenBack++;
    }
  }

  private tellStop(): void {
    const { running, givenBack, notStarted } = this.stopped;
    const left = this.parts.hand.size;
    const finished = Math.max(0, running - givenBack - left);
    this.deps.log.info(
      `This worker has stopped: ${finished} running steps were finished, ${givenBack + notStarted} given back.`,
      { workerId: this.workerId, finished, givenBack: givenBack + notStarted, left },
    );
  }

  /** An answer that is still to come may bring steps: signing off then would leave them to nobody. */
  private holdsNothing(): boolean {
    const { hand, dispatcher, recovery } = this.parts;
    return hand.size === 0 && !dispatcher.isClaiming && !recovery.isActive;
  }

  /** @param look called at every look, before it */
  private async emptyWithin(ms: number, look: () => void): Promise<void> {
    const { clock } = this.deps;
    const until = clock.monotonic() + ms;
    for (;;) {
      look();
      const left = until - clock.monotonic();
      if ((this.holdsNothing() && this.parts.endings.isIdle) || left <= 0) return;
      await new Promise<void>((resolve) => void clock.after(Math.min(left, LOOK_EVERY_MS), resolve));
    }
  }
}
