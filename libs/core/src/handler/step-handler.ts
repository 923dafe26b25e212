import type { StepContext } from './step-context';

/**
 * A step's work. Runs at least once per step; use `step.idempotencyKey` where a repeat would hurt.
 *
 * Return JSON data: dependents receive it under the name of this step. Throw `PermanentError` when trying again is
 * pointless, `RetryableError` to say when to try again, anything else to retry by the step's backoff.
 *
 * @public
 */
export interface StepHandler<
  TContext = unknown,
  TOutput = unknown,
  TParents = Record<string, unknown>,
  TEarlier = Record<string, unknown>,
> {
  process(step: StepContext<TContext, TParents, TEarlier>): Promise<TOutput> | TOutput;
  /**
   * Shapes what is stored: receives what `process` returned, its return value becomes the step's result.
   * A throw here is permanent, because repeating `process` would repeat work that has been done.
   */
  processResults?(step: StepContext<TContext, TParents, TEarlier>, output: TOutput): unknown;
}
