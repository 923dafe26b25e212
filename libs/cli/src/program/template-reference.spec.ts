import { referenceText, templateReference } from './template-reference';

describe('a reference to a template', () => {
  it.each([
    ['order', { namespace: 'default', name: 'order' }],
    ['shop.order', { namespace: 'shop', name: 'order' }],
    ['shop.order@1.10.0', { namespace: 'shop', name: 'order', version: '1.10.0' }],
    ['default.a.b', { namespace: 'default', name: 'a.b' }],
    ['api_task/example@0.1.0', { namespace: 'default', name: 'api_task/example', version: '0.1.0' }],
  ])('%s is %j', (text, reference) => {
    expect(templateReference(text)).toEqual(reference);
  });

  it.each(['', '@1.0.0', 'order@latest', 'a@1.0.0@2.0.0', '.order'])('is not %j', (text) => {
    expect(() => templateReference(text)).toThrow('It must be a template');
  });

  it('is written with its namespace', () => {
    expect(referenceText({ namespace: 'shop', name: 'order', version: '1.0.0' })).toBe('shop.order@1.0.0');
    expect(referenceText({ namespace: 'shop', name: 'order' })).toBe('shop.order');
  });
});
