import type { Type } from '@nestjs/common';
import { MetadataScanner } from '@nestjs/core';
import { forwarding, type AnyFunction } from '../runtime/forwarding';

/**
 * A decorator of the host for controllers and routes, such as what `SetMetadata` or a `Public()` returns: its global
 * guards and interceptors read there what they shall leave alone.
 *
 * @public
 */
export type HostDecorator = ClassDecorator & MethodDecorator;

/** Key under which Nest keeps the path of a route. */
const PATH = 'path';

/**
 * The controllers with decorators of the host on each class and each route: some guards look at one, some at the other.
 * Each application gets classes of its own, because metadata stays with a class for ever.
 *
 * @internal
 */
export function withHostDecorators(controllers: readonly Type[], decorators: readonly HostDecorator[] = []): Type[] {
  return decorators.length === 0
    ? [...controllers]
    : controllers.map((controller) => decorated(controller, decorators));
}

function decorated(controller: Type, decorators: readonly HostDecorator[]): Type {
  const own = class extends (controller as Type<object>) {};
  // The name is in documents and in log lines.
  Object.defineProperty(own, 'name', { value: controller.name });
  const scanner = new MetadataScanner();
  for (const name of scanner.getAllMethodNames(controller.prototype as object)) {
    const route = (controller.prototype as Record<string, AnyFunction>)[name] as AnyFunction;
    if (!Reflect.hasMetadata(PATH, route)) continue;
    const descriptor = { value: another(route), configurable: true, enumerable: false, writable: true };
    Object.defineProperty(own.prototype, name, descriptor);
    for (const decorate of decorators) decorate(own.prototype, name, descriptor);
  }
  for (const decorate of decorators) decorate(own);
  return own;
}

/** The same method as another function: metadata of this application is not that of others. */
const another = (route: AnyFunction): AnyFunction =>
  forwarding(route, function (this: unknown, ...args: unknown[]): unknown {
    return Reflect.apply(route as (...args: unknown[]) => unknown, this, args);
  });
