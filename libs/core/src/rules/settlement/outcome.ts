import type { StepFailure } from './step-failure';

/** What one run of a handler came to. */
export type Outcome =
  | { readonly kind: 'completed'; /** JSON text. */ readonly result: string }
  | { readonly kind: 'failed'; readonly failure: StepFailure; readonly retryAfterMs: number | undefined }
  | { readonly kind: 'skipped' }
  /** Given back unfinished: the attempt is not spent. */
  | { readonly kind: 'released' };
