/**
 * What every session of ours has, whatever `ALTER ROLE … SET` and `ALTER DATABASE … SET` say: texts that are read back are
 * written in one form, names are found where they belong, and nothing has a time limit that we do not know of.
 *
 * Not among them: `default_transaction_read_only`. Who sets it means it, and is told so by name.
 */
const PINNED: Readonly<Record<string, string>> = {
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  // pg_catalog comes before it, unless it is named after something else.
  search_path: 'public',
  bytea_output: 'hex',
  extra_float_digits: '1',
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  standard_conforming_strings: 'on',
  transform_null_equals: 'off',
  array_nulls: 'on',
  // Those of our own connections come after it.
  statement_timeout: '0',
  lock_timeout: '0',
  idle_session_timeout: '0',
};

/** For the start-up message: backslashes before blanks keep a value together. */
export const PINNED_OPTIONS = Object.entries(PINNED)
  .map(([name, value]) => `-c ${name}=${value.replaceAll(' ', '\\ ')}`)
  .join(' ');

/** For a transaction of a session that may be anybody's. */
export const PIN_LOCALLY = Object.entries(PINNED)
  .map(([name, value]) => `set local ${name} = ${name === 'search_path' ? value : `'${value}'`}`)
  .join('; ');
