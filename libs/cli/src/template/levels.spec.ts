import { normaliseTemplate } from '@tasker/core';
import { drawLevels, stepLevels } from './levels';

const template = (edges: Record<string, string[]>) =>
  normaliseTemplate({
    name: 'x',
    steps: Object.entries(edges).map(([name, dependsOn]) => ({ name, handler: 'h', dependsOn })),
  });

describe('levels of a template', () => {
  it('put a step one below the deepest it depends on', () => {
    const levels = stepLevels(template({ d: ['c', 'a'], a: [], b: ['a'], c: ['b'] }));
    expect(levels.map((level) => level.map(({ name }) => name))).toEqual([['a'], ['b'], ['c'], ['d']]);
  });

  it('are drawn with what each step waits for', () => {
    expect(drawLevels(template({ a: [], b: [], c: ['a', 'b'] }))).toBe(['1 / a', '  \\ b', '2 - c <- a, b'].join('\n'));
  });

  it('are found for a chain of ten thousand', () => {
    const chain = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`s${i}`, i === 0 ? [] : [`s${i - 1}`]]));
    expect(stepLevels(template(chain))).toHaveLength(10_000);
  });
});
