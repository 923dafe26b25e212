/**
 * Why a step was left out, by a branch or by the time. `condition`: its own. `not_chosen`: the step before it chose others.
 * `no_branch_taken`: too few of the steps before it ran. `timeout`: it waited in vain.
 *
 * @public
 */
export type SkipReason = 'condition' | 'not_chosen' | 'no_branch_taken' | 'timeout';

/** What decided it, by name; bounded, as it is kept in the history. Empty where the graph alone decides. @public */
export type SkipDetail = Readonly<Record<string, unknown>>;
