import type { ConnectionOptions } from 'node:tls';
import type { InjectionToken } from '@nestjs/common';
import type { IdentityStrategy, StepDefaults } from '@tasker/core';
import type { DatabasePassword } from '@tasker/postgres';
import type { TaskerRetentionOptions } from '../retention/retention-options';
import type { TemplateSource } from '../templates/template-source';

/** `api` creates tasks and runs none, `worker` and `all` run steps. @public */
export type TaskerRole = 'all' | 'api' | 'worker';

/** Under which Nest has a `DataSource`: the class itself, or what `getDataSourceToken` gives. @public */
export type DataSourceToken = InjectionToken<unknown>;

/**
 * Where tasks live.
 *
 * @public
 */
export interface TaskerDatabaseOptions {
  /**
   * Connection string, `postgres://user:password@host:port/database`; several hosts are separated by commas. This, `host`
   * or `dataSource`.
   */
  readonly url?: string;
  /** Instead of `url`: a host, a folder with a socket, or several hosts, of which the first that takes writes is used. */
  readonly host?: string | readonly string[];
  /** With `host`: one port for all of them, or one for each, 1 to 65,535. Default `PGPORT`, else 5432. */
  readonly port?: number | readonly number[];
  /** With `host`. Default `PGUSER`, else who runs the process. */
  readonly user?: string;
  /** With `host`, or with a `url` without one: the password, or a function, also async, that gives it for each connection. */
  readonly password?: DatabasePassword;
  /** With `host`: name of the database. Default `PGDATABASE`, else that of the user. */
  readonly database?: string;
  /** With `host` or `url`: true, or options of Node's `tls.connect`. Default `PGSSLMODE`, else false. */
  readonly ssl?: boolean | ConnectionOptions;
  /**
   * Instead of `url`: the token of a TypeORM `DataSource` of the application. Its address and credentials are used, for
   * connections of Tasker's own; it need not be open.
   */
  readonly dataSource?: DataSourceToken;
  /** Schema of Tasker's tables, 1 to 63 bytes. Default `tasker`. */
  readonly schema?: string;
  /** `auto` migrates at boot, `verify` refuses to boot on a schema of another version, `off` trusts. Default `auto`. */
  readonly migrations?: 'auto' | 'verify' | 'off';
  /** `transaction` when a transaction-mode pooler such as PgBouncer is in between. Default `none`. */
  readonly pooler?: 'none' | 'transaction';
  /** Most connections that operators, bulk operations, retention and readers share, 1 to 100. Default 3. */
  readonly poolSize?: number;
  /** Connections that settle outcomes, 1 to 8; more than 2 hardly pay. Default 2. */
  readonly settleConnections?: number;
  /** How long the boot waits for a database that is still starting, 0 to 3,600,000 milliseconds. Default 30,000. */
  readonly connectTimeoutMs?: number;
}

/**
 * Where templates come from and how they are read.
 *
 * @public
 */
export interface TaskerTemplatesOptions {
  /** Paths or globs of YAML files, relative to the working directory, and templates as objects. Default none. */
  readonly sources?: readonly TemplateSource[];
  /** Which section of `environments` in YAML files applies. Default `NODE_ENV`. */
  readonly environment?: string;
  /** Values for `${NAME}` in YAML files, and for `$env{NAME}` in the configuration of steps. Default `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /**
   * A version that is registered comes with another definition: `revise` makes a new revision of it, `error` refuses
   * to boot. Default `error` when `NODE_ENV` is `production`, else `revise`.
   */
  readonly onChange?: 'revise' | 'error';
  /** Handler names by the class names written in YAML files. Default none. */
  readonly handlers?: Readonly<Record<string, string>>;
  /**
   * Retry limit and backoff of steps that say nothing themselves; of a backoff field by field. They become part of each
   * template's definition, as if they were written there. Default 3 attempts, 1 s doubled up to 5 min.
   */
  readonly stepDefaults?: StepDefaults;
}

/**
 * How this process runs steps. Ignored in role `api`.
 *
 * @public
 */
