/**
 * Why a step is skipped. `condition`: its own was false. `not_chosen`: the step before it chose others. `no_branch_taken`:
 * none of the steps before it has run. `bypassed`: the request asked for it. `operator`: somebody skipped it. `timeout`: what
 * it waited for did not come, and its template says so.
 *
 * @public
 */
export const SKIP_REASONS = ['condition', 'not_chosen', 'no_branch_taken', 'bypassed', 'operator', 'timeout'] as const;

/** One of the reasons above. @public */
export type StepSkipReason = (typeof SKIP_REASONS)[number];
