import { OutcomeBacklog } from './outcome-backlog';
import type { EntryInHand } from './settlement-entry';

/**
 * Outcomes that wait, in two lines that take turns: those of tasks that branch or wait go through a statement of their own,
 * and never in a batch with others.
 */
export class OutcomeLines {
  private readonly plain = new OutcomeBacklog();
  private readonly graph = new OutcomeBacklog();
  private graphNext = false;

  add(entry: EntryInHand): void {
    this.lineOf(entry).add(entry);
  }

  /** Of one batch. */
  putBack(entries: readonly EntryInHand[]): void {
    const [first] = entries;
    if (first) this.lineOf(first).putBack(entries);
  }

  /** Of one batch. */
  isolate(entries: readonly EntryInHand[]): void {
    const [first] = entries;
    if (first) this.lineOf(first).isolate(entries);
  }

  /** The next batch; empty when nothing waits. */
  take(): EntryInHand[] {
    const [first, second] = this.graphNext ? [this.graph, this.plain] : [this.plain, this.graph];
    this.graphNext = !this.graphNext;
    const batch = first.take();
    return batch.length > 0 ? batch : second.take();
  }

  /** Those whose settlement got no answer. */
  inDoubt(): EntryInHand[] {
    return [...this.plain.inDoubt(), ...this.graph.inDoubt()];
  }

  drop(entries: ReadonlySet<EntryInHand>): void {
    this.plain.drop(entries);
    this.graph.drop(entries);
  }

  /** Gives up all that waits. @returns it */
  clear(): EntryInHand[] {
    return [...this.plain.clear(), ...this.graph.clear()];
  }

  private lineOf(entry: EntryInHand): OutcomeBacklog {
    return entry.plan.level === 1 ? this.plain : this.graph;
  }
}
