import type { JsonObject } from '../../data/json-data';
import { normaliseTemplate, type SearchAttributeInput } from '../template/step-defaults';
import { searchValues } from './search-values';

const valuesOf = (searchAttributes: SearchAttributeInput[], context: unknown) =>
  searchValues(normaliseTemplate({ name: 't', steps: [], searchAttributes }), context as JsonObject);

describe('searchValues', () => {
  it('takes values from where they are declared to stand', () => {
    const attributes = [
      { name: 'order' },
      { name: 'customer', path: 'customer.id' },
      { name: 'first', path: 'items.0.sku' },
      { name: 'total', type: 'number' as const },
    ];
    const context = { order: 'o1', customer: { id: 'c1' }, items: [{ sku: 'A' }], total: -1.5 };
    expect(valuesOf(attributes, context)).toEqual([
      { name: 'order', text: 'o1', number: null },
      { name: 'customer', text: 'c1', number: null },
      { name: 'first', text: 'A', number: null },
      { name: 'total', text: null, number: -1.5 },
    ]);
  });

  it.each([
    ['string', 'x', 'x', null],
    ['string', '', '', null],
    ['string', 5, undefined, null],
    ['number', 0, null, 0],
    ['number', '5', undefined, null],
    ['boolean', false, 'false', null],
    ['boolean', 'false', undefined, null],
    ['datetime', '2026-01-31T12:00+02:00', '2026-01-31T10:00:00.000Z', null],
    ['datetime', '2026-01-31', undefined, null],
    ['datetime', 1_700_000_000_000, undefined, null],
    ['string', null, undefined, null],
    ['string', ['x'], undefined, null],
    ['string', undefined, undefined, null],
  ] as const)('as %s makes of %j: %j', (type, value, text, number) => {
    const expected = text === undefined ? [] : [{ name: 'v', text, number }];
    expect(valuesOf([{ name: 'v', type }], value === undefined ? {} : { v: value })).toEqual(expected);
  });

  it('goes through own keys only, and not into what is no object', () => {
    const paths = ['constructor.name', 'a.length', 'a.b.c', 'n.x', '__proto__.x', 'list.length'];
    const attributes = paths.map((path, index) => ({ name: `n${index}`, path }));
    expect(valuesOf(attributes, { a: 'text', n: null, list: [] })).toEqual([]);
  });

  it('cuts long texts, but no character in two', () => {
    const text = (value: string) => valuesOf([{ name: 'v' }], { v: value })[0]?.text;
    expect(text('x'.repeat(257))).toBe('x'.repeat(256));
    expect(text(`${'x'.repeat(255)}😀`)).toBe('x'.repeat(255));
    expect(text(`${'x'.repeat(254)}😀`)).toBe(`${'x'.repeat(254)}😀`);
  });

  it('costs nothing when nothing is declared: the same empty list each time', () => {
    expect(valuesOf([], { a: 1 })).toBe(valuesOf([], { b: 1 }));
  });
});
