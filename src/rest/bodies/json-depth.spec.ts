import { isNestedDeeper } from './json-depth';

const bytes = (json: string): Uint8Array => Buffer.from(json);

describe('isNestedDeeper', () => {
  it.each([
    ['[[1]]', 2, false],
    ['[[1]]', 1, true],
    ['{"a":[{"b":1}]}', 3, false],
    ['{"a":[{"b":1}]}', 2, true],
    ['[[],[],[{}]]', 3, false],
    ['["[[[[", "\\"[[[", "\\\\"]', 1, false],
    ['"\\\\[[["', 0, false],
    ['', 0, false],
    [']]]][[', 1, false],
  ])('%s beyond %i levels: %s', (json, levels, expected) => {
    expect(isNestedDeeper(bytes(json), levels)).toBe(expected);
  });

  it('looks no further than it must', () => {
    expect(isNestedDeeper(Buffer.alloc(50_000_000, '['), 100)).toBe(true);
  });
});
