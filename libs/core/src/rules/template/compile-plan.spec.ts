import { compilePlan } from './compile-plan';
import { descendantsOf, positionOf } from './plan-graph';
import { normaliseTemplate } from './step-defaults';

const definitionOf = (graph: Record<string, string[]>) =>
  normaliseTemplate({
    name: 'graph',
    steps: Object.entries(graph).map(([name, dependsOn]) => ({ name, handler: 'h', dependsOn })),
  });

const compile = (graph: Record<string, string[]>) => {
  const definition = definitionOf(graph);
  return compilePlan(definition, { templateId: 7, revision: 2, lanes: definition.steps.map((_, i) => 100 + i) });
};

describe('compilePlan', () => {
  it('turns names into positions, which are the indexes of the definition', () => {
    const plan = compile({ end: ['left', 'right'], left: ['start'], right: ['start'], start: [], alone: [] });
    expect(plan).toMatchObject({ templateId: 7, revision: 2, roots: [3, 4], sinks: [0, 4] });
    expect(plan.steps.map(({ name, parents, children, lane }) => [name, parents, children, lane])).toEqual([
      ['end', [1, 2], [], 100],
      ['left', [3], [0], 101],
      ['right', [3], [0], 102],
      ['start', [], [1, 2], 103],
      ['alone', [], [], 104],
    ]);
    expect(positionOf(plan, 'right')).toBe(2);
    expect(plan.steps[1]?.definition).toBe(plan.definition.steps[1]);
  });

  it('knows all descendants, ascending, and computes them once', () => {
    const plan = compile({ a: [], b: ['a'], c: ['a'], d: ['b', 'c'], e: ['d'], f: [] });
    expect([0, 1, 2, 3, 4, 5].map((position) => descendantsOf(plan, position))).toEqual([
      [1, 2, 3, 4],
      [3, 4],
      [3, 4],
      [4],
      [],
      [],
    ]);
    expect(descendantsOf(plan, 0)).toBe(descendantsOf(plan, 0));
  });

  it('gives plain data: a plan that was sent as JSON does the same', () => {
    const plan = compile({ a: [], b: ['a'], c: ['a', 'b'] });
    const sent = JSON.parse(JSON.stringify(plan)) as typeof plan;
    expect(sent).toEqual(plan);
    expect(descendantsOf(sent, 0)).toEqual(descendantsOf(plan, 0));
    expect([positionOf(sent, 'c'), positionOf(sent, 'd')]).toEqual([2, undefined]);
  });

  it('refuses a definition nobody checked, and missing lanes', () => {
    expect(() => compile({ a: ['b'] })).toThrow(RangeError);
    const definition = definitionOf({ a: [], b: [] });
    expect(() => compilePlan(definition, { templateId: 1, revision: 1, lanes: [1] })).toThrow(
      'step "b" was given no lane',
    );
  });
});
