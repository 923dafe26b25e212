import type { TaskerEventName } from '@tasker/core';
import type { TaskerEventFilter } from './event-filter';

/** One `@OnTaskerEvent` and what came of it in this process. @public */
export interface SubscriberStats {
  /** Class and method. */
  readonly subscriber: string;
  readonly events: readonly TaskerEventName[];
  readonly filter: TaskerEventFilter;
  /** Events that passed the filter. */
  readonly calls: number;
  /** Calls that threw or rejected. */
  readonly failures: number;
  /** Epoch milliseconds; null: none has failed. */
  readonly lastFailureAt: number | null;
}

type Listener = (event: object, name: TaskerEventName) => unknown;

/** Counts the calls of one subscriber and those that fail; what it throws goes on to the bus. @internal */
export class SubscriberCount implements SubscriberStats {
  calls = 0;
  failures = 0;
  lastFailureAt: number | null = null;

  constructor(
    readonly subscriber: string,
    readonly events: readonly TaskerEventName[],
    readonly filter: TaskerEventFilter,
  ) {}

  counting(listener: Listener): Listener {
    return (event, name) => {
      this.calls++;
      try {
        const answer = listener(event, name);
        return answer instanceof Promise ? answer.catch((error: unknown) => this.failed(error)) : answer;
      } catch (error) {
        this.failed(error);
      }
    };
  }

  private failed(error: unknown): never {
    this.failures++;
    this.lastFailureAt = Date.now();
    throw error;
  }
}
