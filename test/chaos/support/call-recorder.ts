import { openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export interface HandlerCall {
  readonly taskId: string;
  readonly step: string;
  readonly attempt: number;
  readonly workerId: number;
}

/** A line of the recorder's file: a call began, or the one of this number ended. Times are epoch milliseconds. */
export type CallLine =
  (HandlerCall & { readonly n: number; readonly at: number }) | { readonly n: number; readonly until: number };

/**
 * Writes down calls of handlers past the engine and past the database, which may forget: a file of its own per process.
 * What is written stays, however the process ends.
 */
export class CallRecorder {
  private readonly file: number;
  private begun = 0;

  constructor(directory: string) {
    this.file = openSync(join(directory, `calls-${process.pid}.jsonl`), 'a');
  }

  /** A handler was entered. @returns tells that it has come to its end */
  begin(call: HandlerCall): () => void {
    const n = ++this.begun;
    this.write({ ...call, n, at: Date.now() });
    return () => this.write({ n, until: Date.now() });
  }

  private write(line: CallLine): void {
    writeSync(this.file, `${JSON.stringify(line)}\n`);
  }
}
