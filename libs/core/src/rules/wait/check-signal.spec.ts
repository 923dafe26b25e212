import { checkSignal } from './check-signal';

const faultsOf = (name: string, request: object): string[] => {
  try {
    checkSignal(name, request, 100);
    return [];
  } catch (error) {
    return (error as { details: { path: string }[] }).details.map(({ path }) => path);
  }
};

describe('a signal', () => {
  it('to a task is of its namespace, and kept as long as it is there', () => {
    expect(checkSignal('paid', { taskId: '7', payload: { a: 1 } }, 100)).toEqual({
      ...{ namespace: null, name: 'paid', taskId: '7', key: null, payload: '{"a":1}', id: null, ttlMs: null },
    });
  });

  it('to a key is of the default namespace, and kept for a day', () => {
    expect(checkSignal('paid', { key: 'k', id: 'i' }, 100)).toEqual({
      ...{ namespace: 'default', name: 'paid', taskId: null, key: 'k', payload: 'null', id: 'i', ttlMs: 86_400_000 },
    });
    expect(checkSignal('paid', { key: 'k', ttlMs: 0, namespace: 'n' }, 100)).toMatchObject({
      ttlMs: 0,
      namespace: 'n',
    });
  });

  it.each([
    ['', { key: 'k' }, ['name']],
    ['a', {}, ['taskId']],
    ['a', { key: 'k', taskId: '1' }, ['taskId']],
    ['a', { taskId: 'x' }, ['taskId']],
    ['a', { key: '@x' }, ['key']],
    ['a', { key: '' }, ['key']],
    ['a', { key: 'k', id: '' }, ['id']],
    ['a', { key: 'k', ttlMs: -1 }, ['ttlMs']],
    ['a', { key: 'k', payloads: 1 }, ['payloads']],
    ['a', { key: 'k', payload: 'x'.repeat(100) }, ['payload']],
    ['a', { key: 'k', payload: { big: 1n } }, ['payload.big']],
  ])('%j with %j is refused at %j', (name, request, paths) => {
    expect(faultsOf(name, request)).toEqual(paths);
  });
});
