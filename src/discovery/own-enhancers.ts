/** Which kinds of enhancers a handler asks for by itself, as Nest's `ExternalContextCreator` takes them. @internal */
export interface OwnEnhancers {
  readonly guards: boolean;
  readonly interceptors: boolean;
  readonly filters: boolean;
}

/** Keys under which `@UseGuards` and its like keep their metadata; Nest exports them from no public entry. */
const KEYS = {
  guards: '__guards__',
  interceptors: '__interceptors__',
  filters: '__exceptionFilters__',
  pipes: '__pipes__',
} as const;

/**
 * Enhancers on the method or its class; undefined when there is none at all, so that a plain handler costs nothing.
 * Nest adds the host's global ones of the same kind: a guard made for HTTP requests would refuse every step, so a kind
 * that the handler does not ask for stays off.
 *
 * @internal
 */
export function ownEnhancers(instance: object, method: Function): OwnEnhancers | undefined {
  const has = (key: string): boolean =>
    Reflect.hasMetadata(key, instance.constructor) || Reflect.hasMetadata(key, method);
  const enhancers = { guards: has(KEYS.guards), interceptors: has(KEYS.interceptors), filters: has(KEYS.filters) };
  return Object.values(enhancers).includes(true) || has(KEYS.pipes) ? enhancers : undefined;
}
