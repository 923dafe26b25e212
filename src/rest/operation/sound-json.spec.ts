import { firstUnsound } from './sound-json';

const nested = (levels: number): unknown => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`) as unknown;

describe('firstUnsound', () => {
  it.each([[null], [true], [0], [-1.5e300], ['𝕏 ﷺ'], [[]], [{}], [{ a: [{ b: 'c' }] }], [undefined]])(
    'accepts %j',
    (value) => {
      expect(firstUnsound(value, 5)).toBeUndefined();
    },
  );

  it.each([
    [{ a: [0, 'x\u0000'] }, 'a[1]', 'must not contain NUL or half a surrogate pair'],
    [{ 'a b': '\ud800' }, '["a b"]', 'must not contain NUL or half a surrogate pair'],
    [[JSON.parse('1e999')], '[0]', 'must be a number that a double can hold'],
    [JSON.parse('{"a":{"__proto__":1}}'), 'a.__proto__', 'is no name for a property'],
    [{ a: { 'x\u0000': 1 } }, 'a["x\\u0000"]', 'must not contain NUL or half a surrogate pair'],
    ['\u0000', '', 'must not contain NUL or half a surrogate pair'],
  ])('reports the first fault of %j with its path', (value, path, message) => {
    expect(firstUnsound(value, 5)).toEqual({ path, message });
  });

  it('counts levels', () => {
    expect(firstUnsound(nested(5), 5)).toBeUndefined();
    expect(firstUnsound(nested(6), 5)).toEqual({ path: '[0][0][0][0][0]', message: 'is nested too deep' });
  });

  it('looks no deeper than it must, however deep the data is', () => {
    expect(firstUnsound(nested(100_000), 100)).toMatchObject({ message: 'is nested too deep' });
  });
});
