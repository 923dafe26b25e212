import { compilePlan } from './compile-plan';
import { descendantsOf, positionOf, stepAt } from './plan-graph';
import { normaliseTemplate } from './step-defaults';

const definitionOf = (graph: Record<string, string[]>) =>
  normaliseTemplate({
    name: 'graph',
    steps: Object.entries(graph).map(([name, dependsOn]) => ({ name, handler: 'h', dependsOn })),
  });

const compile = (graph: Record<string, string[]>, positions?: number[]) => {
  const definition = definitionOf(graph);
  const lanes = definition.steps.map((_, i) => 100 + i);
  return compilePlan(definition, { templateId: 7, revision: 2, lanes, ...(positions && { positions }) });
};

describe('compilePlan', () => {
  it('turns names into positions, which are the indexes of the definition unless others are given', () => {
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

  it('takes the positions that are given, with holes and in any order', () => {
    const plan = compile({ end: ['new', 'start'], start: [], new: ['start'], aside: [] }, [4, 0, 6, 2]);
    expect(plan).toMatchObject({ indexes: [1, -1, 3, -1, 0, -1, 2], roots: [0, 2], sinks: [2, 4] });
    expect(plan.steps.map(({ name, position, parents, children, lane }) => [name, position, parents, children, lane]))
      // Lanes go with the definition, children are ascending whatever their order in it.
      .toEqual([
        ['end', 4, [6, 0], [], 100],
        ['start', 0, [], [4, 6], 101],
        ['new', 6, [0], [4], 102],
        ['aside', 2, [], [], 103],
      ]);
    expect([0, 2, 4, 6].map((position) => stepAt(plan, position)?.name)).toEqual(['start', 'aside', 'end', 'new']);
    expect([-1, 1, 3, 5, 7].map((position) => stepAt(plan, position))).toEqual(new Array(5).fill(undefined));
    expect([positionOf(plan, 'new'), positionOf(plan, 'gone')]).toEqual([6, undefined]);
    expect(descendantsOf(plan, 0)).toEqual([4, 6]);
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
    const holed = compile({ a: [], b: ['a'], c: ['a', 'b'] }, [1, 9, 4]);
    const holedSent = JSON.parse(JSON.stringify(holed)) as typeof plan;
    expect(holedSent).toEqual(holed);
    expect([descendantsOf(holedSent, 1), stepAt(holedSent, 4)?.name]).toEqual([[4, 9], 'c']);
  });

  it('refuses a definition nobody checked, and missing lanes and positions', () => {
    expect(() => compile({ a: ['b'] })).toThrow(RangeError);
    const definition = definitionOf({ a: [], b: [] });
    expect(() => compilePlan(definition, { templateId: 1, revision: 1, lanes: [1] })).toThrow(
      'step "b" was given no lane',
    );
    expect(() => compile({ a: [], b: [] }, [0])).toThrow('step "b" was given no position');
  });
});
