import { isRecord } from '../../data/record';
import type { Fault } from '../../errors/tasker-error';
import { expressionFaults, type ExpressionScope } from '../expression/check-expression';
import { Ancestry } from './ancestry';
import type { StepTemplateDefinition } from './definition';

/** An expression of a step, and where it stands. @internal */
export interface PlacedExpression extends Pick<ExpressionScope, 'gives' | 'variables'> {
  readonly path: string;
  readonly text: string;
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
    return stepExpressions(step, `steps[${index}].`).flatMap(({ path, text, ...scope }) =>
      expressionFaults(text, { ...scope, isBefore, steps: ancestry.names }).map(({ message, position }) => ({
        path,
        message: `character ${position}: ${message}`,
      })),
    );
  });
}

/** Every expression of a step. @internal */
export function stepExpressions(step: StepTemplateDefinition, path: string): PlacedExpression[] {
  const cases = Array.isArray(step.switch) ? (step.switch as unknown[]) : [];
  const conditions: [string, unknown][] = [
    ['when', step.when],
    ...cases.map((entry, i): [string, unknown] => [`switch[${i}].when`, isRecord(entry) ? entry['when'] : undefined]),
  ];
  return [
    ...conditions.flatMap(([key, text]) =>
      typeof text === 'string' ? [{ path: path + key, text, ...CONDITION }] : [],
    ),
    ...waitExpressions(step, path),
  ];
}

/** Times that a step waits for, and keys of signals. */
function waitExpressions({ sleepUntil, waitFor }: StepTemplateDefinition, path: string): PlacedExpression[] {
  const lists = isRecord(waitFor) ? { any: waitFor.any, all: waitFor.all } : {};
  const things: [string, unknown][] = [
    ['', { sleepUntil }],
    ['waitFor.', waitFor],
    ...Object.entries(lists).flatMap(([name, list]: [string, unknown]) =>
      Array.isArray(list) ? list.map((thing, i): [string, unknown] => [`waitFor.${name}[${i}].`, thing]) : [],
    ),
  ];
  return things.flatMap(([at, thing]) => {
    if (!isRecord(thing)) return [];
    const { sleepUntil: time, correlation: key } = thing;
    return [
      ...(typeof time === 'string' ? [{ path: `${path}${at}sleepUntil`, text: time, ...TIME }] : []),
      ...(typeof key === 'string' ? [{ path: `${path}${at}correlation`, text: key, ...KEY }] : []),
    ];
  });
}

type Place = Pick<ExpressionScope, 'gives' | 'variables'>;

const CONDITION: Place = { gives: ['true or false'], variables: ['now'] };
const TIME: Place = { gives: ['a timestamp', 'a text'], variables: ['now'] };
/** Whoever sends has to come to the same key, whenever he does. */
const KEY: Place = { gives: ['a text', 'a number'], variables: [] };
