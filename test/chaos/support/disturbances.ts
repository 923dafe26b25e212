import { below } from '../../support/seeded-random';
import type { Arena } from './arena';
import type { Ledger } from './ledger';
import type { Load } from './load';
import { passed, until } from './wait';
import type { WorkerProcess } from './worker-process';

export type DisturbanceKind =
  | 'kill'
  | 'freeze'
  | 'block'
  | 'sessions'
  | 'silence'
  | 'restart_fast'
  | 'restart_immediate'
  | 'failover_sync'
  | 'failover_async';

/** One thing that was done. */
export interface Disturbance {
  readonly kind: DisturbanceKind;
  /** Epoch milliseconds. */
  readonly at: number;
  /** When it was over: a server that accepts connections again, a process awake again. */
  readonly until: number;
  /** Process that was killed or frozen. */
  readonly pid: number | null;
}

/** How often each is drawn, of all. */
const LOTS: readonly DisturbanceKind[] = [
  ...Array<DisturbanceKind>(5).fill('kill'),
  ...Array<DisturbanceKind>(4).fill('freeze'),
  ...Array<DisturbanceKind>(4).fill('sessions'),
  ...Array<DisturbanceKind>(2).fill('block'),
  'silence',
  'restart_fast',
  'restart_immediate',
  'failover_sync',
  'failover_async',
];
/** What the standby misses of an asynchronous failover. */
const BEHIND_MS = 300;
const SHORTEST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 2_500;
const SESSIONS = ['chaos-worker-%', 'chaos-creator', 'chaos-%'];

/** While the database is away nobody acts, and no promise about time holds. */
export const isOutage = (kind: DisturbanceKind): boolean => /^(restart|failover|silence)/.test(kind);

/** Does things to workers and database, drawn at random, until told to stop. */
export class Disturbances {
  readonly done: Disturbance[] = [];
  /** Acknowledged tasks that asynchronous failovers have lost. */
  lostTasks = 0;
  private readonly frozen = new Map<WorkerProcess, Promise<void>>();
  private stopped = false;

  constructor(
    private readonly arena: Arena,
    private readonly leaseMs: number,
    private readonly random: () => number,
  ) {}

  async run(): Promise<void> {
    while (!this.stopped) {
      const kind = LOTS[below(this.random, LOTS.length)] as DisturbanceKind;
      // Drawn whether they are needed or not, so that a seed stands for one list of disturbances.
      const [which, howMuch, pause] = [this.random(), this.random(), this.random()];
      await this.disturb(kind, which, howMuch);
      await passed(SHORTEST_PAUSE_MS + pause * (LONGEST_PAUSE_MS - SHORTEST_PAUSE_MS));
    }
    await Promise.all(this.frozen.values());
  }

  stop(): void {
    this.stopped = true;
  }

  private async disturb(kind: DisturbanceKind, which: number, howMuch: number): Promise<void> {
    const at = Date.now();
    switch (kind) {
      case 'kill':
        return this.kill(this.pick(which));
      case 'freeze': {
        const victim = this.pick(which);
        // The last one awake keeps the others' steps moving.
        if (victim && this.frozen.size === 0) this.freeze(victim, (0.2 + 2.3 * howMuch) * this.leaseMs);
        return;
      }
      case 'block': {
        const victim = this.pick(which);
        if (victim) this.block(victim, (0.2 + 1.3 * howMuch) * this.leaseMs);
        return;
      }
      case 'silence':
        this.arena.replicated.proxy.silence();
        await passed((0.1 + 1.4 * howMuch) * this.leaseMs);
        this.arena.replicated.proxy.mend();
        return this.note(kind, at, null);
      case 'failover_sync':
      case 'failover_async':
        await this.failOver(kind);
        return this.note(kind, at, null);
      case 'sessions':
        await this.arena.ledger.terminate(SESSIONS[Math.floor(which * SESSIONS.length)] as string).catch(() => 0);
        return this.note(kind, at, null);
      case 'restart_fast':
      case 'restart_immediate':
        await this.arena.restart(kind === 'restart_fast' ? 'fast' : 'immediate');
        return this.note(kind, at, null);
    }
  }

  /** With a new standby afterwards, which takes some seconds in which the load goes on. */
  private async failOver(kind: 'failover_sync' | 'failover_async'): Promise<void> {
    const { replicated, load, ledger } = this.arena;
    await replicated.waitForStandby(kind === 'failover_sync');
    if (kind === 'failover_async') {
      await replicated.holdBack();
      await passed(BEHIND_MS);
    }
    await replicated.failOver();
    if (kind === 'failover_async') await until('the lost are counted', 20_000, () => this.countLost(load, ledger));
    await replicated.addStandby();
  }

  private async countLost(load: Load, ledger: Ledger): Promise<boolean> {
    this.lostTasks += await load.writeOff(ledger);
    return true;
  }

  private pick(which: number): WorkerProcess | undefined {
    const awake = this.arena.workers.filter((worker) => worker.isRunning && !this.frozen.has(worker));
    return awake[Math.floor(which * awake.length)];
  }

  private async kill(victim: WorkerProcess | undefined): Promise<void> {
    await victim?.kill();
    if (victim) this.note('kill', Date.now(), victim.pid);
  }

  /** It is over when it is: nobody waits, and the next disturbance may meet it. */
  private block(victim: WorkerProcess, ms: number): void {
    const at = Date.now();
    victim.block(ms);
    this.done.push({ kind: 'block', at, until: at + ms, pid: victim.pid });
  }

  private freeze(victim: WorkerProcess, ms: number): void {
    const at = Date.now();
    victim.freeze();
    const awake = passed(ms).then(() => {
      victim.wake();
      this.frozen.delete(victim);
      this.note('freeze', at, victim.pid);
    });
    this.frozen.set(victim, awake);
  }

  private note(kind: DisturbanceKind, at: number, pid: number | null): void {
    this.done.push({ kind, at, until: Date.now(), pid });
  }
}
