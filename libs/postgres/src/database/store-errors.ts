import {
  StaleOutcomesError,
  StoreRefusedError,
  StoreUnavailableError,
  StepPausedError,
  WorkerLostError,
} from '@tasker/core';

/** SQLSTATEs with which the server says that it, or this connection, is going away; and a standby after a failover. */
const GOING_AWAY = /^(08...|57P0[1235]|25P03|53300|25006)$/;
/** The transaction lost a race and was rolled back whole. */
const LOST_RACE = /^(40001|40P01|55P03)$/;
/** Data exceptions and exceeded limits: the same values fail again. */
const UNSTORABLE = /^(22...|54...)$/;
const DUPLICATE_KEY = '23505';

const KNOWN = [StaleOutcomesError, StoreRefusedError, StoreUnavailableError, WorkerLostError];

/** What a failed statement means for the engine, and whether the connection can still be used. */
export interface ReadError {
  readonly error: Error;
  readonly connectionUsable: boolean;
  readonly lostRace: boolean;
}

/** Translates what the driver threw; an error without SQLSTATE is the network's or the driver's own. */
export function readStoreError(thrown: unknown): ReadError {
  // Inside a transaction the engine's work may fail on another connection: this one is fine.
  if (KNOWN.some((type) => thrown instanceof type)) {
    return { error: thrown as Error, connectionUsable: true, lostRace: false };
  }
  const { code, detail, message } = thrown as { code?: unknown; detail?: unknown; message?: unknown };
  const state =
    typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && 'severity' in (thrown as object) ? code : undefined;
  if (state === undefined || GOING_AWAY.test(state)) {
    return { error: new StoreUnavailableError(thrown), connectionUsable: false, lostRace: false };
  }
  const usable = (error: Error, lostRace = false): ReadError => ({ error, connectionUsable: true, lostRace });
  if (state === 'TSK01') {
    const indexes = typeof detail === 'string' ? detail.split(',').map(Number) : [];
    return usable(new StaleOutcomesError(indexes));
  }
  if (state === 'TSK02') return usable(new WorkerLostError(Number(/\d+/.exec(String(message))?.[0] ?? 0)));
  if (state === 'TSK05') return usable(new StoreUnavailableError(thrown));
  if (state === 'TSK03') return usable(new StepPausedError());
  const lostRace = LOST_RACE.test(state);
  return usable(new StoreRefusedError(thrown, UNSTORABLE.test(state), lostRace, state === DUPLICATE_KEY), lostRace);
}
