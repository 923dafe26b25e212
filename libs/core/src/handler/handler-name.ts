/**
 * Key of the metadata a decorator leaves on a handler class, `{ name }`. A string and not a symbol, so that classes
 * decorated by another copy of the package are recognised.
 *
 * @internal
 */
export const STEP_HANDLER_KEY = 'tasker:step-handler';

/** A class that can be constructed, with whatever dependencies. @public */
export type HandlerClass<T = unknown> = abstract new (...args: never[]) => T;

/**
 * The name under which a handler class is registered: the one its decorator gave, else the name of the class.
 *
 * @returns empty for an anonymous class without a decorator
 * @public
 */
export function resolveHandlerName(handler: HandlerClass): string {
  // reflect-metadata is the host's; without it nothing can have been decorated. Own metadata only: a subclass without
  // a decorator is another handler, and must not run as its parent.
  const { getOwnMetadata } = Reflect as { getOwnMetadata?: (key: string, target: object) => unknown };
  const metadata = getOwnMetadata?.(STEP_HANDLER_KEY, handler);
  if (typeof metadata === 'object' && metadata !== null && 'name' in metadata && typeof metadata.name === 'string') {
    return metadata.name;
  }
  return handler.name;
}
