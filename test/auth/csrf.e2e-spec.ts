import type { AccessPolicy } from '@tasker/nestjs/access';
import { TestApps } from '../module/support/boot-app';
import { PLATFORMS, restApp } from '../rest/support/rest-app';

const apps = new TestApps();
afterEach(() => apps.closeAll());

/** A host that knows callers by the cookie of their session. */
const session: AccessPolicy = {
  authenticate: (request) => {
    const { cookie = '' } = (request as { headers: Record<string, string | undefined> }).headers;
    const known = cookie.includes('session=ann');
    return Promise.resolve(known ? { id: 'ann', permissions: ['*'], namespaces: '*' } : null);
  },
};

/** What the page of another site can make a browser send with its cookies, without asking anybody. */
const FORGED = ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain'];

describe.each(PLATFORMS)('a session in a cookie on %s', (_platform, adapter) => {
  it('cannot be used by forms of other sites, nor by their links and images', async () => {
    const rest = await restApp(apps, { adapter, options: { role: 'api' }, rest: { access: session } });
    const cookie = { cookie: 'session=ann' };
    for (const type of FORGED) {
      const headers = { ...cookie, 'content-type': type };
      expect((await rest.post('/tasks', '{"name":"count"}', { headers, caller: null })).status).toBe(415);
    }
    expect((await rest.get('/tasks', { headers: cookie, caller: null })).body.tasks).toEqual([]);
    // Reading needs no more than the cookie, so nothing is done by a GET.
    const acts = Object.entries(rest.document.paths).flatMap(([path, methods]) =>
      Object.entries(methods as Record<string, { 'x-permission'?: string }>).flatMap(([method, operation]) =>
        method === 'get' && !/:(index|show|bulk)$/.test(operation['x-permission'] ?? '') ? [path] : [],
      ),
    );
    expect(acts).toEqual([]);
    const { headers } = await rest.get('/tasks', {
      headers: { ...cookie, origin: 'https://evil.example' },
      caller: null,
    });
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });
});
