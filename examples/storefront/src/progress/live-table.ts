import type { OrderBoard, OrderRow, StepMark } from './order-board';
import type { ProgressView } from './progress-view';

/** Fast enough to look alive, slow enough for a terminal over a network. */
const REDRAW_MS = 80;

const MARKS: Readonly<Record<StepMark, string>> = {
  waiting: '·',
  running: '\u001b[36m▶\u001b[0m',
  done: '\u001b[32m■\u001b[0m',
  retrying: '\u001b[33m↻\u001b[0m',
  failed: '\u001b[31m✗\u001b[0m',
  skipped: '\u001b[90m○\u001b[0m',
};
const STATES = { open: 'open', complete: '\u001b[32mcomplete\u001b[0m', error: '\u001b[31merror\u001b[0m' } as const;

/** The part of a terminal the table needs. */
export interface Screen {
  readonly columns: number;
  readonly rows: number;
  write(text: string): void;
}

/** One row per order, redrawn in place. */
export class LiveTable implements ProgressView {
  private drawn = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly board: OrderBoard,
    private readonly screen: Screen,
  ) {}

  show(): void {
    this.refresh();
  }

  refresh(): void {
    if (this.timer) return;
    this.timer = setTimeout(() => this.draw(), REDRAW_MS);
    this.timer.unref();
  }

  say(text: string): void {
    this.erase();
    this.screen.write(`${text}\n`);
    this.draw();
  }

  close(): void {
    this.draw();
    this.drawn = 0;
  }

  private draw(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.erase();
    const lines = this.visible().map((row) => this.line(row));
    if (lines.length > 0) this.screen.write(`${lines.join('\n')}\n`);
    this.drawn = lines.length;
  }

  /** A table taller than the screen could not be redrawn: the latest orders win. */
  private visible(): OrderRow[] {
    return this.board.rows().slice(-Math.max(1, this.screen.rows - 2));
  }

  private erase(): void {
    if (this.drawn > 0) this.screen.write(`\u001b[${this.drawn}A\u001b[0J`);
    this.drawn = 0;
  }

  private line(row: OrderRow): string {
    const marks = [...row.steps.values()];
    const bar = marks.map((mark) => MARKS[mark]).join('');
    const seconds = (((row.endedAt ?? Date.now()) - row.startedAt) / 1_000).toFixed(1);
    const state = `${STATES[row.state]}${' '.repeat(10 - row.state.length)}`;
    const left = `${row.orderNumber}  ${bar}  ${state}${seconds.padStart(5)} s  `;
    const width = `${row.orderNumber}  `.length + marks.length + 2 + 10 + 9;
    return left + row.note.slice(0, Math.max(0, this.screen.columns - width - 1));
  }
}
