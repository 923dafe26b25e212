import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ROOT } from './build';

/** The built demo as a process of its own, with what it has printed. */
export class DemoProcess {
  output = '';
  private readonly waiting = new Set<() => void>();
  private readonly ended: Promise<number | null>;

  private constructor(private readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
        this.waiting.forEach((check) => check());
      });
    }
    this.ended = once(child, 'close').then(([code]) => {
      this.waiting.forEach((check) => check());
      return code as number | null;
    });
  }

  static start(args: readonly string[], env: Record<string, string>): DemoProcess {
    const { DATABASE_URL: _, ...inherited } = process.env;
    const main = join(ROOT, 'examples/storefront/dist/main.js');
    return new DemoProcess(spawn(process.execPath, [main, ...args], { env: { ...inherited, ...env } }));
  }

  /** Resolves with the match as soon as it has been printed; rejects with all output when the process ends before. */
  printed(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        const match = pattern.exec(this.output);
        if (!match && this.child.exitCode === null && this.child.signalCode === null) return;
        this.waiting.delete(check);
        if (match) resolve(match);
        else reject(new Error(`The demo ended before it printed ${String(pattern)}:\n${this.output}`));
      };
      this.waiting.add(check);
      check();
    });
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** @returns its exit code; null when a signal ended it */
  exit(): Promise<number | null> {
    return this.ended;
  }
}
