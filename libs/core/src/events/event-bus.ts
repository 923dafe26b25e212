import { AsyncHome } from '../async/async-home';
import type { TaskerEventName, TaskerEvents } from './event-catalogue';

type Listener = (payload: never, name: TaskerEventName) => void;

/**
 * In-process publish and subscribe. Publishing is synchronous; a listener that throws or rejects is reported and never
 * affects the engine or the other listeners. Listeners run in the async context in which the bus was made: whoever
 * happens to publish, a request or a step, is not whom the event is about.
 *
 * @public
 */
export class EventBus {
  private readonly home = new AsyncHome();
  private readonly listeners = new Map<TaskerEventName, Set<Listener>>();

  constructor(private readonly onListenerError: (error: unknown, name: TaskerEventName) => void) {}

  /** @returns a function that takes the subscription back */
  on<N extends TaskerEventName>(
    name: N,
    listener: (payload: TaskerEvents[N], name: N) => void | Promise<void>,
  ): () => void {
    const entry = listener as unknown as Listener;
    const set = this.listeners.get(name) ?? new Set<Listener>();
    this.listeners.set(name, set.add(entry));
    return () => {
      set.delete(entry);
    };
  }

  /** False lets the publisher skip making the payload: most events of a busy engine have no listener. */
  wants(name: TaskerEventName): boolean {
    return (this.listeners.get(name)?.size ?? 0) > 0;
  }

  publish<N extends TaskerEventName>(name: N, payload: TaskerEvents[N]): void {
    for (const listener of this.listeners.get(name) ?? []) {
      const call = listener as unknown as (payload: TaskerEvents[N], name: N) => unknown;
      try {
        const answer: unknown = this.home.run(() => call(payload, name));
        if (answer instanceof Promise) answer.catch((error: unknown) => this.onListenerError(error, name));
      } catch (error) {
        this.onListenerError(error, name);
      }
    }
  }
}
