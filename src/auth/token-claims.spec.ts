import { RoleMap } from '../access/role-map';
import { principalOfToken } from './token-claims';

const ROLES = new RoleMap({ viewer: ['tasker.*:index'], operator: ['tasker.task:*'] });

describe('principalOfToken', () => {
  it('reads subject and roles, and means all namespaces when no claim is named', () => {
    expect(principalOfToken({ sub: 'ann', roles: ['viewer', 'baker'] }, {}, ROLES)).toEqual({
      id: 'ann',
      roles: ['viewer', 'baker'],
      permissions: ['tasker.*:index'],
      namespaces: '*',
    });
  });

  it('follows paths, and takes names with dots as names first', () => {
    const where = {
      subject: 'user.email',
      roles: 'https://shop.example/roles',
      permissions: 'scope',
      namespaces: 'a.b.c',
    };
    const signed = {
      user: { email: 'ann@shop.example' },
      'https://shop.example/roles': 'viewer operator',
      scope: ' tasker.worker:index  openid ',
      a: { b: { c: ['billing', 7, 'shop'] } },
    };
    expect(principalOfToken(signed, where, ROLES)).toEqual({
      id: 'ann@shop.example',
      roles: ['viewer', 'operator'],
      permissions: ['tasker.*:index', 'tasker.task:*', 'tasker.worker:index', 'openid'],
      namespaces: ['billing', 'shop'],
    });
  });

  it.each([
    ['missing', {}, []],
    ['null', { ns: null }, []],
    ['an object', { ns: { '*': true } }, []],
    ['a star', { ns: '*' }, '*'],
    ['a star among others', { ns: ['billing', '*'] }, '*'],
    ['empty', { ns: '' }, []],
  ])('with a claim for namespaces that is %s gives no more than it says', (_what, claim, expected) => {
    expect(principalOfToken({ sub: 'ann', ...claim }, { namespaces: 'ns' }, ROLES)?.namespaces).toEqual(expected);
  });

  it.each([[{}], [{ sub: '' }], [{ sub: 7 }], [{ sub: ['ann'] }], [{ sub: 'a'.repeat(201) }], [{ sub: 'ann\u0000' }]])(
    'names nobody for %j',
    (signed) => {
      expect(principalOfToken(signed, {}, ROLES)).toBeNull();
    },
  );

  it('reads only what the token itself says', () => {
    expect(principalOfToken({ sub: 'ann' }, { roles: 'constructor.name' }, ROLES)?.permissions).toEqual([]);
    expect(principalOfToken({ sub: 'ann', a: 'text' }, { roles: 'a.length' }, ROLES)?.permissions).toEqual([]);
  });

  it.each(['key:deploy#3', 'KEY:x', '', 'a\0', '\ud800', 'x'.repeat(201), 7, null])('takes %j for nobody', (sub) => {
    expect(principalOfToken({ sub, roles: [] }, {}, ROLES)).toBeNull();
  });
});