export interface TaskerWorkerOptions {
  /** Most handlers running at once, 1 to 10,000. Default 50. */
  readonly concurrency?: number;
  /** Named queues to serve. Default all. */
  readonly queues?: readonly string[];
  /** A worker that has not renewed for this long is dead to the others: 1,000 to 3,600,000 milliseconds. Default 15,000; with `database.pooler: 'transaction'` 30,000. */
  readonly leaseMs?: number;
  /** Safety poll, bounds how late a lost notification is noticed: 10 to 60,000 milliseconds. Default 1,000. */
  readonly pollMs?: number;
  /** Name of this worker for operators, 1 to 128 characters. Default host name and process id. */
  readonly name?: string;
  /** What runs at shutdown has this long to finish, then it is aborted: 0 to 3,600,000 milliseconds. Default 10,000. */
  readonly shutdownGraceMs?: number;
  /**
   * Transactional steps at once, 1 to 100: each has a connection of its own meanwhile, besides those of
   * `database.poolSize`. They count in `concurrency`, too. Default 4.
   */
  readonly transactionalConnections?: number;
  /**
   * Token of a TypeORM `DataSource` of the application whose entities the `manager` of transactional steps knows; it has to
   * go to Tasker's own database. Default `database.dataSource`, else Tasker's, which knows statements only.
   */
  readonly transactionalDataSource?: DataSourceToken;
}

/** How tasks that mean the same are recognised. @public */
export interface TaskerIdentityOptions {
  /** `unique`: no two tasks are the same; `hash`: by everything in the request that means something; or your own key. Default `unique`. */
  readonly strategy?: IdentityStrategy;
}

/** Upper bounds of what is stored. @public */
export interface TaskerLimitsOptions {
  /** Largest result of a step, 1 KiB to 100 MiB, UTF-8 bytes. Default 1 MiB. */
  readonly resultBytes?: number;
  /** Largest context of a task, 1 KiB to 100 MiB, UTF-8 bytes. Default 1 MiB. */
  readonly contextBytes?: number;
  /** Most signals kept at one address until somebody waits for them, 1 to 1,000,000. Default 10,000. */
  readonly keptSignals?: number;
  /** Most times that the handler of one step may suspend it, 1 to 10,000,000. Default 100,000. */
  readonly suspends?: number;
}

/** What is kept so that tasks are found. @public */
export interface TaskerSearchOptions {
  /**
   * Makes, beside the running application, an index over whole contexts where there is none: searches by `context` are
   * fast then, and every creation costs 2 to 4 µs of PostgreSQL and 160 bytes of WAL more. False leaves one that is there.
   * Default false; search attributes of templates need none.
   */
  readonly contextIndex?: boolean;
}

/** What goes to Nest's logger. @public */
export interface TaskerLoggingOptions {
  /** Least level that is written: completed tasks are `info`, failures `warn`, steps `debug`. Default `info`. */
  readonly level?: TaskerLogLevel;
  /** `text` appends the fields as `key=value`; `pino` calls `logger.log(fields, message)`, as nestjs-pino expects. Default `text`. */
  readonly format?: 'text' | 'pino';
  /**
   * Completed tasks at level `info`: `summary` is one line a second with their number, `each` one line for each. Failed
   * tasks always have a line each. Default `summary`.
   */
  readonly tasks?: 'summary' | 'each';
  /** A line at `warn` for every attempt that took this long or longer, 1 to 86,400,000 milliseconds. Default null: none. */
  readonly slowStepMs?: number | null;
}

/** The least severe lines that are written. @public From the most talkative to none. */
export type TaskerLogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/**
 * What people and logs shall not see. Handlers see everything, and contexts and results are stored as they are.
 *
 * @public
 */
export interface TaskerMaskingOptions {
  /**
   * Paths in contexts, inputs, results, contexts of errors and fields of log lines: keys joined by dots, `*` for any key or
   * entry, `**` in front for any depth. At most 100. Default none.
   */
  readonly paths?: readonly string[];
  /** What stands there instead. Default `[masked]`. */
  readonly text?: string;
}

/**
 * Options of `TaskerModule.forRoot`.
 *
 * @public
 */
export interface TaskerModuleOptions {
  /** A string is short for `{ url }`. */
  readonly database: string | TaskerDatabaseOptions;
  /** Default `all`. */
  readonly role?: TaskerRole;
  /** Templates of the application; `forFeature` adds to them. A list is short for `{ sources }`. Default none. */
  readonly templates?: readonly TemplateSource[] | TaskerTemplatesOptions;
  readonly worker?: TaskerWorkerOptions;
  readonly identity?: TaskerIdentityOptions;
  readonly limits?: TaskerLimitsOptions;
  readonly search?: TaskerSearchOptions;
  readonly logging?: TaskerLoggingOptions;
  readonly masking?: TaskerMaskingOptions;
  /** Default: everything is kept. */
  readonly retention?: TaskerRetentionOptions;
}

/** Makes the options of `forRootAsync({ useClass })` and `({ useExisting })`. @public */
export interface TaskerOptionsFactory {
  createTaskerOptions(): TaskerModuleOptions | Promise<TaskerModuleOptions>;
}
