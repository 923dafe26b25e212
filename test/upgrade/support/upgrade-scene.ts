import type { TaskPlan } from '@tasker/core';
import { Client } from 'pg';
import { migrateInProcess } from '../../migrations/support/migrating-process';
import { EngineHarness } from '../../support/engine-harness';
import type { EngineProcess } from '../../support/engine-process';
import { within } from '../../support/gate';
import { EXPAND_LOCK } from './releases';
import { WorkerProcess } from './worker-process';
import { UPGRADED } from './worker-protocol';

const FLOW_WITHIN_MS = 15_000;
/** Short, because a test waits for the end of one. */
const LEASE_MS = 2_000;

const MIGRATION_WAITS = `
  select 1 from pg_locks l join pg_database d on d.oid = l.database
   where d.datname = current_database() and l.locktype = 'advisory' and l.objid = ${EXPAND_LOCK} and not l.granted`;

/** A database of this release with workers of any release on it, and tasks that come from a process of this one. */
export class UpgradeScene {
  readonly harness = new EngineHarness();
  /** Tasks that have ended, with the worker that said so. */
  readonly ends = new Map<string, string>();
  private readonly workers: WorkerProcess[] = [];
  private holder!: Client;
  private creator!: EngineProcess;
  private plan!: TaskPlan;
  private endCame: () => void = () => undefined;

  async open(): Promise<void> {
    await this.harness.open();
    this.plan = await this.harness.template(UPGRADED);
    this.creator = await this.harness.start({ role: 'api' });
    this.holder = new Client({ connectionString: this.harness.url });
    await this.holder.connect();
  }

  /** Demands a clean audit once everybody has gone. */
  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.kill()));
    await this.holder.end();
    await this.harness.settleDown();
    await this.harness.close();
  }

  worker(name: string, release?: string): WorkerProcess {
    const worker = new WorkerProcess({
      ...{ url: this.harness.url, name, leaseMs: LEASE_MS },
      ...(release === undefined ? {} : { release }),
      onEnded: (taskId, by) => {
        this.ends.set(taskId, by);
        this.endCame();
      },
    });
    this.workers.push(worker);
    return worker;
  }

  /** Migrates as a process of the release does; the names it applied. */
  migrate(release: string): Promise<string[]> {
    return migrateInProcess(this.harness.url, 'tasker', release);
  }

  /**
   * Migrates like `migrate`, up to the moment when the first migration is open and has not locked any table yet.
   *
   * @returns lets it go on, and gives the names it applied
   */
  async beginToMigrate(release: string): Promise<() => Promise<string[]>> {
    await this.holder.query(`select pg_advisory_lock(${EXPAND_LOCK})`);
    let running = true;
    const migrated = this.migrate(release).finally(() => (running = false));
    // Looked at when the caller goes on.
    migrated.catch(() => undefined);
    while (running && (await this.harness.rows.query(MIGRATION_WAITS)).length === 0);
    return async () => {
      await this.holder.query(`select pg_advisory_unlock(${EXPAND_LOCK})`);
      return migrated;
    };
  }

  /** Creates tasks; their ids. */
  async create(count: number): Promise<string[]> {
    return (await this.harness.createMany(this.creator, this.plan, count)).map(({ taskId }) => taskId);
  }

  /** Until all of these have ended. */
  ended(taskIds: readonly string[]): Promise<void> {
    return this.until(`${taskIds.length} tasks end`, () => taskIds.every((taskId) => this.ends.has(taskId)));
  }

  /** Until so many more tasks have ended. */
  more(count: number): Promise<void> {
    const goal = this.ends.size + count;
    return this.until(`${count} more tasks end`, () => this.ends.size >= goal);
  }

  /** Creates tasks and waits until all of them have ended; the workers that said so. */
  async flow(count: number): Promise<Set<string | undefined>> {
    const taskIds = await this.create(count);
    await this.ended(taskIds);
    return new Set(taskIds.map((taskId) => this.ends.get(taskId)));
  }

  /** Looks again at every end of a task. */
  private until(what: string, met: () => boolean): Promise<void> {
    const looking = async (): Promise<void> => {
      while (!met()) await new Promise<void>((resolve) => (this.endCame = resolve));
    };
    return within(FLOW_WITHIN_MS, what, looking());
  }
}
