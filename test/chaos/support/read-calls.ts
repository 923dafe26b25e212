import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CallLine, HandlerCall } from './call-recorder';

/** A call as its process wrote it down. */
export interface RecordedCall extends HandlerCall {
  readonly at: number;
  /** Null: its process ended first, or it still runs. */
  until: number | null;
}

/** Reads what recorders have written since it was asked last. */
export class RecordedCalls {
  private readonly read = new Map<string, { lines: number; open: Map<number, RecordedCall> }>();

  constructor(private readonly directory: string) {}

  /** Calls that have ended since; with `all`, those that have not as well. */
  take(all: boolean): RecordedCall[] {
    return readdirSync(this.directory).flatMap((name) => this.takeFrom(name, all));
  }

  private takeFrom(name: string, all: boolean): RecordedCall[] {
    const known = this.read.get(name) ?? { lines: 0, open: new Map<number, RecordedCall>() };
    this.read.set(name, known);
    const lines = readFileSync(join(this.directory, name), 'utf8').split('\n').slice(0, -1);
    const taken: RecordedCall[] = [];
    for (const text of lines.slice(known.lines)) {
      const line = JSON.parse(text) as CallLine;
      if ('at' in line) known.open.set(line.n, { ...line, until: null });
      else {
        const call = known.open.get(line.n);
        if (call) taken.push({ ...call, until: line.until });
        known.open.delete(line.n);
      }
    }
    known.lines = lines.length;
    if (all) taken.push(...known.open.values());
    if (all) known.open.clear();
    return taken;
  }
}
