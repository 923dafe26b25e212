import { readFileSync } from 'node:fs';
import { EmbeddedPostgresError } from './errors';

const LOG_TAIL_CHARACTERS = 1_500;

/**
 * Why a server did not come up, read from what it printed.
 *
 * @internal
 */
export interface StartFailure {
  error: EmbeddedPostgresError;
  portTaken: boolean;
  /** Another server on the cluster is about to end, or the sessions of a killed one are. */
  leftovers: boolean;
}

/**
 * @param exit how the server ended; `undefined` when it runs but does not accept connections
 * @internal
 */
export function startFailure(exit: string | undefined, logFile: string, port: number): StartFailure {
  const log = tail(logFile);
  const portTaken = /could not create any TCP\/IP sockets|Address already in use/.test(log);
  const leftovers = /pre-existing shared memory block|lock file "postmaster.pid" already exists/.test(log);
  return { error: portTaken ? portInUse(port) : notStarted(exit, log, logFile), portTaken, leftovers };
}

function portInUse(port: number): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'TSK_PG_PORT_IN_USE',
    `Port ${port} of 127.0.0.1 is taken.`,
    'Stop what listens there, choose another port, or leave the option out to get a free one.',
  );
}

function notStarted(exit: string | undefined, log: string, logFile: string): EmbeddedPostgresError {
  const state = exit === undefined ? 'does not accept connections' : `ended at once (${exit})`;
  return new EmbeddedPostgresError(
    'TSK_PG_START_FAILED',
    `PostgreSQL ${state}. It printed: ${log || 'nothing'}`,
    `A wrong entry in settings is the usual cause; a kept directory has the whole log in ${logFile}.`,
  );
}

function tail(file: string): string {
  try {
    return readFileSync(file, 'utf8').slice(-LOG_TAIL_CHARACTERS).trim();
  } catch {
    return '';
  }
}
