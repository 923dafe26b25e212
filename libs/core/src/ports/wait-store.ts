import type { NewSignal } from '../rules/wait/check-signal';
import type { SentSignal } from '../rules/wait/signal-receipt';
import type { StepWait } from '../rules/wait/step-wait';
import type { StepKey } from './engine-store';

/** Which wait of a step: that of its generation. @public */
export interface WaitKey extends StepKey {
  readonly generation: number;
}

/** What the time has done to waits. @public */
export interface WokenWaits {
  /** Steps that were queued. */
  readonly woken: number;
  /** Ids of approvals. */
  readonly escalated: readonly string[];
  readonly timedOut: readonly string[];
  /** Milliseconds until the next one is due; null when there is none. */
  readonly nextDueMs: number | null;
  readonly at: number;
}

/** Signals that were sent by one statement. @public */
export interface SentSignals {
  /** In the order of the signals. */
  readonly sent: readonly SentSignal[];
  /** Steps that were queued. */
  readonly woken: number;
  readonly at: number;
}

/** What the engine asks a store about steps that wait; each is one transaction. @public */
export interface WaitStore {
  /** What waits have come to, in the order of the keys; null where there is none. Reading ends what a woken one takes. */
  waits(keys: readonly WaitKey[]): Promise<(StepWait | null)[]>;
  /** Wakes what is due, earliest first. */
  wakeWaits(limit: number): Promise<WokenWaits>;
  sendSignals(signals: readonly NewSignal[], keptSignals: number): Promise<SentSignals>;
  /** Sends what was recorded in transactions that have committed since. */
  matchSentSignals(limit: number): Promise<{ readonly matched: number; readonly woken: number }>;
}
