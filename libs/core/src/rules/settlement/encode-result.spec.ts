import { encodeResult } from './encode-result';

const invalid = expect.objectContaining({ code: 'TSK_RESULT_INVALID' }) as Error;
const cycle: Record<string, unknown> = {};
cycle['self'] = cycle;

class Money {
  readonly #cents: number;
  constructor(cents: number) {
    this.#cents = cents;
  }
  get cents(): number {
    return this.#cents;
  }
}
const throwing = {
  get bad(): never {
    throw new Error('nobody looks');
  },
};

describe('a result as JSON', () => {
  it.each<[unknown, string]>([
    [undefined, 'null'],
    [null, 'null'],
    [0, '0'],
    ['', '""'],
    [{ a: undefined, d: new Date(0) }, '{"d":"1970-01-01T00:00:00.000Z"}'],
  ])('of %p is %s', (value, text) => {
    expect(encodeResult(value, 1_000)).toBe(text);
  });

  it.each<[string, unknown]>([
    ['a NUL', 'a\u0000'],
    ['a NUL in a key', { 'a\u0000': 1 }],
    ['the second half of a pair', '\udc00'],
    ['the first half of a pair', ['x', { y: '\ud800z' }]],
    ['a NUL after an escaped backslash', '\\\u0000'],
    ['a NUL after two', '\\\\\u0000'],
    ['a bigint', 1n],
    ['a cycle', cycle],
    ['a function', () => 0],
    ['a symbol', Symbol('s')],
  ])('does not exist for %s', (_what, value) => {
    expect(() => encodeResult(value, 1_000)).toThrow(invalid);
  });

  it.each([['😀'], ['\\u0000'], ['\\\\u0000'], ['C:\\ud800'], ['\\\\\\ud800'], ['"\\u0000"'], ['\u0001\u001f']])(
    'holds %j as it is',
    (text) => {
      expect(JSON.parse(encodeResult({ text }, 1_000))).toEqual({ text });
    },
  );

  it.each<[string, unknown, string]>([
    ['a Map', { seen: new Map([['a', 1]]) }, 'result.seen: must be JSON data, not a Map'],
    ['a Set', [new Set([1])], 'result[0]: must be JSON data, not a Set'],
    ['an error', { error: new RangeError('x') }, 'result.error: must be JSON data, not a RangeError'],
    ['NaN', { total: { cents: NaN } }, 'result.total.cents: must not be NaN'],
    ['a function', { retry: () => 1 }, 'result.retry: must be JSON data, not a function'],
    ['nothing in a list', [1, undefined], 'result[1]: must be JSON data, not undefined'],
    ['an instance with private fields', { money: new Money(5) }, 'result.money: must be JSON data, not a Money'],
    [
      'search parameters',
      { query: new URLSearchParams('a=1') },
      'result.query: must be JSON data, not a URLSearchParams',
    ],
    ['an invalid date', { at: new Date(NaN) }, 'result.at: must not be an invalid date'],
    ['a cycle', cycle, 'result.self: must not contain itself'],
    ['what throws when it is read', { bad: throwing }, 'result.bad: cannot be read: nobody looks'],
  ])('is not made of %s: the fault names the path', (_what, value, fault) => {
    expect(() => encodeResult(value, 1_000)).toThrow(`The result cannot be kept as it is.\n  - ${fault}`);
  });

  it('is what an instance shows: its fields, or what its toJSON answers', () => {
    class Line {
      readonly sku = 'TEA';
      price = { toJSON: () => 'EUR 8.90' };
    }
    expect(encodeResult(new Line(), 1_000)).toBe('{"sku":"TEA","price":"EUR 8.90"}');
  });

  it('is refused before it has been copied when it is certain to be too large', () => {
    let shared: unknown = 'leaf';
    for (let level = 0; level < 60; level++) shared = [shared, shared];
    expect(() => encodeResult(shared, 10_000)).toThrow(
      expect.objectContaining({ code: 'TSK_RESULT_TOO_LARGE' }) as Error,
    );
  });

  it('says that it is a checkpoint', () => {
    expect(() => encodeResult({ at: NaN }, 100, 'checkpoint')).toThrow(
      'The checkpoint cannot be kept as it is.\n  - checkpoint.at',
    );
  });

  it('is measured in bytes, not in characters', () => {
    expect(encodeResult('é'.repeat(49), 100)).toHaveLength(51);
    expect(() => encodeResult('é'.repeat(50), 100)).toThrow(
      expect.objectContaining({ code: 'TSK_RESULT_TOO_LARGE' }) as Error,
    );
    expect(encodeResult('x'.repeat(98), 100)).toHaveLength(100);
  });
});
