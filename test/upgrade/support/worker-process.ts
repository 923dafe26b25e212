import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { within } from '../../support/gate';
import type { Refusal, WorkerReport, WorkerSetup } from './worker-protocol';

const BOOT_WITHIN_MS = 20_000;
const SOURCES = join(__dirname, '../../support/typescript.cjs');

export interface WorkerOptions extends WorkerSetup {
  /** Folder of its release; default: this one. */
  readonly release?: string;
  readonly onEnded: (taskId: string, worker: string) => void;
}

/** A worker of some release in a process of its own. */
export class WorkerProcess {
  /** Warnings and errors of its log that are not about a single step, and what it printed. */
  readonly lines: string[] = [];
  private readonly child: ChildProcess;
  private readonly booted: Promise<Refusal | null>;
  private lineCame: () => void = () => undefined;

  constructor({ release, onEnded, ...setup }: WorkerOptions) {
    this.child = fork(join(__dirname, 'worker-program.ts'), [JSON.stringify(setup)], {
      execArgv: ['--require', SOURCES],
      env: { ...process.env, TASKER_RELEASE: release },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.child.stderr?.on('data', (text: Buffer) => this.heard(String(text)));
    this.booted = new Promise((resolve, reject) => {
      this.child.on('message', (report: WorkerReport) => {
        if (report.kind === 'started') resolve(null);
        else if (report.kind === 'refused') resolve(report.refusal);
        else if (report.kind === 'ended') onEnded(report.taskId, setup.name);
        else this.heard(report.line);
      });
      this.child.once('exit', () => reject(new Error(`${setup.name} has not booted: ${this.lines.join('\n')}`)));
    });
    // It may end before anybody asks.
    this.booted.catch(() => undefined);
  }

  /** Null once it runs; or why it refused to. */
  boot(): Promise<Refusal | null> {
    return within(BOOT_WITHIN_MS, `the worker boots: ${this.lines.join('\n')}`, this.booted);
  }

  /** Its next line that matches, or one it has written already. */
  async line(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = this.lines.find((line) => pattern.test(line));
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => (this.lineCame = resolve));
    }
  }

  /** Exit code; null when a signal ended it. */
  async exited(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit');
    return this.child.exitCode;
  }

  /** Asks it to drain. */
  stop(): Promise<number | null> {
    this.child.kill('SIGTERM');
    return this.exited();
  }

  /** Ends it in the middle of whatever it does. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited();
  }

  private heard(line: string): void {
    this.lines.push(line);
    this.lineCame();
  }
}
