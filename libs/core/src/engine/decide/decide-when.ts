import type { Outcome } from '../../rules/settlement/outcome';
import type { StepInHand } from '../claim/hand';
import type { DecisionValues, Judged } from './decision-values';

/**
 * What a step's own condition makes of it.
 *
 * @returns undefined when it has none, or it holds
 * @throws {PermanentError} TSK_EXPRESSION_FAILED
 */
export function leftOutBy(
  step: StepInHand,
  values: DecisionValues,
): Outcome | undefined | Promise<Outcome | undefined> {
  const { when } = step.plan.definition;
  if (when === undefined) return undefined;
  const judged = values.judge(when);
  return judged instanceof Promise ? judged.then((one) => leftOut(when, one)) : leftOut(when, judged);
}

const leftOut = (when: string, judged: Judged): Outcome | undefined =>
  judged.holds
    ? undefined
    : { kind: 'not_taken', reason: 'condition', detail: { expression: when, values: judged.read() } };

/** An expression that may come to something else when it is asked later. */
const READS_NOW = /\bnow\b/;

/**
 * Whether the handler may run before anybody has written down that the condition held: asked again, after a crash, it would
 * give the same answer.
 */
export const holdsWheneverAsked = ({ plan }: StepInHand): boolean => !READS_NOW.test(plan.definition.when ?? '');
