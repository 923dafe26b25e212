export { TaskerAuthModule } from './tasker-auth.module';
export type {
  JwtAlgorithm,
  JwtClaims,
  JwtOptions,
  TaskerAuthModuleOptions,
  TaskerAuthOptionsFactory,
} from './tasker-auth-options.interface';
export { ApiKeyStore, type ApiKey, type CreatedApiKey, type KeyVerdict, type NewApiKey } from '@tasker/postgres';
