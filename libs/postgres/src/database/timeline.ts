import { StoreUnavailableError, type ConnectionLoss } from '@tasker/core';
import type { Client } from 'pg';

/** What enter-timeline.sql answers. */
interface Place {
  readonly line: string | null;
  readonly running_since: string | null;
}

/**
 * In which course of its history the database is: asked on every new session, before anything else. After a failover to a
 * standby that had not got everything, or a restored backup, it is another one, and what this process remembers may never
 * have happened. A statement that was given for one course is not sent in another.
 */
export class Timeline {
  /** How often it turned out to be another one. */
  private turned = 0;
  private line: string | null = null;
  private runningSince: string | null = null;
  private refusedBy: Error | undefined;
  private readonly listeners: ((loss: ConnectionLoss) => void)[] = [];

  /** @param statement the text of enter-timeline.sql */
  constructor(private readonly statement: string) {}

  /** Counts the courses this process has seen; what belongs to an earlier one carries a lower number. */
  get epoch(): number {
    return this.turned;
  }

  /** Why the server does not say where it is; undefined: it does. */
  get refusal(): Error | undefined {
    return this.refusedBy;
  }

  onLoss(heard: (loss: ConnectionLoss) => void): void {
    this.listeners.push(heard);
  }

  /** A connection of the engine broke. */
  lost(cause: Error): void {
    this.tell({ cause, rewound: false });
  }

  /** Looks where a session is. What the server refuses to tell, such as to a role that may only read, stays unknown. */
  async enter(client: Client): Promise<void> {
    let place: Place | undefined;
    try {
      place = (await client.query<Place>(this.statement)).rows[0];
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.refusedBy = error as Error;
      return;
    }
    this.refusedBy = undefined;
    if (place && place.line !== null) this.learn(place.line, place.running_since);
  }

  /** @throws {StoreUnavailableError} when the statement was given before the database turned out to be another one */
  assert(epoch: number): void {
    if (epoch !== this.turned) throw new StoreUnavailableError(rewound());
  }

  private learn(line: string, runningSince: string | null): void {
    const [knownLine, knownStart] = [this.line, this.runningSince];
    [this.line, this.runningSince] = [line, runningSince];
    if (knownLine === null) return;
    if (knownLine !== line) {
      this.turned++;
      this.tell({ cause: rewound(), rewound: true });
    } else if (knownStart !== runningSince)
      this.tell({ cause: new Error('the database was restarted'), rewound: false });
  }

  private tell(loss: ConnectionLoss): void {
    for (const heard of this.listeners) heard(loss);
  }
}

const rewound = (): Error =>
  new Error('the database goes on from another point of its history: a failover, or a restored backup');

/** The server understood and said no; it is not going away. */
const isRefusal = (error: unknown): boolean => {
  const { code, severity } = error as { code?: unknown; severity?: unknown };
  return severity === 'ERROR' && typeof code === 'string' && /^(0A|25|3F|42|55)/.test(code);
};
