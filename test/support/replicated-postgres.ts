import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, type RunningPostgres, type ShutdownMode } from '@tasker/embedded-postgres';
import { Client } from 'pg';
import { TcpProxy } from './tcp-proxy';

const WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 20;
/** A standby that a restart of the primary has cut off comes back at once, and finds all that it has missed. */
const SETTINGS = { wal_keep_size: '4GB', wal_retrieve_retry_interval: '200ms' };

interface Server {
  readonly directory: string;
  readonly running: RunningPostgres;
}

/**
 * A primary with a standby, and a way to them that leads to the primary of the moment, as a virtual address would. The
 * standby is a copy of the primary's directory that streams from it.
 */
export class ReplicatedPostgres {
  private standby: Server | undefined;
  private made = 0;

  private constructor(
    private readonly root: string,
    readonly proxy: TcpProxy,
    private primary: Server,
  ) {}

  static async start(): Promise<ReplicatedPostgres> {
    const root = mkdtempSync(join(tmpdir(), 'replicated-'));
    chmodSync(root, 0o755);
    const directory = join(root, '0');
    const running = await startPostgres({ durable: true, dataDir: directory, settings: SETTINGS });
    const proxy = new TcpProxy(running.port);
    await proxy.open();
    const replicated = new ReplicatedPostgres(root, proxy, { directory, running });
    try {
      await replicated.addStandby();
      return replicated;
    } catch (error) {
      await replicated.stop();
      throw error;
    }
  }

  /** Leads to whoever is the primary. */
  get url(): string {
    return `postgresql://postgres@127.0.0.1:${this.proxy.port}/postgres`;
  }

  /** From now on commits wait until the standby has them, or no more. */
  async waitForStandby(wait: boolean): Promise<void> {
    await this.configure(this.primary, 'synchronous_standby_names', wait ? '*' : '');
    const state = wait ? 'sync' : 'async';
    await until(this.primary, `select count(*) = 1 as yes from pg_stat_replication where sync_state = '${state}'`);
  }

  /** The standby gets no more of what the primary writes. */
  async holdBack(): Promise<void> {
    await this.configure(this.other(), 'primary_conninfo', '');
    await until(this.primary, 'select count(*) = 0 as yes from pg_stat_replication');
  }

  /** The primary crashes, the standby takes its place, and everybody finds it at the old address. */
  async failOver(): Promise<void> {
    this.proxy.cut();
    const { primary } = this;
    process.kill(primary.running.pid, 'SIGQUIT');
    await primary.running.stop();
    const standby = this.other();
    await onServer(standby, 'select pg_promote()');
    [this.primary, this.standby] = [standby, undefined];
    this.proxy.mend(this.primary.running.port);
  }

  restart(mode: ShutdownMode): Promise<void> {
    return this.primary.running.restart(mode);
  }

  /** The primary of the moment gets a new standby. */
  async addStandby(): Promise<void> {
    const directory = join(this.root, String(++this.made));
    const cluster = join(directory, 'cluster');
    mkdirSync(directory);
    const client = new Client({ connectionString: this.primary.running.url });
    await client.connect();
    try {
      // Two answers of one session: the backup lasts as long as that does.
      await client.query(`select pg_backup_start('standby', true)`);
      execFileSync('cp', ['-a', join(this.primary.directory, 'cluster'), cluster]);
      const { rows } = await client.query<{ labelfile: string }>('select labelfile from pg_backup_stop(false)');
      give(cluster, 'backup_label', rows[0]?.labelfile ?? '');
    } finally {
      await client.end();
    }
    rmSync(join(cluster, 'postmaster.pid'), { force: true });
    rmSync(join(cluster, 'postmaster.opts'), { force: true });
    give(cluster, 'standby.signal', '');
    const source = `host=127.0.0.1 port=${this.primary.running.port} user=postgres`;
    appendFileSync(
      join(cluster, 'postgresql.auto.conf'),
      `\nprimary_conninfo = '${source}'\nsynchronous_standby_names = ''\n`,
    );
    this.standby = {
      directory,
      running: await startPostgres({ durable: true, dataDir: directory, settings: SETTINGS }),
    };
    await until(this.primary, `select count(*) = 1 as yes from pg_stat_replication where state = 'streaming'`);
  }

  async stop(): Promise<void> {
    await this.proxy.close();
    await Promise.all([this.primary, ...(this.standby ? [this.standby] : [])].map(({ running }) => running.stop()));
    rmSync(this.root, { recursive: true, force: true });
  }

  private other(): Server {
    if (!this.standby) throw new Error('there is no standby');
    return this.standby;
  }

  private async configure(server: Server, name: string, value: string): Promise<void> {
    await onServer(server, `alter system set ${name} = '${value}'`);
    await onServer(server, 'select pg_reload_conf()');
  }
}

/** Writes a file for the account that the server runs as. */
function give(cluster: string, name: string, text: string): void {
  const { uid, gid } = statSync(cluster);
  const path = join(cluster, name);
  writeFileSync(path, text);
  chownSync(path, uid, gid);
}

async function onServer<R>({ running }: Server, statement: string): Promise<R | undefined> {
  const client = new Client({ connectionString: running.url });
  await client.connect();
  try {
    return (await client.query(statement)).rows[0] as R | undefined;
  } finally {
    await client.end();
  }
}

async function until(server: Server, question: string): Promise<void> {
  const deadline = Date.now() + WITHIN_MS;
  while (!(await onServer<{ yes: boolean }>(server, question))?.yes) {
    if (Date.now() > deadline) throw new Error(`not within ${WITHIN_MS} ms: ${question}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
