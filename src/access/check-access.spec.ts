import { assertPermission } from './check-access';
import { mayUseNamespace } from './namespaces';

const principal = (permissions: string[], namespaces: string[] | '*' = '*') => ({ id: 'ann', permissions, namespaces });

describe('assertPermission', () => {
  it('lets the permission through', () => {
    expect(() => assertPermission(principal(['tasker.task:*'], ['billing']), 'tasker.task:retry')).not.toThrow();
  });

  it('names the one that is missing', () => {
    expect(() => assertPermission(principal(['tasker.task:index']), 'tasker.task:retry')).toThrow(
      expect.objectContaining({ code: 'TSK_FORBIDDEN', data: { permission: 'tasker.task:retry' }, statusCode: 403 }),
    );
  });

  it('keeps what concerns the whole engine from those limited to some namespaces', () => {
    expect(() => assertPermission(principal(['*'], ['billing']), 'tasker.worker:drain')).toThrow(/all namespaces/);
    expect(() => assertPermission(principal(['*']), 'tasker.worker:drain')).not.toThrow();
  });
});

describe('mayUseNamespace', () => {
  it.each([
    ['*' as const, true],
    [['billing'], true],
    [['other', 'billing'], true],
    [['Billing', 'bill', ''], false],
    [['*'], false],
    [[], false],
  ])('of %j says %s', (namespaces, expected) => {
    expect(mayUseNamespace(principal([], namespaces), 'billing')).toBe(expected);
  });
});
