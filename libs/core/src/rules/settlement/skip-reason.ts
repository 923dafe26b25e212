/**
 * Why a branch left a step out. `condition`: its own. `not_chosen`: the step before it chose others.
 * `no_branch_taken`: too few of the steps before it ran.
 *
 * @public
 */
export type SkipReason = 'condition' | 'not_chosen' | 'no_branch_taken';

/** What decided it, by name; bounded, as it is kept in the history. Empty where the graph alone decides. @public */
export type SkipDetail = Readonly<Record<string, unknown>>;
