import type { ProgressLine, ProgressView } from './progress-view';

/** One line per event: for files, pipes and continuous integration. */
export class PlainLines implements ProgressView {
  constructor(private readonly write: (text: string) => void) {}

  show({ at, row, step, text }: ProgressLine): void {
    const time = new Date(at).toISOString().slice(11, 23);
    this.write(`${time}  ${row.orderNumber}  ${(step ?? 'order').padEnd(16)}${text}\n`);
  }

  refresh(): void {
    // A line that has been written stays as it is.
  }

  say(text: string): void {
    this.write(`${text}\n`);
  }

  close(): void {
    // Every line is complete when it is written.
  }
}
