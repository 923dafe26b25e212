import { entityTag, isKnown, versionIn } from './entity-tag';

describe('entity tags', () => {
  it('change with the body, and say the version', () => {
    const tag = entityTag(3, { state: 'pending' });
    expect(tag).toMatch(/^"v3-[\w-]{16}"$/);
    expect(entityTag(3, { state: 'pending' })).toBe(tag);
    expect(entityTag(3, { state: 'complete' })).not.toBe(tag);
  });

  it.each([
    ['"a", "v1-x"', true],
    ['W/"v1-x"', true],
    ['*', true],
    ['"v1-y"', false],
    ['', false],
    [undefined, false],
  ])('knows by %s whether the caller has it', (header, known) => {
    expect(isKnown(header, '"v1-x"')).toBe(known);
  });

  it.each([
    ['"v12-abc_DEF-0"', 12],
    ['W/"v0-x"', 0],
    ['"v7"', 7],
    ['7', 7],
    [' v7 ', 7],
    ['*', undefined],
    [undefined, undefined],
  ])('finds the version in %s', (header, version) => {
    expect(versionIn(header)).toBe(version);
  });

  it.each(['', 'yesterday', '"x"', '"v-1"', '"v1", "v2"', '"v99999999999"'])('finds none in %j', (header) => {
    expect(() => versionIn(header)).toThrow('The request is invalid.');
  });
});
