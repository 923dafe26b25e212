import { TaskerError, errorText, type Fault } from '@tasker/core';
import type { ConnectionOptions } from 'node:tls';
import { Client, type ClientConfig } from 'pg';

/** A password, or what gives one for every new connection: credentials that rotate. @public */
export type DatabasePassword = string | (() => string | Promise<string>);

/**
 * Where the database is and who enters: a connection string, or its parts as `pg` names them. What is left out comes from
 * the environment (`PGHOST` and so on), as always with `pg`.
 *
 * @public
 */
export interface DatabaseAddress {
  /** `postgres://user:password@host:port/database`; several hosts separated by commas, each with its port. */
  readonly connectionString?: string;
  /** Several are tried in their order: the first that takes writes is used. */
  readonly host?: string | readonly string[];
  /** One for all hosts, or one for each. */
  readonly port?: number | readonly number[];
  readonly user?: string;
  readonly password?: DatabasePassword;
  readonly database?: string;
  /** As in `pg`: true, or options of Node's `tls.connect`. */
  readonly ssl?: boolean | ConnectionOptions;
}

/** The parts of an address, from options that have more. */
export function addressOf({
  connectionString,
  host,
  port,
  user,
  password,
  database,
  ssl,
}: DatabaseAddress): DatabaseAddress {
  const all = { connectionString, host, port, user, password, database, ssl };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** Scheme and credentials, the hosts, and the rest. */
const URL_PARTS = /^([a-z]+:\/\/(?:[^/?#]*@)?)([^/?#@]*)(.*)$/s;

/** One configuration of the driver for each host, in their order. */
export function clientConfigs({ connectionString, host, port, ...rest }: DatabaseAddress): ClientConfig[] {
  if (connectionString !== undefined) {
    return hostsOf(connectionString).map((one) => ({ ...rest, connectionString: one }));
  }
  const hosts = typeof host === 'string' || host === undefined ? [host] : host;
  return hosts.map((name, index) => {
    const at = typeof port === 'number' || port === undefined ? port : (port[index] ?? port[0]);
    return { ...rest, ...(name === undefined ? {} : { host: name }), ...(at === undefined ? {} : { port: at }) };
  });
}

/** The connection string once for each of its hosts. */
function hostsOf(connectionString: string): string[] {
  const [, before = '', hosts = '', after = ''] = URL_PARTS.exec(connectionString) ?? [];
  return hosts.includes(',') ? hosts.split(',').map((host) => `${before}${host}${after}`) : [connectionString];
}

/**
 * What is wrong with an address, before anybody is asked; nothing of it is repeated, because it has a password.
 *
 * @param path of the connection string, for the fault
 * @public
 */
export function addressFault(address: DatabaseAddress, path: string): Fault | undefined {
  try {
    for (const config of clientConfigs(address)) new Client(config);
    return undefined;
  } catch (error) {
    return { path, message: faultOf(error) };
  }
}

function faultOf(error: unknown): string {
  const { path, code } = error as { path?: unknown; code?: unknown };
  if (typeof path === 'string') return `names a file that cannot be read: ${path} (${String(code)})`;
  const { name } = error as { name?: unknown };
  if (name === 'URIError' || code === 'ERR_INVALID_URL') {
    return 'is no valid URL: write characters such as % # / ? : @ of user and password as %25 %23 %2F %3F %3A %40';
  }
  return `cannot be used: ${errorText(error)}`;
}

/** @throws {TaskerError} TSK_OPTIONS_INVALID */
export function assertAddress(address: DatabaseAddress): void {
  const fault = addressFault(address, 'connectionString');
  if (fault === undefined) return;
  throw new TaskerError('TSK_OPTIONS_INVALID', 'The database cannot be addressed.', { details: [fault] });
}
