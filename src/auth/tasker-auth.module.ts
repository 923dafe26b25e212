import { Global, Module, type Provider } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { ApiKeyStore, TaskerDatabase } from '@tasker/postgres';
import { TASKER_ACCESS_POLICY } from '../access/access-policy';
import { RoleMap } from '../access/role-map';
import { registeredOnce } from '../runtime/registered-once';
import { ApiKeyAuthenticator } from './api-key-authenticator';
import { checkAuthOptions } from './check-auth-options';
import { CredentialsPolicy } from './credentials-policy';
import { JwtAuthenticator } from './jwt-authenticator';
import type { TaskerAuthModuleOptions } from './tasker-auth-options.interface';
import { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } from './tasker-auth.module-definition';

const keyStore: Provider = {
  provide: ApiKeyStore,
  inject: [TaskerDatabase],
  useFactory: ({ keys }: TaskerDatabase) => new ApiKeyStore(keys.session),
};

const policy: Provider = {
  provide: TASKER_ACCESS_POLICY,
  inject: [MODULE_OPTIONS_TOKEN, ApiKeyStore],
  useFactory: (options: TaskerAuthModuleOptions, store: ApiKeyStore) => {
    checkAuthOptions(options);
    const roles = new RoleMap(options.roles ?? {});
    return new CredentialsPolicy(
      options.apiKeys ? new ApiKeyAuthenticator(store, roles, Date.now) : undefined,
      options.jwt ? new JwtAuthenticator(options.jwt, roles) : undefined,
    );
  },
};

/**
 * Who may call Tasker, by JSON web tokens, API keys or both: `register` or `registerAsync` once per application. It
 * installs no guard and no Passport in the application; the modules of Tasker that answer requests find it by themselves.
 *
 * @public
 */
@Global()
@Module({ providers: [keyStore, policy], exports: [TASKER_ACCESS_POLICY, ApiKeyStore] })
export class TaskerAuthModule extends ConfigurableModuleClass {
  /** @throws {TaskerError} TSK_BOOT_INVALID when the application registers it twice */
  constructor(modules: ModulesContainer) {
    super();
    registeredOnce(modules, TaskerAuthModule, 'Register it in one module: it is global.');
  }
}
