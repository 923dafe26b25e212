import { isRecord } from '../../data/record';
import type { Fault } from '../../errors/tasker-error';
import { expressionFaults, type ExpressionScope } from '../expression/check-expression';
import { Ancestry } from './ancestry';
import type { StepTemplateDefinition } from './definition';

/** An expression of a step, and where it stands. */
interface PlacedExpression {
  readonly path: string;
  readonly text: string;
  readonly gives: ExpressionScope['gives'];
}

/**
 * Expressions of steps that are no CEL, read what is not there, or cannot give what they have to.
 *
 * @param steps those whose names and dependencies have the right types, with their indexes
 * @internal
 */
export function stepExpressionFaults(steps: readonly (readonly [number, StepTemplateDefinition])[]): Fault[] {
  const ancestry = new Ancestry(steps.map(([, step]) => step));
  return steps.flatMap(([index, step]) => {
    const isBefore = (other: string): boolean => ancestry.isBefore(other, step.name);
    return expressionsOf(step, `steps[${index}].`).flatMap(({ path, text, gives }) =>
      expressionFaults(text, { variables: ['now'], isBefore, steps: ancestry.names, gives }).map(
        ({ message, position }) => ({ path, message: `character ${position}: ${message}` }),
      ),
    );
  });
}

function expressionsOf(step: StepTemplateDefinition, path: string): PlacedExpression[] {
  const cases = Array.isArray(step.switch) ? (step.switch as unknown[]) : [];
  const conditions: [string, unknown][] = [
    ['when', step.when],
    ...cases.map((entry, i): [string, unknown] => [`switch[${i}].when`, isRecord(entry) ? entry['when'] : undefined]),
  ];
  return conditions.flatMap(([key, text]) =>
    typeof text === 'string' ? [{ path: path + key, text, gives: ['true or false'] as const }] : [],
  );
}
