import type { Outcome } from '../../rules/settlement/outcome';
import type { StepInHand } from '../claim/hand';
import type { DecisionValues } from './decision-values';

/**
 * What a step's own condition makes of it.
 *
 * @returns undefined when it has none, or it holds
 * @throws {PermanentError} TSK_EXPRESSION_FAILED
 */
export async function leftOutBy(step: StepInHand, values: DecisionValues): Promise<Outcome | undefined> {
  const { when } = step.plan.definition;
  if (when === undefined) return undefined;
  const { holds, read } = await values.judge(when);
  return holds ? undefined : { kind: 'not_taken', reason: 'condition', detail: { expression: when, values: read } };
}

/** An expression that may come to something else when it is asked later. */
const READS_NOW = /\bnow\b/;

/**
 * Whether the handler may run before anybody has written down that the condition held: asked again, after a crash, it would
 * give the same answer.
 */
export const holdsWheneverAsked = ({ plan }: StepInHand): boolean => !READS_NOW.test(plan.definition.when ?? '');
