import { Injectable } from '@nestjs/common';
import { MetadataScanner } from '@nestjs/core';
import { EventBus, type TaskerEventName } from '@tasker/core';
import { subscriptionsOf, type EventSubscription } from '../decorators/on-tasker-event.decorator';
import { eventPredicate } from './event-filter';
import { ProviderInstances } from './provider-instances';
import { looking, ProviderScan, type ProviderWrapper } from './provider-scan';
import { SubscriberCount } from './subscriber-count';

type Listener = (payload: object, name: TaskerEventName) => unknown;

/** Subscribes the methods marked with `@OnTaskerEvent`; inherited ones count. @internal */
@Injectable()
export class EventSubscriberExplorer {
  private readonly counts: SubscriberCount[] = [];

  constructor(
    private readonly scan: ProviderScan,
    private readonly scanner: MetadataScanner,
    private readonly instances: ProviderInstances,
    private readonly events: EventBus,
  ) {}

  /** How often each subscriber was called, by its label; empty before `subscribe`. */
  get subscribers(): readonly SubscriberCount[] {
    return this.counts;
  }

  /** @returns a function that takes all subscriptions back */
  subscribe(): () => void {
    const stops = this.scan.distinct().flatMap((wrapper) => {
      const prototype = prototypeOf(wrapper);
      if (!prototype) return [];
      return this.scanner.getAllMethodNames(prototype).flatMap((method) => {
        const callback = looking(() => (prototype as Record<string, object>)[method]);
        return subscriptionsOf(callback ?? {}).flatMap((subscription) =>
          this.listen(wrapper, prototype, method, subscription),
        );
      });
    });
    this.counts.sort((a, b) => (a.subscriber < b.subscriber ? -1 : 1));
    return () => stops.forEach((stop) => stop());
  }

  private listen(
    wrapper: ProviderWrapper,
    prototype: object,
    method: string,
    { names, filter }: EventSubscription,
  ): (() => void)[] {
    const count = new SubscriberCount(`${prototype.constructor.name}.${method}`, names, filter);
    this.counts.push(count);
    const call = count.counting(this.caller(wrapper, method));
    const passes = eventPredicate(filter);
    const isFiltered = Object.keys(filter).length > 0;
    const listener: Listener = isFiltered
      ? (payload, name) => (passes(payload) ? call(payload, name) : undefined)
      : call;
    return names.map((name) => this.events.on(name, (payload) => listener(payload, name) as Promise<void> | void));
  }

  private caller(wrapper: ProviderWrapper, method: string): Listener {
    if (!this.instances.isPerUse(wrapper)) {
      const instance = wrapper.instance as Record<string, Listener>;
      return (payload, name) => instance[method]?.(payload, name);
    }
    return async (payload, name) => {
      const { instance } = await this.instances.forUse(wrapper, { ...payload });
      await (instance as Record<string, Listener>)[method]?.(payload, name);
    };
  }
}

/** Of a provider without an instance (a pending factory, a plain value) there is nothing to look at. */
function prototypeOf({ instance, metatype, inject }: ProviderWrapper): object | null {
  if (typeof instance === 'object' && instance !== null) {
    return looking(() => Object.getPrototypeOf(instance) as object | null) ?? null;
  }
  return inject || !metatype ? null : (((metatype as Function).prototype as object | undefined) ?? null);
}
