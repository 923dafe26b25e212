import { StoreUnavailableError, type EngineStore } from '@tasker/core';

/** What never answers, or is used to shut down. */
const LEFT_ALONE: ReadonlySet<string | symbol> = new Set(['announce', 'listen', 'onLoss', 'close']);

/** A store that loses calls and answers of every verb while `active`: half of the time the statement was executed all the same. */
export interface Unreliable {
  active: boolean;
  /** How many calls went wrong, by verb. */
  readonly lost: Record<string, number>;
}

/** @param rate share of the calls that go wrong */
export function unreliableStore(
  store: EngineStore,
  random: () => number,
  rate: number,
  state: Unreliable,
): EngineStore {
  return new Proxy(store, {
    get(target, name) {
      const real: unknown = Reflect.get(target, name, target);
      if (typeof real !== 'function') return real;
      const bound = real.bind(target) as (...args: unknown[]) => unknown;
      if (LEFT_ALONE.has(name)) return bound;
      return async (...args: unknown[]): Promise<unknown> => {
        if (!state.active || random() >= rate) return bound(...args);
        const verb = String(name);
        state.lost[verb] = (state.lost[verb] ?? 0) + 1;
        if (random() < 0.5) throw new StoreUnavailableError(new Error(`${verb} did not reach the database`));
        await bound(...args);
        throw new StoreUnavailableError(new Error(`the answer to ${verb} was lost`));
      };
    },
  });
}
