import { SetMetadata } from '@nestjs/common';
import type { TaskerEventName, TaskerEvents } from '@tasker/core';
import type { TaskerEventFilter } from '../discovery/event-filter';
import { EVENT_SUBSCRIPTION_METADATA } from '../tasker.constants';

type Listener<N extends TaskerEventName> = (payload: TaskerEvents[N], name: N) => unknown;

type Names = readonly [TaskerEventName, ...TaskerEventName[]];

/** A method that may listen to the events; anything else is a compile error. @public */
export type OnTaskerEventDecorator<N extends TaskerEventName> = <F extends Listener<N>>(
  target: object,
  member: string | symbol,
  descriptor: TypedPropertyDescriptor<F>,
) => void;

/** What one decorator asks for. @internal */
export interface EventSubscription {
  readonly names: readonly TaskerEventName[];
  readonly filter: TaskerEventFilter;
}

/**
 * Calls the method of a provider after every such event of this process. A listener that throws is logged and counted;
 * it can never affect a task. May stand several times on one method, with different filters.
 *
 * @example
 * ```ts
 * @Injectable()
 * export class Alarm {
 *   @OnTaskerEvent('step.failed', { namespace: 'shop', step: ['charge', 'refund'] })
 *   raise({ taskId, error }: TaskerEvents['step.failed']): void {}
 * }
 * ```
 * @param wanted names of events, and a filter behind them when not all such events are wanted
 * @public
 */
export function OnTaskerEvent<const N extends Names>(...names: N): OnTaskerEventDecorator<N[number]>;
/** As above, with a filter behind the names. @public */
export function OnTaskerEvent<const N extends Names>(
  ...wanted: [...names: N, filter: TaskerEventFilter]
): OnTaskerEventDecorator<N[number]>;
export function OnTaskerEvent(
  ...wanted: (TaskerEventName | TaskerEventFilter)[]
): OnTaskerEventDecorator<TaskerEventName> {
  const names = wanted.filter((entry): entry is TaskerEventName => typeof entry === 'string');
  const filter = wanted.find((entry): entry is TaskerEventFilter => typeof entry === 'object') ?? {};
  return (target, member, descriptor) => {
    const others = subscriptionsOf(descriptor.value as object);
    SetMetadata(EVENT_SUBSCRIPTION_METADATA, [...others, { names, filter }])(target, member, descriptor);
  };
}

/** What the decorators of a method ask for; empty without one. @internal */
export const subscriptionsOf = (method: object): readonly EventSubscription[] =>
  (Reflect.getMetadata(EVENT_SUBSCRIPTION_METADATA, method) as EventSubscription[] | undefined) ?? [];
