import type { ProviderWrapper } from './provider-scan';

/** A method of a provider that does the work of steps. @internal */
export interface HandlerSource {
  /** Name that templates use. */
  readonly name: string;
  /** For messages: class, or class and method. */
  readonly label: string;
  readonly wrapper: ProviderWrapper;
  readonly method: string;
  /** Steps that have to run before each of its own. */
  readonly resultsOf: readonly string[];
}

/** Whether the provider really has the method; one that is made per use can only be judged by its class. @internal */
export function hasMethod({ wrapper, method }: HandlerSource, type: Function): boolean {
  const owner = (wrapper.instance as object | null | undefined) ?? (type.prototype as object);
  return typeof (owner as Record<string, unknown>)[method] === 'function';
}
