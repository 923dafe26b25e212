import { nullReads } from './null-reads';
import { normaliseTemplate, type StepTemplateInput } from './step-defaults';

const step = (
  name: string,
  dependsOn: readonly string[],
  more: Partial<StepTemplateInput> = {},
): StepTemplateInput => ({
  ...{ name, dependsOn },
  ...(more.switch ? {} : { handler: 'h' }),
  ...more,
});

const warned = (...steps: StepTemplateInput[]): string[] =>
  nullReads(normaliseTemplate({ name: 't', steps })).map(({ path, message }) => `${path} ${message}`);

describe('reads of what a branch may leave out', () => {
  const start = [step('a', []), step('b-1', ['a'], { when: 'context.x' })];

  it('are warned of, with what would help', () => {
    expect(warned(...start, step('c', ['a', 'b-1'], { when: 'parents["b-1"].ok && parents.a.ok' }))).toEqual([
      'steps[2].when reads a field of "b-1", which a branch may leave out: ask first, parents["b-1"] != null && …',
    ]);
  });

  it.each([
    ['asks for null', ['a', 'b-1'], { when: 'parents["b-1"] != null && parents["b-1"].ok' }],
    ['asks the other way round', ['a', 'b-1'], { when: 'null == parents["b-1"] || parents["b-1"].ok' }],
    ['reads no field', ['a', 'b-1'], { when: 'parents["b-1"] == 5' }],
    ['only runs after it', ['b-1'], { when: 'parents["b-1"].ok' }],
    ['runs when all have run', ['a', 'b-1'], { when: 'parents["b-1"].ok', runIf: 'all' }],
  ] as const)('are not where a step %s', (_, parents, more) => {
    expect(warned(...start, step('c', parents, more))).toEqual([]);
  });

  it('are where a step runs always, and in the cases of a switch', () => {
    const always = { when: 'parents["b-1"].ok', runIf: 'always' } as const;
    expect(warned(...start, step('c', ['b-1'], always))).toHaveLength(1);
    const cases = [{ when: 'parents["b-1"].ok', steps: 'd' }];
    expect(warned(...start, step('c', ['a', 'b-1'], { switch: cases }), step('d', ['c']))[0]).toMatch(
      /^steps\[2\]\.switch\[0\]\.when /,
    );
  });

  it('are told a hundred times at most', () => {
    const many = Array.from({ length: 150 }, (_, i) => step(`c${i}`, ['a', 'b-1'], { when: 'parents["b-1"].ok' }));
    expect(warned(...start, ...many)).toHaveLength(100);
  });
});
