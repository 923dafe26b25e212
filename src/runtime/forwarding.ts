/** @internal */
export type AnyFunction = (...args: never[]) => unknown;

/**
 * A function that calls another and passes for it: same name, same metadata, and what is written on it later is on it
 * alone.
 *
 * @internal
 */
export function forwarding<T extends AnyFunction>(original: AnyFunction, call: T): T {
  Object.defineProperty(call, 'name', { value: original.name });
  for (const key of Reflect.getMetadataKeys(original) as unknown[]) {
    Reflect.defineMetadata(key, Reflect.getMetadata(key, original), call);
  }
  return call;
}
