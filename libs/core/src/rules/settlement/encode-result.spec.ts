import { encodeResult } from './encode-result';

const invalid = expect.objectContaining({ code: 'TSK_RESULT_INVALID' }) as Error;
const cycle: Record<string, unknown> = {};
cycle['self'] = cycle;

describe('a result as JSON', () => {
  it.each<[unknown, string]>([
    [undefined, 'null'],
    [null, 'null'],
    [0, '0'],
    [NaN, 'null'],
    ['', '""'],
    [[undefined, () => 0], '[null,null]'],
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

  it('is refused with the reason that JSON gave', () => {
    const said = { code: 'TSK_RESULT_INVALID', message: expect.stringContaining('cannot be written') as string };
    expect(() => encodeResult(cycle, 1_000)).toThrow(
      expect.objectContaining({ ...said, cause: expect.any(TypeError) as TypeError }) as Error,
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
