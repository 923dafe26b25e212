import { TaskerError } from '@tasker/core';
import type { DatabaseAddress, DatabasePassword } from '@tasker/postgres';
import type { ResolvedDatabaseOptions } from '../options/resolved-tasker-options';

/** As much of a `DataSource` as says where it goes. */
interface LocatedSource {
  readonly options: {
    readonly type: string;
    readonly url?: string;
    readonly host?: string;
    readonly port?: number;
    readonly username?: string;
    readonly password?: DatabasePassword;
    readonly database?: string;
    readonly ssl?: DatabaseAddress['ssl'];
    readonly replication?: { readonly master?: Partial<LocatedSource['options']> };
    /** As the driver names them; they win. */
    readonly extra?: DatabaseAddress;
  };
}

/** The address as the options have it; undefined when it is that of a `DataSource`. @internal */
export function addressOfOptions(options: ResolvedDatabaseOptions): DatabaseAddress | undefined {
  const { url: connectionString, host, port, user, password, database, ssl, dataSource } = options;
  if (dataSource !== undefined) return undefined;
  return defined({ connectionString, host, port, user, password, database, ssl });
}

/**
 * Address and credentials of a `DataSource` of the application; of one that replicates, those of its master.
 *
 * @param path of the option that names it
 * @throws {TaskerError} TSK_OPTIONS_INVALID for what is none, or not of PostgreSQL
 * @internal
 */
export function addressOfSource(source: unknown, path = 'database.dataSource'): DatabaseAddress {
  const { options } = (source ?? {}) as Partial<LocatedSource>;
  if (options?.type !== 'postgres' && options?.type !== 'aurora-postgres') {
    const message = options
      ? `is a DataSource of type "${options.type}", not "postgres"`
      : 'is the token of no DataSource';
    throw new TaskerError('TSK_OPTIONS_INVALID', 'The options of TaskerModule are invalid.', {
      details: [{ path, message }],
    });
  }
  const { url, host, port, username: user, password, database, ssl } = { ...options, ...options.replication?.master };
  const own = { connectionString: url, host, port, user, password, database, ssl };
  return defined({ ...own, ...parts(options.extra) });
}

const parts = ({
  connectionString,
  host,
  port,
  user,
  password,
  database,
  ssl,
}: DatabaseAddress = {}): DatabaseAddress => defined({ connectionString, host, port, user, password, database, ssl });

const defined = (all: Readonly<Record<string, unknown>>): DatabaseAddress =>
  Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
