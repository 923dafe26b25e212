import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';

/** Nest's record of a provider. @internal */
export type ProviderWrapper = ReturnType<DiscoveryService['getProviders']>[number];

/** A provider whose class carries the metadata that was looked for. @internal */
export interface DecoratedProvider<T> {
  readonly type: Function;
  readonly metadata: T;
  readonly wrapper: ProviderWrapper;
}

/** Finds providers of the host: classes, factories, values and request-scoped ones. @internal */
@Injectable()
export class ProviderScan {
  constructor(private readonly discovery: DiscoveryService) {}

  /**
   * Providers decorated with the key, sorted by class name, each class once although several modules provide it.
   * Only a class's own metadata counts: an undecorated subclass is not a second handler of the same name.
   */
  decorated<T>(key: string): DecoratedProvider<T>[] {
    const found = new Map<Function, DecoratedProvider<T>>();
    for (const wrapper of this.providers()) {
      const type = classesOf(wrapper).find((candidate) => Reflect.hasOwnMetadata(key, candidate));
      if (!type || found.has(type)) continue;
      found.set(type, { type, wrapper, metadata: Reflect.getOwnMetadata(key, type) as T });
    }
    return [...found.values()].sort((a, b) => a.type.name.localeCompare(b.type.name));
  }

  /** Values provided under a class as their token, in the order of the modules. */
  valuesOf<T>(token: abstract new (...args: never[]) => T): T[] {
    return this.providers()
      .filter((wrapper) => wrapper.token === token)
      .map((wrapper) => wrapper.instance as T);
  }

  /** Providers and controllers, each class under each token once; aliases are left out. */
  distinct(): ProviderWrapper[] {
    const seen = new Map<unknown, unknown[]>();
    return [...this.providers(), ...this.discovery.getControllers()].filter((wrapper) => {
      const type = classesOf(wrapper)[0];
      const tokens = seen.get(type) ?? [];
      if (tokens.includes(wrapper.token)) return false;
      seen.set(type, [...tokens, wrapper.token]);
      return true;
    });
  }

  private providers(): ProviderWrapper[] {
    return this.discovery.getProviders().filter((wrapper) => !wrapper.isAlias);
  }
}

/**
 * What there is to see; undefined where looking throws. Providers of the host may be proxies that connect when they are
 * first used, or refuse to be looked at.
 *
 * @internal
 */
export function looking<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}

/**
 * Classes that may carry the decorators of a provider, likeliest first. The token is among them because a test that
 * overrides a handler with a plain object still means that handler.
 */
function classesOf({ instance, metatype, token, inject }: ProviderWrapper): Function[] {
  const own = looking(() => (instance as object | null | undefined)?.constructor);
  const declared: unknown = inject ? undefined : metatype;
  return [own, declared, token].filter((candidate) => typeof candidate === 'function');
}
