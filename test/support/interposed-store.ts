import { StoreUnavailableError, type EngineStore } from '@tasker/core';

/** Verbs of the store that answer. */
export type Verb = Exclude<keyof EngineStore, 'announce' | 'listen' | 'onLoss' | 'exclusively'>;

type Interposed<V extends Verb> = (
  ...call: [...Parameters<EngineStore[V]>, real: EngineStore[V]]
) => ReturnType<EngineStore[V]>;

/** The store with some verbs replaced; each replacement is called with the real one as its last argument. */
export function interposed(store: EngineStore, verbs: { readonly [V in Verb]?: Interposed<V> }): EngineStore {
  return new Proxy(store, {
    get(target, name) {
      const real: unknown = Reflect.get(target, name, target);
      if (typeof real !== 'function') return real;
      const bound = real.bind(target) as (...args: unknown[]) => unknown;
      const instead = verbs[name as Verb] as ((...args: unknown[]) => unknown) | undefined;
      return instead ? (...args: unknown[]) => instead(...args, bound) : bound;
    },
  });
}

/** The store, but the answers of one verb get lost when `loses` says so: the statement commits, the caller hears nothing. */
export function losingAnswers(store: EngineStore, verb: Verb, loses: () => boolean): EngineStore {
  const lose = async (...call: unknown[]): Promise<unknown> => {
    const real = call.pop() as (...args: unknown[]) => Promise<unknown>;
    const answer = await real(...call);
    if (loses()) throw new StoreUnavailableError(new Error(`the answer to ${verb} was lost`));
    return answer;
  };
  return interposed(store, { [verb]: lose });
}
