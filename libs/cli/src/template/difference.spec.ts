import { normaliseTemplate } from '@tasker/core';
import { differences } from './difference';

const template = (...steps: { name: string; dependsOn?: string[]; retryLimit?: number }[]) =>
  normaliseTemplate({ name: 'x', steps: steps.map((step) => ({ handler: 'h', ...step })) });

describe('differences between templates', () => {
  const before = template({ name: 'a' }, { name: 'b', dependsOn: ['a'] });

  it('are none between equal ones, whatever the order of their keys', () => {
    expect(differences(before, JSON.parse(JSON.stringify(before)) as typeof before)).toEqual([]);
  });

  it('are told by step and field', () => {
    expect(differences(before, template({ name: 'a', retryLimit: 5 }, { name: 'c', dependsOn: ['a'] }))).toMatchObject([
      { path: 'steps.a.retryLimit', kind: 'changed', from: 3, to: 5 },
      { path: 'steps.b', kind: 'removed', to: null },
      { path: 'steps.c', kind: 'added', from: null },
    ]);
  });

  it('are told of the template itself', () => {
    expect(differences(before, { ...before, description: 'new', version: '2.0.0' })).toEqual([
      { path: 'version', kind: 'changed', from: '0.1.0', to: '2.0.0' },
      { path: 'description', kind: 'added', from: null, to: 'new' },
    ]);
  });

  it('may be the order alone', () => {
    expect(differences(template({ name: 'a' }, { name: 'b' }), template({ name: 'b' }, { name: 'a' }))).toEqual([
      { path: 'steps', kind: 'changed', from: ['a', 'b'], to: ['b', 'a'] },
    ]);
  });
});
