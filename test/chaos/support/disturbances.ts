import { below } from '../../support/seeded-random';
import type { Arena } from './arena';
import { passed } from './wait';
import type { WorkerProcess } from './worker-process';

export type DisturbanceKind = 'kill' | 'freeze' | 'sessions' | 'restart_fast' | 'restart_immediate';

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
  'restart_fast',
  'restart_immediate',
];
const SHORTEST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 2_500;
const SESSIONS = ['chaos-worker-%', 'chaos-creator', 'chaos-%'];

/** Does things to workers and database, drawn at random, until told to stop. */
export class Disturbances {
  readonly done: Disturbance[] = [];
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
      case 'kill': {
        const victim = this.pick(which);
        await victim?.kill();
        if (victim) this.note(kind, Date.now(), victim.pid);
        return;
      }
      case 'freeze': {
        const victim = this.pick(which);
        // The last one awake keeps the others' steps moving.
        if (victim && this.frozen.size === 0) this.freeze(victim, (0.2 + 2.3 * howMuch) * this.leaseMs);
        return;
      }
      case 'sessions':
        await this.arena.ledger.terminate(SESSIONS[Math.floor(which * SESSIONS.length)] as string).catch(() => 0);
        return this.note(kind, at, null);
      case 'restart_fast':
        await this.arena.restart('fast');
        return this.note(kind, at, null);
      case 'restart_immediate':
        await this.arena.restart('immediate');
        return this.note(kind, at, null);
    }
  }

  private pick(which: number): WorkerProcess | undefined {
    const awake = this.arena.workers.filter((worker) => worker.isRunning && !this.frozen.has(worker));
    return awake[Math.floor(which * awake.length)];
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
