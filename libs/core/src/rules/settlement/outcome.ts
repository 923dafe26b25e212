import type { SkipDetail, SkipReason } from './skip-reason';
import type { NewWait } from '../wait/step-wait';
import type { StepFailure } from './step-failure';

/** What one run of a handler came to. */
export type Outcome =
  | {
      readonly kind: 'completed';
      /** JSON text. */
      readonly result: string;
      /** Names of the dependents that run, of those that this step chooses among. */
      readonly chosen?: readonly string[];
    }
  | { readonly kind: 'failed'; readonly failure: StepFailure; readonly retryAfterMs: number | undefined }
  | {
      readonly kind: 'skipped';
      /** It has waited in vain. Absent: its request bypasses it. */ readonly reason?: 'timeout';
    }
  /** Given back unfinished: the attempt is not spent. */
  | { readonly kind: 'released' }
  /** A branch leaves it out; with what decided that. */
  | { readonly kind: 'not_taken'; readonly reason: SkipReason; readonly detail: SkipDetail }
  /** Its condition holds, and somebody else is to run its handler: the attempt is not spent. */
  | { readonly kind: 'granted' }
  /** It goes on when what it waits for has come: the attempt is not spent. */
  | {
      readonly kind: 'waiting';
      /** What it begins to wait for; null: what it waits for already. */
      readonly wait?: NewWait | null;
    };
