import { errorText } from '@tasker/core';
import { Client, type ClientConfig } from 'pg';
import { clientConfigs, type DatabaseAddress } from './address';
import { PINNED_OPTIONS } from './session-settings';
import { OWN_TYPES } from './value-parsers';

/** How a client is opened. */
export interface OpenSettings {
  readonly applicationName: string;
  /** After this long the attempt at one host is given up, milliseconds. */
  readonly connectWithinMs: number;
  /** After this long without an answer a statement fails, milliseconds; default never. */
  readonly answerWithinMs?: number;
  /** The server stops a statement after this long, milliseconds. */
  readonly statementMs?: number;
  /** Whether settings of the role and the database are replaced by those that Tasker relies on; no pooler takes them. */
  readonly pinned: boolean;
  /** Whether values are read as everywhere in the process: for statements of the host's. Default as Tasker relies on. */
  readonly readsAsHost?: boolean;
  /** Ends the attempt. */
  readonly signal?: AbortSignal;
}

/** A terminate message that nobody takes is waited for this long, milliseconds. */
const END_WITHIN_MS = 1_000;
/** An idle connection is asked for a sign of life after this long, milliseconds. */
const KEEP_ALIVE_MS = 10_000;
/** The longest time of a timer: not to say anything would leave it to `pg.defaults` of the host. */
const NEVER_MS = 2_147_483_647;

/**
 * Opens a client: the one place where connections are made. Of several hosts it is the first that answers and takes writes.
 *
 * @throws what the driver throws; of several hosts an AggregateError with what each of them had to say
 */
export async function openClient(address: DatabaseAddress, settings: OpenSettings): Promise<Client> {
  const configs = clientConfigs(address);
  const errors: unknown[] = [];
  for (const config of configs) {
    settings.signal?.throwIfAborted();
    let client: Client | undefined;
    const giveUp = (): void => client && cutClient(client);
    settings.signal?.addEventListener('abort', giveUp);
    try {
      client = await connect(config, settings);
      if (configs.length === 1 || (await takesWrites(client))) return client;
      errors.push(new Error(`${config.host ?? 'a host'} is a standby`));
      await endClient(client);
    } catch (error) {
      giveUp();
      errors.push(error);
    } finally {
      settings.signal?.removeEventListener('abort', giveUp);
    }
  }
  throw errors.length === 1 ? errors[0] : new AggregateError(errors, '');
}

async function connect(config: ClientConfig, settings: OpenSettings): Promise<Client> {
  const {
    applicationName,
    connectWithinMs,
    answerWithinMs = NEVER_MS,
    statementMs,
    pinned,
    readsAsHost,
    signal,
  } = settings;
  const client = new Client({
    ...withOptions(config, pinned),
    ...{ application_name: applicationName, ...(readsAsHost ? {} : { types: OWN_TYPES }) },
    ...{ keepAlive: true, keepAliveInitialDelayMillis: KEEP_ALIVE_MS },
    ...{ connectionTimeoutMillis: connectWithinMs, query_timeout: answerWithinMs },
  });
  freeOfDefaults(client, statementMs);
  // A URL without a password is read as one with an empty password, which would win.
  if (config.connectionString !== undefined && config.password !== undefined) {
    Object.assign(client, { password: config.password });
  }
  // Without a listener a connection that breaks would end the process; whoever waits for an answer hears of it by that.
  client.on('error', () => undefined);
  const giveUp = (): void => cutClient(client);
  signal?.addEventListener('abort', giveUp);
  try {
    await client.connect();
    return client;
  } catch (error) {
    cutClient(client);
    throw error;
  } finally {
    signal?.removeEventListener('abort', giveUp);
  }
}

/** What is not said is taken from `pg.defaults`, which are the host's: formats that our parsers do not read, limits. */
function freeOfDefaults(client: Client, statementMs: number | undefined): void {
  Object.assign(client, { binary: false });
  const { connectionParameters } = client as unknown as { readonly connectionParameters: object };
  const limits = { lock_timeout: undefined, idle_in_transaction_session_timeout: undefined };
  Object.assign(connectionParameters, { statement_timeout: statementMs, ...limits });
}

/** What the address itself says of server options stays, before ours. */
function withOptions(config: ClientConfig, pinned: boolean): ClientConfig {
  if (!pinned) return config;
  const { connectionString } = config;
  const url = connectionString?.includes('options=') ? new URL(connectionString) : undefined;
  const options = [process.env['PGOPTIONS'], config.options, url?.searchParams.get('options'), PINNED_OPTIONS];
  url?.searchParams.delete('options');
  return {
    ...config,
    ...(url ? { connectionString: url.toString() } : {}),
    options: options.filter((text) => text !== undefined && text !== null && text !== '').join(' '),
  };
}

/** How a connection pooler answers to options of a session. */
export const refusesOptions = (error: unknown): boolean => /unsupported startup parameter/i.test(errorText(error));

async function takesWrites(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ standby: boolean }>('select pg_is_in_recovery() as standby');
  return rows[0]?.standby === false;
}

/** Ends a session in good order, or without it when the other side says nothing any more. Never throws. */
export async function endClient(client: Client): Promise<void> {
  const timer = setTimeout(() => cutClient(client), END_WITHIN_MS);
  await client.end().catch(() => undefined);
  clearTimeout(timer);
}

/** Ends a connection at once; what waits for an answer over it fails. */
export function cutClient(client: Client): void {
  client.connection.stream.destroy();
}
