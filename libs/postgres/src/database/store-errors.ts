import {
  StaleOutcomesError,
  StoreRefusedError,
  StoreUnavailableError,
  StepPausedError,
  TransactionEndedError,
  WorkerLostError,
} from '@tasker/core';

/** SQLSTATEs with which the server says that it, or this connection, is going away; and a standby after a failover. */
const GOING_AWAY = /^(08...|57P0[1235]|25P03|53300|25006)$/;
/** There is no way in: what is wrong with the login or the name of the database may be right a minute later. */
const NO_WAY_IN = /^(28...|3D000)$/;
/** The transaction lost a race and was rolled back whole. */
const LOST_RACE = /^(40001|40P01|55P03)$/;
/** Data exceptions and exceeded limits: the same values fail again. */
const UNSTORABLE = /^(22...|54...)$/;
const DUPLICATE_KEY = '23505';
/** Made by code, never by a network; by name, because they may be of another realm. */
const OWN_MISTAKE = /^(Type|Range|Reference|Syntax|URI|Eval)Error$|^AbortError$/;

const KNOWN = [StaleOutcomesError, StoreRefusedError, StoreUnavailableError, WorkerLostError];

/** What a failed statement means for the engine, and whether the connection can still be used. */
export interface ReadError {
  /** Neither the store's nor Tasker's: a fault of this process, such as a file that is missing. */
  readonly error: unknown;
  readonly connectionUsable: boolean;
  readonly lostRace: boolean;
}

/** Translates what the driver threw; an error without SQLSTATE is the network's, or a fault of this process. */
export function readStoreError(thrown: unknown): ReadError {
  // Inside a transaction the engine's work may fail on another connection: this one is fine.
  if (KNOWN.some((type) => thrown instanceof type)) {
    return { error: thrown, connectionUsable: true, lostRace: false };
  }
  const state = sqlStateOf(thrown);
  if (state === undefined && isLocal(thrown)) return { error: thrown, connectionUsable: false, lostRace: false };
  if (state === undefined || GOING_AWAY.test(state) || NO_WAY_IN.test(state)) {
    return { error: new StoreUnavailableError(thrown), connectionUsable: false, lostRace: false };
  }
  const usable = (error: Error, lostRace = false): ReadError => ({ error, connectionUsable: true, lostRace });
  const { detail, message } = thrown as { detail?: unknown; message?: unknown };
  if (state === 'TSK01') {
    const indexes = typeof detail === 'string' ? detail.split(',').map(Number) : [];
    return usable(new StaleOutcomesError(indexes));
  }
  if (state === 'TSK02') return usable(new WorkerLostError(Number(/\d+/.exec(String(message))?.[0] ?? 0)));
  if (state === 'TSK05') return usable(new StoreUnavailableError(thrown));
  if (state === 'TSK03') return usable(new StepPausedError());
  if (state === 'TSK06') return usable(new TransactionEndedError());
  const lostRace = LOST_RACE.test(state);
  return usable(new StoreRefusedError(thrown, UNSTORABLE.test(state), lostRace, state === DUPLICATE_KEY), lostRace);
}

/** Of an error that the server sent; the codes of Node look alike. */
export function sqlStateOf(thrown: unknown): string | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('severity' in thrown)) return undefined;
  const { code } = thrown as { code?: unknown };
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/** Nobody was asked: a mistake in code, or a file. Whatever else the driver throws is about the connection. */
function isLocal(thrown: unknown): boolean {
  if (typeof thrown !== 'object' || thrown === null) return true;
  const { name, code, path, syscall } = thrown as Readonly<Record<string, unknown>>;
  if (code === 'MODULE_NOT_FOUND') return true;
  // The path of a socket, too, is one.
  if (typeof path === 'string' && typeof syscall === 'string' && syscall !== 'connect') return true;
  return typeof name === 'string' && OWN_MISTAKE.test(name);
}
