import { TaskerError, type Fault } from '@tasker/core';
import type { ClientBase } from 'pg';

/** The oldest PostgreSQL the SQL was written for and is tested on. */
const OLDEST_MAJOR = 15;

/** What a session says of its server and of itself; everything a text. */
export interface ServerStanding {
  readonly version: string;
  readonly encoding: string;
  readonly standby: string;
  readonly read_only: string;
  readonly date_style: string;
  readonly bytea_output: string;
  readonly float_digits: string;
  readonly isolation: string;
  readonly first_schema: string;
}

const STANDING = `select current_setting('server_version_num') as version, current_setting('server_encoding') as encoding,
       pg_catalog.pg_is_in_recovery()::text as standby, current_setting('default_transaction_read_only') as read_only,
       current_setting('DateStyle') as date_style, current_setting('bytea_output') as bytea_output,
       current_setting('extra_float_digits') as float_digits,
       current_setting('default_transaction_isolation') as isolation,
       (pg_catalog.current_schemas(true))[1]::text as first_schema`;

/** Asks; changes nothing. */
export async function serverStanding(client: ClientBase): Promise<ServerStanding> {
  const { rows } = await client.query<ServerStanding>(STANDING);
  return rows[0] as ServerStanding;
}

/**
 * Refuses a server, a database or settings that Tasker cannot work with, each by its name.
 *
 * @throws {TaskerError} TSK_DATABASE_UNSUITABLE with all of them
 */
export const assertSuitable = (standing: ServerStanding): void =>
  refuse([...serverFaults(standing), ...settingFaults(standing)]);

/** The same for who sees to the settings of the session himself. */
export const assertServer = (standing: ServerStanding): void => refuse(serverFaults(standing));

function refuse(details: readonly Fault[]): void {
  if (details.length === 0) return;
  throw new TaskerError('TSK_DATABASE_UNSUITABLE', 'Tasker cannot work with this database.', { details });
}

function serverFaults({ version, encoding, standby, read_only: readOnly }: ServerStanding): Fault[] {
  const faults: Fault[] = [];
  const major = Math.floor(Number(version) / 10_000);
  if (major < OLDEST_MAJOR) {
    faults.push({ path: 'server_version', message: `is ${major}; PostgreSQL ${OLDEST_MAJOR} or newer is needed` });
  }
  if (encoding !== 'UTF8') {
    const message = `is ${encoding}, which cannot hold every text; create the database with ENCODING 'UTF8'`;
    faults.push({ path: 'server_encoding', message });
  }
  if (standby === 'true') faults.push({ path: 'pg_is_in_recovery', message: 'is a standby; connect to the primary' });
  else if (readOnly === 'on') {
    faults.push({
      path: 'default_transaction_read_only',
      message: 'is on; Tasker writes, so it must be off for its role',
    });
  }
  return faults;
}

/** Of sessions of our own these are pinned; behind a pooler they are what the role and the database say. */
function settingFaults(standing: ServerStanding): Fault[] {
  const { date_style, bytea_output, float_digits, isolation, first_schema } = standing;
  const wanted: readonly (readonly [setting: string, found: string, right: boolean, need: string])[] = [
    ['DateStyle', date_style, date_style.startsWith('ISO'), 'must begin with ISO'],
    ['bytea_output', bytea_output, bytea_output === 'hex', 'must be hex'],
    ['extra_float_digits', float_digits, Number(float_digits) >= 0, 'must not be negative'],
    ['default_transaction_isolation', isolation, isolation === 'read committed', 'must be read committed'],
    ['search_path', first_schema, first_schema === 'pg_catalog', 'must not name anything before pg_catalog'],
  ];
  return wanted
    .filter(([, , right]) => !right)
    .map(([path, found, , need]) => ({ path, message: `is ${found}; behind a pooler it ${need}` }));
}
