import {
  Injectable,
  UnauthorizedException,
  type CanActivate,
  type ExecutionContext,
  type Provider,
} from '@nestjs/common';
import { hostPolicy, rolesPolicy, type AccessPolicy, type Principal } from '@tasker/nestjs/access';
import { of } from 'rxjs';
import { TaskerAuthModule } from '../../src/auth';
import { accessProviders, type AccessOption } from '../../src/access/access-option';
import { bootGuarded, guardedModule, PLATFORMS, type GuardedApp, type GuardedParts } from './support/guarded-app';

let app: GuardedApp | undefined;
afterEach(async () => {
  await app?.close();
  app = undefined;
});

interface HostRequest {
  readonly headers: Record<string, string | undefined>;
  user?: { readonly email: string };
}

@Injectable()
class Staff {
  knows(name: string | undefined): boolean {
    return name === 'ann' || name === 'bob';
  }
}

/** As a host's own: leaves the user on the request. */
@Injectable()
class SessionGuard implements CanActivate {
  constructor(private readonly staff: Staff) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<HostRequest>();
    const name = request.headers['x-session'];
    if (name === 'broken') throw new TypeError('the session store is away');
    if (name === 'banned') throw new UnauthorizedException('banned since Monday');
    if (name === undefined || !this.staff.knows(name)) return false;
    request.user = { email: `${name}@shop.example` };
    return true;
  }
}

const boot = async (access: AccessOption, parts: GuardedParts = {}): Promise<GuardedApp> => {
  app = await bootGuarded({ guarded: guardedModule(...accessProviders(access)), ...parts });
  return app;
};

const staffPolicy = hostPolicy<HostRequest>({
  guard: SessionGuard,
  principal: ({ user }) => (user ? { id: user.email, permissions: ['tasker.task:index'], namespaces: '*' } : null),
});

describe.each(PLATFORMS)("with the host's own guard on %s", (_platform, adapter) => {
  it.each<[string, Provider[]]>([
    ['a provider', [Staff, SessionGuard]],
    ['a class whose dependencies are known', [Staff]],
  ])('that is %s, it says who calls', async (_what, providers) => {
    const { url, status } = await boot(staffPolicy, {
      adapter,
      guarded: guardedModule(...providers, ...accessProviders(staffPolicy)),
    });
    const response = await fetch(url, { headers: { 'x-session': 'ann' } });
    expect(await response.json()).toMatchObject({ id: 'ann@shop.example' });
    expect(await status({ 'x-session': 'eve' })).toBe(401);
    expect(await status()).toBe(401);
    expect(await status({ 'x-session': 'ann' }, '/workers')).toBe(403);
  });
});

describe("the host's own guard", () => {
  const guarded = () => guardedModule(Staff, ...accessProviders(staffPolicy));

  it('says 401 in our words when it throws so, and fails as it fails', async () => {
    const { url, status } = await boot(staffPolicy, { guarded: guarded() });
    const response = await fetch(url, { headers: { 'x-session': 'banned' } });
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ statusCode: 401, message: 'No valid credentials were sent.' });
    expect(await status({ 'x-session': 'broken' })).toBe(500);
  });

  it('stops the boot when Nest cannot build it', async () => {
    await expect(boot(staffPolicy)).rejects.toThrow(/Staff/);
  });

  it('may answer with an observable', async () => {
    const guard = class implements CanActivate {
      canActivate = () => of(true);
    };
    const policy = hostPolicy({
      guard,
      principal: () => ({ id: 'ann', permissions: ['*'], namespaces: '*' as const }),
    });
    expect(await (await boot(policy)).status()).toBe(200);
  });
});

describe('with roles of the host', () => {
  const policy = rolesPolicy<HostRequest>({
    roles: { viewer: ['tasker.*:index'], maker: ['tasker.task:create'] },
    caller: ({ headers }) => {
      const roles = headers['x-roles'];
      return roles === undefined ? null : { id: 'ann', roles: roles.split(','), namespaces: ['shop'] };
    },
  });

  it('the map says what each may do', async () => {
    const { url, status } = await boot(policy);
    const make = async (roles: string): Promise<number> =>
      (await fetch(url, { method: 'POST', headers: { 'x-roles': roles } })).status;
    expect(await status({ 'x-roles': 'viewer' })).toBe(200);
    expect(await make('viewer')).toBe(403);
    expect(await make('viewer,maker')).toBe(201);
    expect(await status({ 'x-roles': 'unknown' })).toBe(403);
    expect(await status()).toBe(401);
  });

  it('a role that grants no permission is found before the boot', () => {
    const wrong = () => rolesPolicy({ roles: { viewer: ['tasker.task:lst'] }, caller: () => null });
    expect(wrong).toThrow(/did you mean/);
  });
});

describe('the access option', () => {
  it("lets everybody in when 'public' is written out", async () => {
    const { url, status } = await boot('public');
    expect(await (await fetch(url)).json()).toEqual({ id: 'anonymous', permissions: ['*'], namespaces: '*' });
    expect(await status({}, '/workers')).toBe(200);
    expect(await status({}, '/forgotten')).toBe(403);
  });

  const ann: Principal = { id: 'ann', permissions: ['*'], namespaces: '*' };
  class AnnPolicy implements AccessPolicy {
    authenticate = () => Promise.resolve(ann);
  }

  it.each<[string, AccessOption]>([
    ['a policy', new AnnPolicy()],
    ['a class', AnnPolicy],
    ['a factory', { useFactory: () => new AnnPolicy() }],
  ])('takes %s', async (_what, access) => {
    const { url } = await boot(access);
    expect(await (await fetch(url)).json()).toEqual(ann);
  });

  it('is needed: without a policy nothing boots', async () => {
    await expect(bootGuarded({})).rejects.toMatchObject({ code: 'TSK_BOOT_INVALID' });
  });
});

describe('TaskerAuthModule', () => {
  const auth = { jwt: { secret: 's'.repeat(32) } };

  it('is registered once', async () => {
    const again = TaskerAuthModule.register({ apiKeys: true });
    await expect(bootGuarded({ auth, imports: [again] })).rejects.toThrow(/more than once/);
  });

  it('does not boot with options that make no sense', async () => {
    await expect(bootGuarded({ auth: { ...auth, roles: { viewer: ['everything'] } } })).rejects.toMatchObject({
      code: 'TSK_OPTIONS_INVALID',
    });
    await expect(bootGuarded({ auth: { jwt: { secret: 'short' } } })).rejects.toMatchObject({
      code: 'TSK_OPTIONS_INVALID',
    });
  });

  it('takes its options from a factory', async () => {
    const options = TaskerAuthModule.registerAsync({ useFactory: () => Promise.resolve(auth) });
    app = await bootGuarded({ imports: [options] });
    expect(await app.status()).toBe(401);
  });
});
