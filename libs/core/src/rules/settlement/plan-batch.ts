import { planGraphSettlement, type GraphDecision } from './plan-graph-settlement';
import { planSettlement, type DependentTaker } from './plan-settlement';
import type { SettlementBatch } from './settlement-batch';

/**
 * What a batch of outcomes does to the dependents, by the rules of their level.
 *
 * @param outcomes all of one level, in the order of `byTaskAndPosition`
 * @param forLost a rescuer speaks for workers declared lost
 */
export function planBatch<O extends GraphDecision>(
  outcomes: readonly O[],
  taker: DependentTaker<O>,
  forLost = false,
): SettlementBatch {
  const isPlain = outcomes[0]?.plan.level === 1;
  return isPlain ? planSettlement(outcomes, taker, forLost) : planGraphSettlement(outcomes, taker, forLost);
}
