import { leftOutRows } from '../../rules/settlement/left-out';
import { descendantsOf } from '../../rules/template/plan-graph';
import { SETTLE_BATCH, SETTLE_ROWS } from '../engine-options';
import type { EntryInHand } from './settlement-entry';

/** Outcomes that wait to be settled, in the order they will go. */
export class OutcomeBacklog {
  private gathered: EntryInHand[] = [];
  /** Of a batch that the database refused: each goes alone. */
  private singles: EntryInHand[] = [];

  add(entry: EntryInHand): void {
    this.gathered.push(entry);
  }

  /** Back to the front: they have waited before. */
  putBack(entries: readonly EntryInHand[]): void {
    this.gathered.unshift(...entries);
  }

  isolate(entries: readonly EntryInHand[]): void {
    this.singles.push(...entries);
  }

  /** The next batch; empty when nothing waits. Bounded by what it writes as well: one outcome alone may be more. */
  take(): EntryInHand[] {
    if (this.singles.length > 0) return this.singles.splice(0, 1);
    let count = 0;
    for (let rows = 0; count < SETTLE_BATCH && count < this.gathered.length; count++) {
      rows += rowsOf(this.gathered[count] as EntryInHand);
      if (rows > SETTLE_ROWS && count > 0) break;
    }
    return this.gathered.splice(0, count);
  }

  /** Those whose settlement got no answer. */
  inDoubt(): EntryInHand[] {
    return [...this.gathered, ...this.singles].filter(({ step }) => step.inDoubt);
  }

  drop(entries: ReadonlySet<EntryInHand>): void {
    this.gathered = this.gathered.filter((entry) => !entries.has(entry));
    this.singles = this.singles.filter((entry) => !entries.has(entry));
  }

  /** Gives up all that waits. @returns it */
  clear(): EntryInHand[] {
    const all = [...this.gathered, ...this.singles.splice(0)];
    this.gathered = [];
    return all;
  }
}

/** Rows of steps that an outcome writes at most: its own, and one for each dependent it frees, blocks or leaves out. */
function rowsOf({ step, decided, outcome }: EntryInHand): number {
  const { plan } = step.task;
  if (decided.delayMs !== null) return 1;
  if (decided.state === 'error') return 2 + descendantsOf(plan, step.plan.position).length;
  const leavesOut =
    plan.level > 1 && (outcome.kind === 'not_taken' || (outcome.kind === 'completed' && outcome.chosen));
  return 1 + (leavesOut ? leftOutRows(plan, step.plan.position) : step.plan.children.length);
}
