import { bigints, booleans, integers, texts } from './binary-array';

/** A number as the wire writes it. */
const int = (value: number): string =>
  Buffer.from(new Int32Array([value]).buffer)
    .reverse()
    .toString('hex');

describe('an array in binary', () => {
  it('is its dimensions, type and elements, each with its length', () => {
    expect(integers([7]).toString('hex')).toBe([1, 0, 23, 1, 1, 4, 7].map(int).join(''));
    expect(booleans([true, false]).toString('hex')).toBe(`${[1, 0, 16, 2, 1, 1].map(int).join('')}01${int(1)}00`);
  });

  it.each([
    0n,
    -1n,
    2n ** 32n - 1n,
    2n ** 32n,
    -(2n ** 32n) - 1n,
    2n ** 53n - 1n,
    2n ** 53n + 1n,
    2n ** 63n - 1n,
    -(2n ** 63n),
  ])('holds a bigint of 64 bits: %s', (value) => {
    expect(bigints([String(value)]).readBigInt64BE(24)).toBe(value);
  });

  it('has no dimension when it is empty', () => {
    expect(integers([]).toString('hex')).toBe([0, 0, 23].map(int).join(''));
    expect(texts([]).toString('hex')).toBe([0, 1, 25].map(int).join(''));
  });

  it('counts bytes of text, and -1 for null', () => {
    const e = Buffer.from('é').toString('hex');
    expect(texts(['é', null]).toString('hex')).toBe(`${[1, 1, 25, 2, 1, 2].map(int).join('')}${e}${int(-1)}`);
  });
});
