import type { TaskerDatabase } from '@tasker/postgres';
import { AccessScope, type NamespaceFilter } from './access-scope';

const scope = new AccessScope(undefined as unknown as TaskerDatabase);
const of = (namespaces: string[] | '*') => ({ id: 'ann', permissions: ['*'], namespaces });
const foreign = expect.objectContaining({ code: 'TSK_FORBIDDEN' });

describe('AccessScope', () => {
  it.each<[string, string[] | '*', NamespaceFilter & { state?: string }, object]>([
    ['leaves a filter of everybody alone', '*' as const, {}, {}],
    [
      'turns no namespace into those of the caller',
      ['a', 'b'],
      { state: 'error' },
      { state: 'error', namespace: ['a', 'b'] },
    ],
    ['turns an empty list into them, too', ['a', 'b'], { namespace: [] }, { namespace: ['a', 'b'] }],
    ['leaves one of them alone', ['a', 'b'], { namespace: 'b' }, { namespace: 'b' }],
    ['leaves some of them alone', ['a', 'b', 'c'], { namespace: ['a', 'c'] }, { namespace: ['a', 'c'] }],
  ])('%s', (_what, namespaces, filter, expected) => {
    expect(scope.narrow(of(namespaces), filter)).toEqual(expected);
  });

  it.each([
    ['another namespace', ['a'], { namespace: 'b' }],
    ['another among some', ['a'], { namespace: ['a', 'b'] }],
    ['anything, when it has none', [], {}],
  ])('refuses a filter for %s', (_what, namespaces, filter) => {
    expect(() => scope.narrow(of(namespaces), filter)).toThrow(foreign);
  });

  it('takes a namespace left out for the default one', () => {
    expect(() => scope.assertNamespace(of(['default']))).not.toThrow();
    expect(() => scope.assertNamespace(of(['a']))).toThrow(foreign);
  });

  it.each([
    ['*' as const, {}, true],
    [['a'], {}, false],
    [['a'], { namespace: [] }, false],
    [['a'], { namespace: 'a' }, true],
    [['a'], { namespace: ['a', 'b'] }, false],
    [['a', 'b'], { namespace: ['a', 'b'] }, true],
  ])('with %j covers %j: %s', (namespaces, filter, expected) => {
    expect(scope.covers(of(namespaces), filter)).toBe(expected);
  });

  it('asks nothing for a caller of all namespaces', async () => {
    await expect(scope.assertTask(of('*'), '1')).resolves.toBeUndefined();
  });

  it('lets pass only what the policy says yes to', async () => {
    const facts = { taskId: '7', namespace: 'a', tags: [] };
    const database = { session: { named: () => Promise.resolve([facts]) } } as unknown as TaskerDatabase;
    const admitted = (answer: unknown): Promise<readonly string[]> => {
      const policy = { authenticate: () => Promise.resolve(null), admitsTask: () => answer as boolean };
      return new AccessScope(database, policy).openTasks(of('*'), ['7']);
    };
    expect(await admitted(true)).toEqual(['7']);
    expect(await admitted(Promise.resolve(true))).toEqual(['7']);
    for (const answer of [false, undefined, 'yes', Promise.resolve(false)]) expect(await admitted(answer)).toEqual([]);
  });

  it('answers ids that are none as tasks that do not exist', async () => {
    const empty = new AccessScope({
      session: { named: (_: string, [ids]: [string[]]) => Promise.resolve(ids) },
    } as never);
    await expect(empty.assertTask(of(['a']), "1' or true")).rejects.toMatchObject({ code: 'TSK_TASK_NOT_FOUND' });
  });
});
