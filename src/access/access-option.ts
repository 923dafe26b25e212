import type { FactoryProvider, Provider, Type } from '@nestjs/common';
import { TASKER_ACCESS_POLICY, type AccessPolicy, type Principal } from './access-policy';
import { AccessGuard } from './access.guard';
import { AccessScope } from './access-scope';

/** A policy that Nest builds from other providers. @public */
export type PolicyProvider = Pick<FactoryProvider<AccessPolicy>, 'inject' | 'useFactory'>;

/**
 * Who may call: a policy, a class of one, what `hostPolicy` and `rolesPolicy` return, or `'public'` for everybody.
 *
 * @public
 */
export type AccessOption = 'public' | AccessPolicy | Type<AccessPolicy> | PolicyProvider;

const EVERYBODY: Principal = { id: 'anonymous', permissions: ['*'], namespaces: '*' };

/**
 * What a module needs to use the access guard on its controllers.
 *
 * @param access undefined: the policy of the application is used, which TaskerAuthModule provides
 * @internal
 */
export function accessProviders(access: AccessOption | undefined): Provider[] {
  return [AccessGuard, AccessScope, ...(access === undefined ? [] : [policyProvider(access)])];
}

function policyProvider(access: AccessOption): Provider<AccessPolicy> {
  const provide = TASKER_ACCESS_POLICY;
  if (access === 'public') return { provide, useValue: { authenticate: () => Promise.resolve(EVERYBODY) } };
  if (typeof access === 'function') return { provide, useClass: access };
  if ('useFactory' in access) return { provide, ...access };
  return { provide, useValue: access };
}
