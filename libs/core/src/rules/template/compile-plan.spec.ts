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

  it.each<[string, (i: number) => number[]]>([
    ['a chain', (i) => (i > 0 ? [i - 1] : [])],
    ['a fan out and in', (i) => (i === 0 ? [] : i < 9_999 ? [0] : Array.from({ length: 9_998 }, (_, j) => j + 1))],
    ['layers', (i) => (i < 100 ? [] : Array.from({ length: 10 }, (_, j) => i - 100 + ((j * 7) % 100) - (i % 100)))],
  ])('compiles %s of 10,000 steps in a fraction of a second', (_, parents) => {
    const graph = Object.fromEntries(
      Array.from({ length: 10_000 }, (_step, i) => [`s${i}`, parents(i).map((p) => `s${p}`)]),
    );
    const definition = definitionOf(graph);
    const lanes = definition.steps.map(() => 1);
    const before = performance.now();
    const plan = compilePlan(definition, { templateId: 1, revision: 1, lanes });
    descendantsOf(plan, 0);
    // About 20 ms; the limit only has to tell linear from quadratic on a busy machine.
    expect(performance.now() - before).toBeLessThan(1_500);
    expect(plan.steps).toHaveLength(10_000);
  });
});
