import { walkGraph } from './graph';

const walk = (graph: Record<string, string[]>) => {
  const steps = Object.entries(graph).map(([name, dependsOn]) => ({ name, dependsOn }));
  const { order, cycles } = walkGraph(steps);
  const names = (positions: readonly number[]) => positions.map((position) => steps[position]?.name);
  return { order: names(order), cycles: cycles.map(names) };
};

describe('walkGraph', () => {
  it('keeps the declared order where dependencies allow it', () => {
    expect(walk({ a: [], b: [], c: ['a'] })).toEqual({ order: ['a', 'b', 'c'], cycles: [] });
    expect(walk({ a: ['c'], b: [], c: ['d'], d: [] }).order).toEqual(['d', 'c', 'a', 'b']);
  });

  it('tells a cycle parent by parent, from its first declared step', () => {
    expect(walk({ x: [], c: ['b'], a: ['c'], b: ['a', 'x'] }).cycles).toEqual([['c', 'a', 'b']]);
  });

  it('finds every knot', () => {
    expect(walk({ a: ['b'], b: ['a'], c: ['d'], d: ['c'], e: ['a', 'c'] }).cycles).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
  });

  it('passes over unknown parents and self-dependency', () => {
    expect(walk({ a: ['a', 'none'], b: ['a'] })).toEqual({ order: ['a', 'b'], cycles: [] });
  });

  it('walks a chain that is deeper than the call stack, in either direction', () => {
    const size = 10_000;
    const steps = Array.from({ length: size }, (_, i) => ({
      name: `s${i}`,
      dependsOn: i + 1 < size ? [`s${i + 1}`] : [],
    }));
    expect(walkGraph(steps).order[0]).toBe(size - 1);
    const last = { name: `s${size - 1}`, dependsOn: ['s0'] };
    expect(walkGraph([...steps.slice(0, -1), last]).cycles.map((cycle) => cycle.length)).toEqual([size]);
  });
});
