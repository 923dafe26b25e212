import { costlyPatterns, hasNestedRepetition } from './costly-pattern';

describe('patterns in which something repeats that repeats already', () => {
  it.each(['(a+)+$', '^(\\w+\\s?)*$', '(?:a|b*)*', '((a+)b)+', '(a{2,})+', '([a-z]+)*', '(x+){3,}'])(
    '%s',
    (pattern) => {
      expect(hasNestedRepetition(pattern)).toBe(true);
    },
  );

  it.each([
    '^[a-z]+$',
    '(ab)+',
    '(a+)b',
    '(a+)?',
    '(a{2,5})*',
    '\\(a+\\)+',
    '[(a+)+]+',
    '(a+)(b+)',
    '^\\d{3}-(\\d{2})*$',
  ])('%s is not one', (pattern) => {
    expect(hasNestedRepetition(pattern)).toBe(false);
  });

  it('are found wherever a schema has them', () => {
    const schema = {
      properties: { a: { pattern: '(a+)+' }, pattern: { pattern: '^a+$' }, list: { items: [{ pattern: '(b*)*' }] } },
      patternProperties: { '(c+)+': {}, '^d': {} },
    };
    expect(costlyPatterns(schema, 'contextSchema')).toEqual([
      'contextSchema.properties.a.pattern',
      'contextSchema.properties.list.items[0].pattern',
      'contextSchema.patternProperties["(c+)+"]',
    ]);
  });
});
