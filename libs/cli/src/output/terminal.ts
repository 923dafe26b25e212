import { styleText } from 'node:util';

/** Colours with a meaning, so that commands say what a word is and not how it looks. @internal */
export type Tone = 'good' | 'bad' | 'warn' | 'dim' | 'strong';

const STYLES = { good: 'green', bad: 'red', warn: 'yellow', dim: 'dim', strong: 'bold' } as const;

/** The two streams of the process: what they can show, and whether somebody can answer. @internal */
export class Terminal {
  constructor(
    readonly stdout: NodeJS.WriteStream = process.stdout,
    readonly stderr: NodeJS.WriteStream = process.stderr,
    private readonly env: NodeJS.ProcessEnv = process.env,
  ) {}

  /** Characters of a line; null when nobody looks and lines may have any length. */
  get width(): number | null {
    return this.stdout.isTTY ? Math.max(this.stdout.columns, 40) : null;
  }

  /** Whether a question would be seen and could be answered. */
  get canAsk(): boolean {
    return process.stdin.isTTY && this.stderr.isTTY;
  }

  paint(text: string, tone: Tone, stream: NodeJS.WriteStream = this.stdout): string {
    const { NO_COLOR = '', TERM } = this.env;
    if (!stream.isTTY || NO_COLOR !== '' || TERM === 'dumb') return text;
    return styleText(STYLES[tone], text, { validateStream: false });
  }
}
