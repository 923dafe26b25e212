import type { AbstractHttpAdapter } from '@nestjs/core';

/** How responses of Express and Fastify are sent. */
const SENDERS = ['json', 'send'] as const;

type Response = Partial<Record<(typeof SENDERS)[number], unknown>>;

const restorers = new WeakMap<object, () => void>();

/**
 * Whatever is sent over the response from now on, it is this body: interceptors of the host that are global run around
 * ours, and would wrap it, or drop its fields, as they do with the answers of the host's own routes.
 *
 * @internal
 */
export function fixAnswer(adapter: AbstractHttpAdapter, response: object, body: unknown): void {
  releaseAnswer(response);
  const before = SENDERS.map((name) => [name, Object.getOwnPropertyDescriptor(response, name)] as const);
  restorers.set(response, () => {
    for (const [name, descriptor] of before) {
      if (descriptor) Object.defineProperty(response, name, descriptor);
      else Reflect.deleteProperty(response, name);
    }
  });
  const value = (): object => {
    releaseAnswer(response);
    adapter.reply(response, body);
    return response;
  };
  for (const name of SENDERS) {
    if (typeof (response as Response)[name] !== 'function') continue;
    Object.defineProperty(response, name, { value, configurable: true, writable: true });
  }
}

/** For whoever answers something else after all, because an error came later. @internal */
export function releaseAnswer(response: object): void {
  restorers.get(response)?.();
  restorers.delete(response);
}
