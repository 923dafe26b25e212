import { SetMetadata } from '@nestjs/common';
import type { TaskerEventName, TaskerEvents } from '@tasker/core';
import { EVENT_SUBSCRIPTION_METADATA } from '../tasker.constants';

type Listener<N extends TaskerEventName> = (payload: TaskerEvents[N], name: N) => unknown;

/** A method that may listen to the events; anything else is a compile error. @public */
export type OnTaskerEventDecorator<N extends TaskerEventName> = <F extends Listener<N>>(
  target: object,
  member: string | symbol,
  descriptor: TypedPropertyDescriptor<F>,
) => void;

/**
 * Calls the method of a provider after every such event of this process. A listener that throws is logged; it can
 * never affect a task.
 *
 * @example
 * ```ts
 * @OnTaskerEvent('step.failed')
 * alarm(payload: TaskerEvents['step.failed']) { … }
 * ```
 * @public
 */
export function OnTaskerEvent<N extends TaskerEventName>(...names: [N, ...N[]]): OnTaskerEventDecorator<N> {
  return (target, member, descriptor) => {
    SetMetadata(EVENT_SUBSCRIPTION_METADATA, names)(target, member, descriptor);
  };
}
