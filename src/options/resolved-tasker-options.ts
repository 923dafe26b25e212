import type { ResolvedRetentionOptions } from '../retention/retention-options';
import type {
  DataSourceToken,
  TaskerDatabaseOptions,
  TaskerIdentityOptions,
  TaskerLimitsOptions,
  TaskerLoggingOptions,
  TaskerMaskingOptions,
  TaskerRole,
  TaskerSearchOptions,
  TaskerTemplatesOptions,
  TaskerWorkerOptions,
} from './tasker-module-options.interface';

type DatabaseDefaults = 'schema' | 'migrations' | 'pooler' | 'poolSize' | 'settleConnections' | 'connectTimeoutMs';
type Given<T> = { readonly [K in keyof T]-?: T[K] | undefined };

/** The database option with its defaults; of the ways to give the address one is not undefined. @public */
export type ResolvedDatabaseOptions = Required<Pick<TaskerDatabaseOptions, DatabaseDefaults>> &
  Given<Omit<TaskerDatabaseOptions, DatabaseDefaults>>;

/** Options checked, with every default applied. @public */
export interface ResolvedTaskerOptions {
  readonly database: ResolvedDatabaseOptions;
  readonly role: TaskerRole;
  readonly templates: Required<Omit<TaskerTemplatesOptions, 'environment'>> & {
    /** Undefined when neither the option nor `NODE_ENV` is set. */
    readonly environment: string | undefined;
  };
  readonly worker: Required<Omit<TaskerWorkerOptions, 'queues' | 'transactionalDataSource'>> & {
    readonly transactionalDataSource: DataSourceToken | undefined;
    /** Null serves all. */
    readonly queues: readonly string[] | null;
  };
  readonly identity: Required<TaskerIdentityOptions>;
  readonly limits: Required<TaskerLimitsOptions>;
  readonly search: Required<TaskerSearchOptions>;
  readonly logging: Required<TaskerLoggingOptions>;
  readonly masking: Required<TaskerMaskingOptions>;
  readonly retention: ResolvedRetentionOptions;
}
