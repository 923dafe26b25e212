import { Injectable } from '@nestjs/common';
import { describeEvent, EVENT_NAMES, EventBus, TemplateRegistry } from '@tasker/core';

/** An event as a running process knows it. @public */
export interface EventEntry {
  /** What listeners name; that of the application's is `custom`, filtered by this. */
  readonly name: string;
  readonly kind: 'tasker' | 'custom';
  /** When it is published; null: its template does not say. */
  readonly description: string | null;
  /** Types of the fields of the payload, as text, by name. Of a custom event those that are Tasker's. */
  readonly payload: Readonly<Record<string, string>>;
  /** Who may publish it: for a custom event the steps of templates, or `*` for all steps of one; else the engine. */
  readonly publishers: readonly string[];
  /** Whether anybody in this process listens. */
  readonly isHeard: boolean;
}

/** Every event there is in this process: Tasker's own, and those its templates declare. @public */
@Injectable()
export class TaskerEventCatalogue {
  constructor(
    private readonly templates: TemplateRegistry,
    private readonly events: EventBus,
  ) {}

  /** Tasker's own in the order of the docs, then the application's by name. */
  list(): EventEntry[] {
    const own = EVENT_NAMES.map((name) => ({
      ...{ name, kind: 'tasker' as const, ...describeEvent(name), publishers: ['tasker'] },
      isHeard: this.events.wants(name),
    }));
    return [...own, ...this.custom()];
  }

  /** @returns undefined when there is no such event */
  find(name: string): EventEntry | undefined {
    return this.list().find((entry) => entry.name === name);
  }

  private custom(): EventEntry[] {
    const found = new Map<string, { description: string | null; publishers: Set<string> }>();
    for (const { definition } of this.templates.list()) {
      const { namespace, name, steps, customEvents } = definition;
      const declared = [
        ...customEvents.map((event) => ({ ...event, by: '*' })),
        ...steps.flatMap((step) => step.customEvents.map((event) => ({ ...event, by: step.name }))),
      ];
      for (const event of declared) {
        const entry = found.get(event.name) ?? { description: null, publishers: new Set<string>() };
        entry.description ??= event.description ?? null;
        entry.publishers.add(`${namespace}.${name}/${event.by}`);
        found.set(event.name, entry);
      }
    }
    const isHeard = this.events.wants('custom');
    return [...found]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { description, publishers }]) => ({
        ...{ name, kind: 'custom' as const, description, payload: describeEvent('custom').payload },
        ...{ publishers: [...publishers].sort(), isHeard },
      }));
  }
}
