import { errorText } from '../errors/error-text';
import { isTaskerError, TaskerError } from '../errors/tasker-error';
import { StoreRefusedError, StoreUnavailableError } from './settlement';

/** SQLSTATE of a statement that the server stopped because it took too long. */
const TOOK_TOO_LONG = '57014';
/** Disk, memory and connections that are used up; files the server cannot read or write. */
const OUT_OF_RESOURCES = /^(53|58)/;
/** A table, function, column or schema that is not there. */
const MISSING_OBJECT = /^(42P01|42883|42703|3F000)$/;

/**
 * What callers are told when the store failed: the one place where its errors become those of Tasker. An error that is
 * neither the store's nor Tasker's is a fault of this process, and is told as that.
 *
 * @param hint of an unavailable database, where more is known than that
 * @public
 */
export function storeFault(error: unknown, hint?: string): TaskerError {
  if (isTaskerError(error)) return error;
  if (error instanceof StoreUnavailableError) return unavailable(error, hint);
  if (error instanceof StoreRefusedError) return refused(error);
  return new TaskerError('TSK_INTERNAL', `Something failed in this process: ${errorText(error)}`, {
    cause: error,
    hint: 'See the cause: the database has nothing to do with it.',
  });
}

function unavailable(error: StoreUnavailableError, hint = REPEAT): TaskerError {
  const { cause } = error;
  // This process has closed its connections: nobody was asked.
  if (isTaskerError(cause)) return cause;
  const why = WHY[sqlState(cause)] ?? 'did not answer';
  const message = `The database ${why} (${errorText(cause)}); it may have been done.`;
  const { errors } = (cause ?? {}) as { errors?: unknown };
  return new TaskerError('TSK_DATABASE_UNAVAILABLE', message, {
    cause: error,
    hint: HINTS[sqlState(cause)] ?? (Array.isArray(errors) ? UNREACHABLE : hint),
  });
}

const REPEAT = 'Repeat it: an act that has been done already changes nothing.';
const UNREACHABLE = 'Check host and port, and whether PostgreSQL runs there.';

const WHY: Readonly<Record<string, string>> = {
  '25006': 'takes no writes now, it is read-only',
  '53300': 'has no connection left',
  '57P03': 'is starting up or shutting down',
  '3D000': 'does not exist',
  '28P01': 'refused the password',
  '28000': 'refused the login',
};

const HINTS: Readonly<Record<string, string>> = {
  '25006': 'Connect to the primary; otherwise set default_transaction_read_only off for the role and the database.',
  '53300': 'Raise max_connections, or run fewer processes; each has the connections that the operating guide lists.',
  '3D000': 'Create the database (CREATE DATABASE …), or correct its name; Tasker creates only its schema.',
  '28P01': 'Correct user and password.',
  '28000': 'Correct the user, and see in the configuration of the server who may log in from here.',
};

function refused(error: StoreRefusedError): TaskerError {
  const state = sqlState(error.cause);
  const cause = { cause: error };
  if (state === TOOK_TOO_LONG) return new TaskerError('TSK_SATURATED', 'The database took too long over this.', cause);
  if (error.lostRace) return new TaskerError('TSK_SATURATED', 'Others keep the rows busy that this needs.', cause);
  if (error.unstorable) {
    return new TaskerError('TSK_REQUEST_INVALID', `The database cannot hold a value of this: ${error.message}`, cause);
  }
  if (OUT_OF_RESOURCES.test(state)) {
    const hint = 'Nothing was written; try again when the server has room.';
    return new TaskerError('TSK_DATABASE_UNAVAILABLE', `The database refuses to work: ${error.message}`, {
      ...cause,
      hint,
    });
  }
  if (MISSING_OBJECT.test(state)) {
    return new TaskerError('TSK_SCHEMA_MISMATCH', `Tasker's schema is not complete: ${error.message}`, cause);
  }
  return new TaskerError('TSK_DATABASE_REFUSED', `The database refused the statement: ${error.message}`, {
    ...cause,
    data: { sqlState: state },
  });
}

function sqlState(cause: unknown): string {
  const { code } = (cause ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : '';
}
