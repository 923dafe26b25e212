import type { Fault } from '../errors/tasker-error';
import { copyJson, type JsonValue } from './json-data';

function copy(value: unknown): JsonValue {
  const faults: Fault[] = [];
  const copied = copyJson(value, 'context', faults);
  expect(faults).toEqual([]);
  return copied;
}

function faultsOf(value: unknown): string[] {
  const faults: Fault[] = [];
  copyJson(value, 'context', faults);
  return faults.map(({ path, message }) => `${path} ${message}`);
}

describe('copyJson', () => {
  it('copies data as JSON.stringify would write it', () => {
    class Money {
      readonly amount = 5;
      readonly note = undefined;
    }
    const value = {
      text: 'é 😀',
      list: [1, null, [true]],
      at: new Date(0),
      money: new Money(),
      gone: undefined,
      custom: { toJSON: (key: string) => `made for ${key}` },
      list2: [{ toJSON: (key: string) => key }],
      bytes: Buffer.from('a'),
      bare: Object.assign(Object.create(null) as object, { a: 1 }),
    };
    expect(copy(value)).toEqual(JSON.parse(JSON.stringify(value)));
  });

  it('shares nothing with the input', () => {
    const value = { a: { b: [1] } };
    const copied = copy(value) as typeof value;
    copied.a.b.push(2);
    expect(value).toEqual({ a: { b: [1] } });
  });

  it('keeps keys such as __proto__ as plain keys', () => {
    const copied = copy(JSON.parse('{"__proto__": {"admin": true}, "constructor": 1}')) as Record<string, unknown>;
    expect(JSON.stringify(copied)).toBe('{"__proto__":{"admin":true},"constructor":1}');
    expect(copied['admin']).toBeUndefined();
  });

  it('copies an object that is mentioned twice, which is no cycle', () => {
    const shared = { a: 1 };
    expect(copy([shared, shared])).toEqual([{ a: 1 }, { a: 1 }]);
  });

  it.each<[string, unknown, string]>([
    ['a function', () => 1, 'must be JSON data, not a function'],
    ['a symbol', Symbol('s'), 'must be JSON data, not a symbol'],
    ['a bigint', 5n, 'must be JSON data, not a bigint'],
    ['undefined', undefined, 'must be JSON data, not undefined'],
    ['NaN', NaN, 'must not be NaN'],
    ['infinity', -Infinity, 'must not be -Infinity'],
    ['an invalid date', new Date(NaN), 'must not be an invalid date'],
    ['a Map', new Map(), 'must be JSON data, not a Map'],
    ['a Set', new Set(), 'must be JSON data, not a Set'],
    ['a promise', Promise.resolve(), 'must be JSON data, not a Promise'],
    ['bytes', new Uint8Array(1), 'must be JSON data, not a Uint8Array'],
    ['an error', new TypeError('x'), 'must be JSON data, not a TypeError'],
    ['a pattern', /x/, 'must be JSON data, not a RegExp'],
    ['a WeakMap', new WeakMap(), 'must be JSON data, not a WeakMap'],
    ['headers', new Headers({ a: 'b' }), 'must be JSON data, not a Headers'],
    ['an iterator', [1].values(), 'must be JSON data, not a Array Iterator'],
    ['a boxed number', Object(5), 'must be JSON data, not a Number'],
    ['NUL', 'a\u0000b', 'must not contain NUL characters'],
    ['half a surrogate pair', '\ud83d', 'must not contain half a surrogate pair'],
  ])('refuses %s, with its path', (_, value, message) => {
    expect(faultsOf({ list: [1, value] })).toEqual([`context.list[1] ${message}`]);
  });

  it('refuses a hole in a list, and keys that cannot be stored', () => {
    expect(faultsOf(new Array(1))).toEqual(['context[0] must be JSON data, not undefined']);
    expect(faultsOf({ 'a\u0000': 1 })).toEqual(['context["a\\u0000"] must not contain NUL characters']);
  });

  it('refuses a cycle where it closes', () => {
    const value: Record<string, unknown> = { a: {} };
    (value['a'] as Record<string, unknown>)['back'] = value;
    expect(faultsOf(value)).toEqual(['context.a.back must not contain itself']);
  });

  it('refuses nesting the database refuses, without exhausting the stack', () => {
    const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as unknown;
    expect(faultsOf(nested(500))).toEqual([]);
    expect(faultsOf(nested(5_000))).toEqual([expect.stringMatching(/must not be nested more than 500 deep$/)]);
  });

  it('refuses what is certain to be too large before it has been copied', () => {
    let shared: unknown = 'leaf';
    for (let level = 0; level < 60; level++) shared = [shared, shared];
    const faults: Fault[] = [];
    copyJson(shared, 'context', faults, 1_000);
    expect(faults).toEqual([{ path: 'context', message: 'must have at most 1000 bytes as JSON' }]);
  });

  it('reports at most 100 faults', () => {
    expect(faultsOf(new Array(1_000).fill(NaN))).toHaveLength(100);
  });
});

describe('the size of what is copied', () => {
  const sizeFaults = (value: unknown, maxBytes: number): string[] => {
    const faults: Fault[] = [];
    copyJson(value, 'context', faults, maxBytes);
    return faults.map(({ path, message }) => `${path} ${message}`);
  };

  it.each([
    ['text', 'x'.repeat(5)],
    ['list', [1, 2, 3]],
    ['nested', { a: [{ b: 'c' }], d: [[], {}] }],
    ['empty', {}],
    ['number', 7],
  ])('never refuses a %s that fits', (_what, value) => {
    expect(sizeFaults(value, Buffer.byteLength(JSON.stringify(value)))).toEqual([]);
  });

  it('ends the copy as soon as it is certain to be too large', () => {
    let read = 0;
    const entry = (): object => ({ toJSON: () => (read++, 'x'.repeat(100)) });
    const value = Array.from({ length: 100 }, entry);
    expect(sizeFaults(value, 1_000)).toEqual(['context must have at most 1000 bytes as JSON']);
    expect(read).toBeLessThan(12);
    expect(sizeFaults(new Array(2 ** 32 - 1), 1_000)).toHaveLength(100);
  });

  it('ends the copy with the hundredth fault', () => {
    let read = 0;
    const value = Array.from({ length: 1_000 }, () => ({ toJSON: () => (read++, NaN) }));
    expect(sizeFaults(value, Infinity)).toHaveLength(100);
    expect(read).toBe(100);
  });
});
