import { addressFault, type DatabaseAddress } from '@tasker/postgres';
import { fault, integer, isRecord, oneOf, section, text, type Faults, type OptionReader } from './option-readers';
import type { ResolvedDatabaseOptions } from './resolved-tasker-options';
import type { DataSourceToken } from './tasker-module-options.interface';

/** PostgreSQL cuts identifiers off after this many bytes without a word. */
const IDENTIFIER_BYTES = 63;
const MAX_PORT = 65_535;
/** How the address can be given: exactly one of them. */
const WAYS = ['url', 'host', 'dataSource'] as const;

const readUrl: OptionReader<string | undefined> = (value, path, faults) => {
  if (value === undefined) return undefined;
  // The value is not shown: it usually has a password.
  if (value === '') faults.push({ path, message: 'is required; is an environment variable unset?' });
  else if (typeof value !== 'string' || !/^(postgres|postgresql|socket):/.test(value)) {
    fault(faults, path, 'must be a connection string that starts with postgres://', value);
  } else {
    const found = addressFault({ connectionString: value }, path);
    if (found === undefined) return value;
    faults.push(found);
  }
  return '';
};

const isHost = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isPort = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MAX_PORT;

/** One, or a list of at least one. */
const oneOrMore =
  <T>(is: (value: unknown) => value is T, message: string): OptionReader<T | readonly T[] | undefined> =>
  (value, path, faults) => {
    if (value === undefined || is(value)) return value;
    if (Array.isArray(value) && value.length > 0 && value.every(is)) return value;
    fault(faults, path, message, value);
    return undefined;
  };

const readPassword: OptionReader<DatabaseAddress['password']> = (value, path, faults) => {
  if (value === undefined || typeof value === 'string' || typeof value === 'function') {
    return value as DatabaseAddress['password'];
  }
  fault(faults, path, 'must be a string, or a function that gives one', value);
  return undefined;
};

const readSsl: OptionReader<DatabaseAddress['ssl']> = (value, path, faults) => {
  if (value === undefined || typeof value === 'boolean' || isRecord(value)) return value;
  fault(faults, path, "must be true, false or options of Node's tls.connect", value);
  return undefined;
};

/** A token of Nest's. @internal */
export const readToken: OptionReader<DataSourceToken | undefined> = (value, path, faults) => {
  if (['undefined', 'string', 'symbol', 'function'].includes(typeof value)) return value as DataSourceToken | undefined;
  fault(
    faults,
    path,
    'must be the token of a DataSource, such as the class DataSource or getDataSourceToken("name")',
    value,
  );
  return undefined;
};

const readSection = section<ResolvedDatabaseOptions>({
  url: readUrl,
  host: oneOrMore(isHost, 'must be a host name, or a list of them'),
  port: oneOrMore(isPort, `must be an integer from 1 to ${MAX_PORT}, or a list of them`),
  user: text(IDENTIFIER_BYTES, undefined),
  password: readPassword,
  database: text(IDENTIFIER_BYTES, undefined),
  ssl: readSsl,
  dataSource: readToken,
  schema: text(IDENTIFIER_BYTES, 'tasker'),
  migrations: oneOf(['auto', 'verify', 'off'], 'auto'),
  pooler: oneOf(['none', 'transaction'], 'none'),
  poolSize: integer(1, 100, 3),
  settleConnections: integer(1, 8, 2),
  connectTimeoutMs: integer(0, 3_600_000, 30_000),
});

/** Where the database is, in whichever way it is given, and what to expect of it. @internal */
export const readDatabase: OptionReader<ResolvedDatabaseOptions> = (value, path, faults) => {
  // A string is short for a URL.
  const input = typeof value === 'string' ? { url: value } : value;
  const options = readSection(input, path, faults);
  checkWay(isRecord(input) ? input : {}, options, path, faults);
  return options;
};

function checkWay(
  given: Readonly<Record<string, unknown>>,
  { host, port, ssl }: ResolvedDatabaseOptions,
  path: string,
  faults: Faults,
): void {
  const ways = WAYS.filter((way) => given[way] !== undefined);
  if (ways.length === 0) {
    const message = 'is required, or database.host, or database.dataSource; is an environment variable unset?';
    faults.push({ path: `${path}.url`, message });
  }
  for (const more of ways.slice(1)) {
    faults.push({ path: `${path}.${more}`, message: `cannot be given together with ${path}.${ways[0]}` });
  }
  const parts = ways[0] === 'host' ? [] : ['port', 'user', 'password', 'database', 'ssl'];
  for (const part of parts.filter((key) => given[key] !== undefined && ways.length > 0)) {
    // Certificates and rotating passwords have no place in a URL.
    if (ways[0] === 'url' && (part === 'ssl' || part === 'password')) continue;
    faults.push({ path: `${path}.${part}`, message: `goes with ${path}.host, not with ${path}.${ways[0]}` });
  }
  const hosts = Array.isArray(host) ? host.length : 1;
  if (Array.isArray(port) && port.length !== 1 && port.length !== hosts) {
    faults.push({ path: `${path}.port`, message: `must be one, or as many as there are hosts: ${hosts}` });
  }
  const found = ways[0] === 'host' && ssl !== undefined ? addressFault({ ssl }, `${path}.ssl`) : undefined;
  if (found) faults.push(found);
}
