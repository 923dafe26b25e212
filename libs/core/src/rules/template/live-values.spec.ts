import { liveFaults, resolveLive } from './live-values';

const env = { HOST: 'pay.internal', EMPTY: '' };

describe('live values', () => {
  it.each<[unknown, unknown]>([
    ['https://$env{HOST}/v1', 'https://pay.internal/v1'],
    [
      { a: ['$env{HOST}', 1], b: { c: '$env{NONE:-x}' } },
      { a: ['pay.internal', 1], b: { c: 'x' } },
    ],
    ['$env{EMPTY}', ''],
    ['$env{EMPTY:-full}', 'full'],
    ['$$env{HOST}', '$env{HOST}'],
    ['${HOST} $HOST {HOST}', '${HOST} $HOST {HOST}'],
  ])('of %p are %p', (value, expected) => {
    expect(resolveLive(value, env)).toEqual(expected);
  });

  it('leave what has none as it is', () => {
    const config = { url: 'x', list: [1], deep: { a: null } };
    expect(resolveLive(config, env)).toBe(config);
  });

  it('tell every variable that is missing, and what is none', () => {
    const value = { a: '$env{NONE}', b: ['$env{1x}', '$env{ALSO_NONE}'] };
    expect(liveFaults(value, env)).toEqual([
      'the variable NONE is not set and has no default',
      '$env{1x} is not a variable; write $$env{1x} for the text itself',
      'the variable ALSO_NONE is not set and has no default',
    ]);
    expect(() => resolveLive(value, env)).toThrow(/NONE is not set/);
  });
});
