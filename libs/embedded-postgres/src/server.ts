import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Binaries } from './binaries';
import type { DataDirectory } from './data-directory';
import { EmbeddedPostgresError } from './errors';
import { freePort } from './free-port';
import type { RunningPostgres, ShutdownMode, StartOptions } from './options';
import { poll } from './poll';
import { serverArguments } from './server-command';
import { stopStaleServer } from './stale-server';
import { startFailure, type StartFailure } from './start-failure';
import type { Supervisor } from './supervisor';

/** Recovery after a crash counts towards it. */
const READY_WITHIN_MS = 60_000;
const RETRY_WITHIN_MS = 10_000;
/** What a server writes into its status file; a directory made a standby by its owner answers, too, and only reads. */
const TAKES_CONNECTIONS = ['ready', 'standby'];
const SIGNALS = { fast: 'SIGINT', immediate: 'SIGQUIT' } as const satisfies Record<ShutdownMode, NodeJS.Signals>;

/**
 * One server on one data directory, from its first start to `stop()`.
 *
 * @internal
 */
export class Server implements RunningPostgres {
  readonly version: string;
  readonly source: string;
  readonly logFile: string;
  port = 0;
  pid = 0;
  private stopping: Promise<void> | undefined;
  private restarting: Promise<void> = Promise.resolve();

  constructor(
    private readonly supervisor: Supervisor,
    private readonly directory: DataDirectory,
    private readonly binaries: Binaries,
    private readonly options: StartOptions,
    private readonly unlock: () => void,
  ) {
    this.version = binaries.version;
    this.source = binaries.source;
    this.logFile = directory.logFile;
  }

  get url(): string {
    return `postgresql://postgres@127.0.0.1:${this.port}/postgres`;
  }

  /**
   * Runs the server until it accepts connections.
   *
   * Two failures pass by themselves: a free port that another process took first, and what is left of a killed server,
   * whose sessions take a moment to notice that it is gone.
   */
  async start(): Promise<void> {
    const fixedPort = this.port || this.options.port;
    const deadline = Date.now() + RETRY_WITHIN_MS;
    for (;;) {
      const failure = await this.attempt(fixedPort ?? (await freePort()));
      if (!failure) return;
      const passes = failure.leftovers || (failure.portTaken && !fixedPort);
      if (!passes || Date.now() > deadline) throw failure.error;
    }
  }

  restart(mode: ShutdownMode = 'fast'): Promise<void> {
    if (this.stopping) return Promise.reject(stopped());
    const restarted = this.restarting.then(async () => {
      await this.supervisor.end(SIGNALS[mode]);
      await this.start();
    });
    this.restarting = restarted.catch(() => undefined);
    return restarted;
  }

  stop(): Promise<void> {
    this.stopping ??= this.restarting.then(() => this.shutDown());
    return this.stopping;
  }

  private async shutDown(): Promise<void> {
    await this.supervisor.close();
    // The rest was done by the supervisor, unless that was killed.
    await stopStaleServer(this.directory.cluster);
    if (this.directory.temporary) rmSync(this.directory.root, { recursive: true, force: true });
    this.unlock();
  }

  private async attempt(port: number): Promise<StartFailure | undefined> {
    rmSync(this.logFile, { force: true });
    await this.supervisor.run(this.binaries.postgres, serverArguments(this.directory.cluster, port, this.options));
    const answer = await poll(READY_WITHIN_MS, () => this.supervisor.exit ?? this.readyPid());
    if (typeof answer !== 'number') {
      await this.supervisor.end('SIGQUIT');
      return startFailure(answer, this.logFile, port);
    }
    this.pid = answer;
    this.port = port;
    return undefined;
  }

  /** The server's id once its own status file says that it takes connections. */
  private readyPid(): number | undefined {
    const { pid } = this.supervisor;
    try {
      const lines = readFileSync(join(this.directory.cluster, 'postmaster.pid'), 'utf8').split('\n');
      return Number(lines[0]) === pid && TAKES_CONNECTIONS.includes(lines[7]?.trim() ?? '') ? pid : undefined;
    } catch {
      return undefined; // The file is not there yet.
    }
  }
}

function stopped(): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'TSK_PG_STOPPED',
    'The server has been stopped for good.',
    'Call startPostgres() for a new one.',
  );
}
