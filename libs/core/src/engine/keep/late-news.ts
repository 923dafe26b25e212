import type { EngineStore, SettledAttempt } from '../../ports/engine-store';
import { stepKey } from '../claim/hand';
import type { Reporter } from '../reporter';
import type { EntryInHand } from '../settle/settlement-entry';

export interface LateNewsDeps {
  readonly store: Pick<EngineStore, 'settledAttempts'>;
  readonly reporter: Reporter;
}

/**
 * Outcomes whose settlement got no answer before their lease was lost. Nothing can be done about them any more; but those
 * that were recorded, others listen for.
 */
export class LateNews {
  private entries: readonly EntryInHand[] = [];

  constructor(private readonly deps: LateNewsDeps) {}

  /** Something may still turn out to have been recorded. */
  get isAwaited(): boolean {
    return this.entries.length > 0;
  }

  expect(entries: readonly EntryInHand[]): void {
    if (entries.length > 0) this.entries = [...this.entries, ...entries];
  }

  /** Asks the database and tells of what was recorded; the rest stays awaited. */
  async ask(): Promise<void> {
    for (const worker of new Set(this.entries.map((entry) => entry.worker))) {
      const own = this.entries.filter((entry) => entry.worker === worker);
      const settled = await this.deps.store.settledAttempts(worker, own.map(attemptOf));
      const untold = new Set(tellSettled(this.deps.reporter, own, settled));
      this.entries = this.entries.filter((entry) => entry.worker !== worker || untold.has(entry));
    }
  }

  /** What was not recorded by now never will be: others have those steps. */
  close(): void {
    this.entries = [];
  }
}

/** Which attempt the entry is of. */
export const attemptOf = ({ taskId, position, attempt }: EntryInHand) => ({ taskId, position, attempt });

/**
 * Tells of outcomes that the database turned out to have, and of the tasks that ended with them.
 *
 * @returns the entries that it does not have
 */
export function tellSettled(
  reporter: Reporter,
  entries: readonly EntryInHand[],
  settled: readonly SettledAttempt[],
): EntryInHand[] {
  const byKey = new Map(settled.map((attempt) => [stepKey(attempt), attempt]));
  const ended = new Set<string>();
  const missing: EntryInHand[] = [];
  for (const entry of entries) {
    const found = byKey.get(stepKey(entry));
    if (!found) {
      missing.push(entry);
      continue;
    }
    reporter.settledUnheard(entry, found.at);
    if (found.ended === null || ended.has(entry.taskId)) continue;
    ended.add(entry.taskId);
    reporter.ended(entry, found.ended === 'complete' ? 'task.completed' : 'task.failed', found.at);
  }
  return missing;
}
