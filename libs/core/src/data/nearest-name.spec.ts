import { didYouMean, nearestName } from './nearest-name';

describe('nearestName', () => {
  const known = ['version', 'description', 'namespace_name', 'handler', 'handler_class', 'retry'];

  it.each([
    ['versoin', 'version'],
    ['VERSION', 'version'],
    ['desciption', 'description'],
    ['namespace', 'namespace_name'],
    ['handlers', 'handler'],
    ['handler_clas', 'handler_class'],
    ['rerty', 'retry'],
  ])('%s is meant as %s', (written, meant) => {
    expect(nearestName(written, known)).toBe(meant);
  });

  it('is undefined when nothing comes close', () => {
    expect(nearestName('timeout', known)).toBeUndefined();
    expect(nearestName('', known)).toBeUndefined();
    expect(nearestName('x', [])).toBeUndefined();
  });

  it('is the first of equally near names, and a name itself when it is known', () => {
    expect(nearestName('step_c', ['step_a', 'step_b'])).toBe('step_a');
    expect(nearestName('retry', known)).toBe('retry');
  });

  it('makes the tail of a message', () => {
    expect(didYouMean('versoin', known)).toBe('; did you mean "version"?');
    expect(didYouMean('timeout', known)).toBe('');
  });
});
