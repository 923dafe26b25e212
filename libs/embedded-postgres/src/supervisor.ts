import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { poll } from './poll';
import { serverEnvironment } from './server-environment';
import { supervise, type SupervisorSetup, type SupervisorOrder, type SupervisorReport } from './supervise';

/** The supervisor forces a server that has not stopped after 20 s. */
const END_WITHIN_MS = 30_000;
const LAUNCH_WITHIN_MS = 20_000;

/**
 * The owner's end of the supervisor: a process of its own that runs the server and outlives the owner just long enough
 * to stop it.
 *
 * The connection between the two is the whole mechanism. The system closes it however the owner ends, SIGKILL
 * included, so the owner needs no signal or exit handlers, which would get in the way of the application's own.
 *
 * Nothing here keeps the owner's event loop alive: a script that forgets to stop its server terminates all the same.
 *
 * @internal
 */
export class Supervisor {
  private server: SupervisorReport | undefined = { exit: 'not started' };

  private constructor(private readonly child: ChildProcess) {
    child.on('message', (report: SupervisorReport) => (this.server = report));
    child.once('exit', () => (this.server = { exit: 'its supervisor ended' }));
    child.unref();
    child.channel?.unref();
  }

  /** Starts the supervisor in a session of its own: a Ctrl-C in the terminal reaches the application alone. */
  static async launch(setup: SupervisorSetup): Promise<Supervisor> {
    const program = `(${supervise.toString()})(JSON.parse(process.argv[1]))`;
    const child = spawn(process.execPath, ['-e', program, JSON.stringify(setup)], {
      cwd: '/',
      detached: true,
      env: serverEnvironment(),
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      windowsHide: true,
    });
    await once(child, 'spawn');
    return new Supervisor(child);
  }

  /** Process id of the server; `undefined` when it does not run. */
  get pid(): number | undefined {
    return this.server && 'pid' in this.server ? this.server.pid : undefined;
  }

  /** Why the server does not run, such as `status 1` or `SIGKILL`; `undefined` when it does. */
  get exit(): string | undefined {
    return this.server && 'exit' in this.server ? this.server.exit : undefined;
  }

  /** Runs the server; afterwards either `pid` or `exit` is set. */
  async run(command: string, args: string[]): Promise<void> {
    if (!this.child.connected) return;
    this.server = undefined;
    this.order({ command, args });
    await poll(LAUNCH_WITHIN_MS, () => this.server);
    this.server ??= { exit: 'its supervisor does not answer' };
  }

  /** Signals the server and waits until it has ended, for 30 s at most. */
  async end(signal: NodeJS.Signals): Promise<void> {
    this.order({ signal });
    await poll(END_WITHIN_MS, () => this.exit);
  }

  /** Ends the server, if it runs, and the supervisor with it; a temporary directory goes too. */
  async close(): Promise<void> {
    if (this.child.connected) this.child.disconnect();
    await poll(END_WITHIN_MS, () => this.child.exitCode ?? this.child.signalCode ?? undefined);
  }

  private order(order: SupervisorOrder): void {
    if (this.child.connected) this.child.send(order);
  }
}
