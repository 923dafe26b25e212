import type { TaskerError } from '@tasker/core';
import type { ActOutcome } from '../operate/act-many';
import type { BulkCounts, BulkReason, BulkRefusal } from './bulk-operation';

/** Enough to see what kinds there are. */
const SAMPLES = 20;

/** A task that could not be changed for a reason that has nothing to do with the task's state. */
export interface FailedTask {
  readonly taskId: string;
  readonly failed: { readonly code: string; readonly message: string };
}

export type BulkOutcome = ActOutcome | FailedTask;

/** Counts of refusals by reason, as they are stored: the key is the code, with the state after a slash when it has one. */
export type StoredReasons = Readonly<Record<string, number>>;

/** Adds up outcomes, on top of what is known already. */
export class BulkTally {
  private readonly counts = { matched: 0, changed: 0, unchanged: 0, refused: 0, failed: 0 };
  private readonly byReason: Record<string, number>;
  private readonly sampled: BulkRefusal[];

  constructor(reasons: StoredReasons = {}, samples: readonly BulkRefusal[] = []) {
    this.byReason = { ...reasons };
    this.sampled = [...samples];
  }

  add(outcomes: readonly BulkOutcome[]): void {
    for (const outcome of outcomes) {
      this.counts.matched++;
      if ('receipt' in outcome) this.counts[outcome.receipt.changed ? 'changed' : 'unchanged']++;
      else if ('refused' in outcome) this.note('refused', outcome.taskId, outcome.refused, stateOf(outcome.refused));
      else this.note('failed', outcome.taskId, outcome.failed, null);
    }
  }

  /** Of what was added here. */
  get added(): BulkCounts {
    return this.counts;
  }

  get reasons(): StoredReasons {
    return this.byReason;
  }

  get samples(): readonly BulkRefusal[] {
    return this.sampled;
  }

  private note(
    kind: 'refused' | 'failed',
    taskId: string,
    { code, message }: { readonly code: string; readonly message: string },
    state: string | null,
  ): void {
    this.counts[kind]++;
    const key = state === null ? code : `${code}/${state}`;
    this.byReason[key] = (this.byReason[key] ?? 0) + 1;
    if (this.sampled.length < SAMPLES) this.sampled.push({ taskId, code, message });
  }
}

/** The most frequent first, then by code and state. */
export function readReasons(stored: StoredReasons): BulkReason[] {
  const reasons = Object.entries(stored).map(([key, count]) => {
    const [code = key, state = null] = key.split('/');
    return { code, state, count };
  });
  return reasons.sort(
    (one, other) => other.count - one.count || `${one.code}/${one.state}`.localeCompare(`${other.code}/${other.state}`),
  );
}

const stateOf = ({ data }: TaskerError): string | null => (typeof data['state'] === 'string' ? data['state'] : null);
