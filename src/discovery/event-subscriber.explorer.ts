import { Injectable } from '@nestjs/common';
import { MetadataScanner } from '@nestjs/core';
import { EventBus, type TaskerEventName } from '@tasker/core';
import { EVENT_SUBSCRIPTION_METADATA } from '../tasker.constants';
import { ProviderInstances } from './provider-instances';
import { ProviderScan, type ProviderWrapper } from './provider-scan';

type Listener = (payload: unknown, name: TaskerEventName) => unknown;

/** Subscribes the methods marked with `@OnTaskerEvent`; inherited ones count. @internal */
@Injectable()
export class EventSubscriberExplorer {
  constructor(
    private readonly scan: ProviderScan,
    private readonly scanner: MetadataScanner,
    private readonly instances: ProviderInstances,
    private readonly events: EventBus,
  ) {}

  /** @returns a function that takes all subscriptions back */
  subscribe(): () => void {
    const subscriptions = this.scan.distinct().flatMap((wrapper) => {
      const prototype = prototypeOf(wrapper);
      if (!prototype) return [];
      return this.scanner.getAllMethodNames(prototype).flatMap((method) => {
        const names = namesOf(prototype, method);
        return names.map((name) => this.events.on(name, this.listener(wrapper, method)));
      });
    });
    return () => subscriptions.forEach((unsubscribe) => unsubscribe());
  }

  private listener(
    wrapper: ProviderWrapper,
    method: string,
  ): (payload: object, name: TaskerEventName) => Promise<void> | void {
    if (!this.instances.isPerUse(wrapper)) {
      const instance = wrapper.instance as Record<string, Listener>;
      return (payload, name) => instance[method]?.(payload, name) as Promise<void> | void;
    }
    return async (payload, name) => {
      const { instance } = await this.instances.forUse(wrapper, { ...payload });
      await (instance as Record<string, Listener>)[method]?.(payload, name);
    };
  }
}

/** Of a provider without an instance (a pending factory, a plain value) there is nothing to look at. */
function prototypeOf({ instance, metatype, inject }: ProviderWrapper): object | null {
  if (typeof instance === 'object' && instance !== null) return Object.getPrototypeOf(instance) as object | null;
  return inject || !metatype ? null : (((metatype as Function).prototype as object | undefined) ?? null);
}

function namesOf(prototype: object, method: string): TaskerEventName[] {
  const callback = (prototype as Record<string, object>)[method] as object;
  return (Reflect.getMetadata(EVENT_SUBSCRIPTION_METADATA, callback) as TaskerEventName[] | undefined) ?? [];
}
