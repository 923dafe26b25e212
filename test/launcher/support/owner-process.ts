import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { RunningPostgres, StartOptions } from '@tasker/embedded-postgres';
import { eventually } from './eventually';

/** How the owner ends: by a signal only, after draining on one, by itself with an error, or by itself without. */
export type Role = 'idles' | 'drains' | 'crashes' | 'forgets';

export type OwnedServer = Pick<RunningPostgres, 'url' | 'pid' | 'version' | 'source' | 'logFile'>;

export type OwnerMessage =
  { starting: true } | { server: OwnedServer } | { error: { code: string; message: string } } | { drained: true };

interface Surroundings {
  uid?: number;
  gid?: number;
  env?: NodeJS.ProcessEnv;
}

/** The test's end of a process that owns a server. */
export class Owner {
  private readonly messages: OwnerMessage[] = [];

  private constructor(private readonly child: ChildProcess) {
    child.on('message', (message: OwnerMessage) => this.messages.push(message));
  }

  /** Starts it in a process group of its own, as a shell does, without waiting for its server. */
  static spawn(role: Role, options: StartOptions = {}, { env, ...ids }: Surroundings = {}): Owner {
    const child = fork(join(__dirname, 'owner.ts'), [role, JSON.stringify(options)], {
      ...ids,
      execArgv: ['--require', join(__dirname, '../../support/typescript.cjs')],
      env: { ...process.env, ...env },
      detached: true,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    return new Owner(child);
  }

  get pid(): number {
    return this.child.pid ?? NaN;
  }

  get drained(): boolean {
    return this.messages.some((message) => 'drained' in message);
  }

  starting(): Promise<unknown> {
    return eventually('the owner has loaded', () => this.messages[0]);
  }

  async server(): Promise<OwnedServer> {
    const message = await this.outcome();
    if ('server' in message) return message.server;
    throw new Error(`the owner has no server: ${JSON.stringify(message)}`);
  }

  async error(): Promise<{ code: string; message: string }> {
    const message = await this.outcome();
    if ('error' in message) return message.error;
    throw new Error(`the owner has a server: ${JSON.stringify(message)}`);
  }

  /** Signals the process and waits for its end. */
  async kill(signal: NodeJS.Signals): Promise<void> {
    this.child.kill(signal);
    await this.ended();
  }

  /** What a terminal does on Ctrl-C: every process of the group gets the signal. */
  async interruptGroup(): Promise<void> {
    process.kill(-this.pid, 'SIGINT');
    await this.ended();
  }

  /** Waits until it has ended by itself. */
  async ended(): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit');
    // Its last messages may be read after its end is known; the channel closes behind them.
    if (this.child.connected) await once(this.child, 'disconnect');
    return { code: this.child.exitCode, signal: this.child.signalCode };
  }

  private outcome(): Promise<Exclude<OwnerMessage, { starting: true } | { drained: true }>> {
    return eventually('the owner has a server or an error', () =>
      this.messages.find((message) => 'server' in message || 'error' in message),
    );
  }
}
