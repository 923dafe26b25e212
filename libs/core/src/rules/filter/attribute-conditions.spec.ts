import { attributeConditions } from './attribute-conditions';

describe('attributeConditions', () => {
  it('has none for a filter without attributes', () => {
    expect(attributeConditions({})).toEqual([]);
  });

  it.each([
    ['c1', 'text', [{ sign: '=', values: ['c1'] }]],
    ['', 'text', [{ sign: '=', values: [''] }]],
    [10.5, 'number', [{ sign: '=', values: [10.5] }]],
    [true, 'text', [{ sign: '=', values: ['true'] }]],
    [new Date(0), 'text', [{ sign: '=', values: ['1970-01-01T00:00:00.000Z'] }]],
    ['x'.repeat(300), 'text', [{ sign: '=', values: ['x'.repeat(256)] }]],
    // Of a text as well as of an instant.
    [
      '1970-01-01T02:00:00+02:00',
      'text',
      [{ sign: '=', values: ['1970-01-01T02:00:00+02:00', '1970-01-01T00:00:00.000Z'] }],
    ],
    ['1970-01-01T00:00:00.000Z', 'text', [{ sign: '=', values: ['1970-01-01T00:00:00.000Z'] }]],
    [
      { lt: 20, gte: 10 },
      'number',
      [
        { sign: '>=', values: [10] },
        { sign: '<', values: [20] },
      ],
    ],
    [
      { gt: 'a', lte: '1970-01-01T02:00:00+02:00' },
      'text',
      [
        { sign: '>', values: ['a'] },
        { sign: '<=', values: ['1970-01-01T00:00:00.000Z'] },
      ],
    ],
  ] as const)('compares %j as values are indexed', (wanted, kind, comparisons) => {
    expect(attributeConditions({ attributes: { a: wanted } })).toEqual([{ name: 'a', kind, comparisons }]);
  });
});
