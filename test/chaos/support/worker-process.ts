import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { within } from '../../support/gate';
import { STARTED_NOT, type BlockMessage, type WorkerReport, type WorkerSetup } from './worker-protocol';

const READY_WITHIN_MS = 30_000;

/** The driver's end of a worker in a process of its own. */
export class WorkerProcess {
  /** Errors it wrote to its log, and what it printed. */
  readonly lines: string[] = [];
  private readonly child: ChildProcess;
  private readonly started: Promise<number>;
  private signalled = false;

  constructor(readonly setup: WorkerSetup) {
    this.child = fork(join(__dirname, 'worker-program.ts'), [JSON.stringify(setup)], {
      execArgv: ['--require', join(__dirname, '../../support/typescript.cjs')],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (text: Buffer) => this.lines.push(String(text)));
    }
    this.started = new Promise((resolve, reject) => {
      this.child.on('message', (report: WorkerReport) => {
        if ('workerId' in report) resolve(report.workerId);
        else this.lines.push(report.line);
      });
      this.child.once('exit', () => reject(new Error(`${setup.name} has not started: ${this.lines.join('\n')}`)));
    });
    // Those that nobody waits for are looked at by `died`.
    this.started.catch(() => undefined);
  }

  get pid(): number {
    return this.child.pid ?? NaN;
  }

  /** Resolves with its first worker id; a lost lease gives it another one. */
  ready(): Promise<number> {
    return within(READY_WITHIN_MS, `${this.setup.name} runs`, this.started);
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** It ended although nobody asked it to; no database at its start is excused. */
  get died(): boolean {
    return !this.isRunning && !this.signalled && this.child.exitCode !== STARTED_NOT;
  }

  /** Ends it in the middle of whatever it does. */
  async kill(): Promise<void> {
    this.signalled = true;
    this.child.kill('SIGKILL');
    await this.ended();
  }

  freeze(): void {
    this.child.kill('SIGSTOP');
  }

  wake(): void {
    this.child.kill('SIGCONT');
  }

  /** Its event loop does nothing else for so long. */
  block(blockMs: number): void {
    if (this.child.connected) this.child.send({ blockMs } satisfies BlockMessage);
  }

  /** Asks it to drain. */
  async stop(): Promise<void> {
    this.signalled = true;
    this.child.kill('SIGTERM');
    await this.ended();
  }

  private async ended(): Promise<void> {
    if (this.isRunning) await once(this.child, 'exit');
  }
}
