import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, type RunningPostgres } from '@tasker/embedded-postgres';
import type { TaskPlan } from '@tasker/core';
import { migrate } from '@tasker/postgres';
import { testDatabase } from '../../support/database';
import { ReplicatedPostgres } from '../../support/replicated-postgres';
import { openStore } from '../../support/open-store';
import { chaosTemplates } from './chaos-templates';
import { Ledger } from './ledger';
import { Load } from './load';
import { RecordedCalls } from './read-calls';
import { verdict, type Verdict } from './verdict';
import { WorkerProcess } from './worker-process';
import type { WorkerSetup } from './worker-protocol';

export interface ArenaOptions {
  readonly leaseMs: number;
  /**
   * True: a server that this test may restart, with fsync on; `replicated`: one with a standby, behind a line that can be
   * silenced; otherwise a database on the server of all tests.
   */
  readonly ownServer: boolean | 'replicated';
}

/** A renewal may arrive a little after its sender was stopped. */
const CLOCK_SLACK_MS = 200;

/** A database, workers in processes of their own, and tasks for them. */
export class Arena {
  readonly workers: WorkerProcess[] = [];
  private named = 0;
  private readonly recorded: RecordedCalls;

  private constructor(
    private readonly options: ArenaOptions,
    readonly url: string,
    private readonly server: RunningPostgres | ReplicatedPostgres | undefined,
    private readonly drop: () => Promise<void>,
    private readonly calls: string,
    readonly ledger: Ledger,
    readonly load: Load,
  ) {
    this.recorded = new RecordedCalls(calls);
  }

  static async open(options: ArenaOptions): Promise<Arena> {
    const server = await serverFor(options);
    const calls = mkdtempSync(join(tmpdir(), 'chaos-calls-'));
    const database = server ? { url: server.url, drop: () => server.stop() } : await testDatabase();
    try {
      await migrate({ connectionString: database.url, schema: 'tasker', mode: 'auto' });
      const ledger = new Ledger(database.url);
      await ledger.open();
      const load = new Load(database.url, await register(database.url));
      return new Arena(options, database.url, server, database.drop, calls, ledger, load);
    } catch (error) {
      await database.drop();
      throw error;
    }
  }

  /** Starts a worker without waiting for it. */
  spawn(setup: Partial<WorkerSetup> = {}): WorkerProcess {
    const { leaseMs } = this.options;
    const name = `chaos-worker-${++this.named}`;
    const worker = new WorkerProcess({
      ...{ url: this.url, leaseMs, name, concurrency: 20, longestMs: 20, calls: this.calls },
      ...setup,
    });
    this.workers.push(worker);
    return worker;
  }

  /** Starts workers and waits until they run. */
  async start(count: number, setup: Partial<WorkerSetup> = {}): Promise<WorkerProcess[]> {
    const started = Array.from({ length: count }, () => this.spawn(setup));
    await Promise.all(started.map((worker) => worker.ready()));
    return started;
  }

  /** @throws {Error} when there is no standby */
  get replicated(): ReplicatedPostgres {
    if (!(this.server instanceof ReplicatedPostgres)) throw new Error('this server has no standby');
    return this.server;
  }

  restart(mode: 'fast' | 'immediate'): Promise<void> {
    if (!this.server) throw new Error('this server belongs to others');
    return this.server.restart(mode);
  }

  /**
   * Milliseconds until the last step that a process held was taken from it.
   *
   * @param since when it was killed or frozen, epoch milliseconds
   * @returns null when it held none, or did not lose the lease it had then
   */
  async recoveryMs(pid: number, since: number): Promise<number | null> {
    const [row] = await this.ledger.query<{ ms: string | null }>(
      `select extract(epoch from max(h.at)) * 1000 - $2::float8 as ms
         from public.lost_workers w
         join tasker.step_history h on h.worker_id = w.id and h.error->>'kind' = 'worker_lost'
        where w.pid = $1
          and extract(epoch from w.lease_expires_at) * 1000 between $2::float8 and $2::float8 + $3::float8`,
      [pid, since, this.options.leaseMs + CLOCK_SLACK_MS],
    );
    return row?.ms === null || row?.ms === undefined ? null : Math.round(Number(row.ms));
  }

  /** Those that run are the last ones' that were asked for: call it when all is quiet. */
  async verdict(): Promise<Verdict> {
    await this.ledger.noteCalls(this.recorded.take(true));
    return verdict(this.ledger);
  }

  async close(): Promise<void> {
    await Promise.all(this.workers.filter((worker) => worker.isRunning).map((worker) => worker.kill()));
    await this.load.close();
    await this.ledger.close();
    await this.drop();
    rmSync(this.calls, { recursive: true });
  }
}

async function serverFor({ ownServer }: ArenaOptions): Promise<RunningPostgres | ReplicatedPostgres | undefined> {
  if (ownServer === 'replicated') return ReplicatedPostgres.start();
  return ownServer ? startPostgres({ durable: true }) : undefined;
}

async function register(url: string): Promise<TaskPlan[]> {
  const store = openStore({
    ...{ connectionString: url, schema: 'tasker', pooler: 'none', settleConnections: 1, leaseMs: 10_000 },
    applicationName: 'chaos-registrar',
  });
  try {
    return await store.registerTemplates(chaosTemplates(), 'error');
  } finally {
    await store.close();
  }
}
