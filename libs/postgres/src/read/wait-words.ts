import { dueIn, names } from './spell';
import type { WaitingFor } from './waiting-for';

/** What a step waits for, as a sentence. @internal */
export function waitWords(wait: WaitingFor | undefined, now: Date): string {
  if (!wait) return 'It waits, and no worker is held by that.';
  const { kind, until, signals, approval } = wait;
  const left = until === null ? null : dueIn(until.getTime() - now.getTime());
  const limit = left === null ? '' : `; its time is over ${left}`;
  switch (kind) {
    case 'sleep':
      return left === null ? 'It sleeps.' : `It sleeps, and goes on ${left}.`;
    case 'signal':
      return `It waits for ${signals.length === 0 ? 'a signal' : `the signal ${names(signals)}`}${limit}.`;
    case 'approval':
      return `It waits for a decision${approval ? `: "${approval.title}"${deciders(approval.assignees)}` : ''}${limit}.`;
    case 'suspended':
      return `Its handler suspended it${signals.length === 0 ? '' : ` until the signal ${names(signals)} comes`}${left === null ? '' : `; it is called again ${left}`}.`;
  }
}

const deciders = (assignees: readonly string[]): string => (assignees.length === 0 ? '' : `, of ${names(assignees)}`);
