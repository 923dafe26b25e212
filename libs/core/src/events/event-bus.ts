import { AsyncHome } from '../async/async-home';
import type { TaskEventBase, TaskerEventName, TaskerEvents } from './event-catalogue';

type Listener = (payload: never, name: TaskerEventName) => void;
type Listeners = Map<TaskerEventName, Set<Listener>>;
type TaskEndName = 'task.completed' | 'task.failed';

function listenTo(listeners: Listeners, name: TaskerEventName, listener: Listener): () => void {
  const set = listeners.get(name) ?? new Set<Listener>();
  listeners.set(name, set.add(listener));
  return () => {
    set.delete(listener);
  };
}

/**
 * In-process publish and subscribe. Publishing is synchronous; a listener that throws or rejects is reported and never
 * affects the engine or the other listeners. Listeners run in the async context in which the bus was made: whoever
 * happens to publish, a request or a step, is not whom the event is about.
 *
 * @public
 */
export class EventBus {
  private readonly home = new AsyncHome();
  private readonly listeners: Listeners = new Map();

  private readonly endListeners: Listeners = new Map();

  constructor(private readonly onListenerError: (error: unknown, name: TaskerEventName) => void) {}

  /** @returns a function that takes the subscription back */
  on<N extends TaskerEventName>(
    name: N,
    listener: (payload: TaskerEvents[N], name: N) => void | Promise<void>,
  ): () => void {
    return listenTo(this.listeners, name, listener as unknown as Listener);
  }

  /**
   * Listens to the end of tasks alone, at once and without what `task.completed` and `task.failed` carry beyond it: that
   * has to be read, which is not done for these listeners.
   *
   * @returns a function that takes the subscription back
   */
  onEnd(name: TaskEndName, listener: (payload: TaskEventBase, name: TaskerEventName) => void): () => void {
    return listenTo(this.endListeners, name, listener);
  }

  /** False lets the publisher skip making the payload: most events of a busy engine have no listener. */
  wants(name: TaskerEventName): boolean {
    return (this.listeners.get(name)?.size ?? 0) > 0;
  }

  publish<N extends TaskerEventName>(name: N, payload: TaskerEvents[N]): void {
    this.call(this.listeners, name, payload);
  }

  /** A task has ended; `publish` tells the others of it once the rest is known. */
  publishEnd(name: TaskEndName, payload: TaskEventBase): void {
    this.call(this.endListeners, name, payload);
  }

  private call(listeners: Listeners, name: TaskerEventName, payload: object): void {
    for (const listener of listeners.get(name) ?? []) {
      try {
        const tell = listener as unknown as (payload: object, name: string) => unknown;
        const answer: unknown = this.home.run(() => tell(payload, name));
        if (answer instanceof Promise) answer.catch((error: unknown) => this.onListenerError(error, name));
      } catch (error) {
        this.onListenerError(error, name);
      }
    }
  }
}
