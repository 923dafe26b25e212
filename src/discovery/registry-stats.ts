import { Injectable } from '@nestjs/common';
import { EVENT_NAMES, EventBus, HandlerRegistry, TemplateRegistry, type TaskerEventName } from '@tasker/core';
import { EventSubscriberExplorer } from './event-subscriber.explorer';
import type { SubscriberStats } from './subscriber-count';

/** What this process knows and who listens. @public */
export interface RegistryStats {
  readonly handlers: {
    readonly total: number;
    /** Sorted. */
    readonly names: readonly string[];
  };
  readonly templates: {
    readonly total: number;
    readonly namespaces: number;
    /** Versions by name, the highest first, by namespace. */
    readonly byNamespace: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  };
  readonly subscribers: {
    readonly total: number;
    readonly calls: number;
    readonly failures: number;
    /** Events that somebody listens to, Tasker's own parts and the application's. */
    readonly events: readonly TaskerEventName[];
    /** By class and method. */
    readonly bySubscriber: readonly SubscriberStats[];
  };
}

/** Statistics of the registries of this process: handlers, templates, subscribers. @public */
@Injectable()
export class TaskerRegistryStats {
  constructor(
    private readonly handlers: HandlerRegistry,
    private readonly templates: TemplateRegistry,
    private readonly subscribers: EventSubscriberExplorer,
    private readonly events: EventBus,
  ) {}

  /** As they are now; nothing is asked of the database. */
  collect(): RegistryStats {
    const names = this.handlers.names();
    const byNamespace = this.byNamespace();
    const bySubscriber = this.subscribers.subscribers.map(
      ({ subscriber, events, filter, calls, failures, lastFailureAt }) =>
        ({ subscriber, events, filter, calls, failures, lastFailureAt }) satisfies SubscriberStats,
    );
    return {
      handlers: { total: names.length, names },
      templates: { total: this.templates.list().length, namespaces: Object.keys(byNamespace).length, byNamespace },
      subscribers: {
        total: bySubscriber.length,
        calls: bySubscriber.reduce((sum, { calls }) => sum + calls, 0),
        failures: bySubscriber.reduce((sum, { failures }) => sum + failures, 0),
        events: EVENT_NAMES.filter((name) => this.events.wants(name)),
        bySubscriber,
      },
    };
  }

  private byNamespace(): Record<string, Record<string, string[]>> {
    const found: Record<string, Record<string, string[]>> = {};
    for (const { definition } of this.templates.list()) {
      const { namespace, name, version } = definition;
      ((found[namespace] ??= {})[name] ??= []).push(version);
    }
    return found;
  }
}
