import type { OperatorCommand, OperatorReceipt, OperatorVerb } from '@tasker/core';
import type { ActDetails } from '../../api/scoped-tasks';
import type { Principal } from '../../access/access-policy';
import { Caller } from '../../access/principal-of';
import { Sent, type Input } from '../operation/input';
import { Operates } from '../operation/operation.decorator';
import { verbOperations, type VerbPlace } from './verb.operations';

/** What was sent for a verb: its fields beside what every act takes. @internal */
export type VerbInput = Input<object, Readonly<Record<string, unknown>> & Pick<ActDetails, 'reason'>>;

/** A controller of a resource that verbs are routes of. @internal */
export interface AppliesVerbs {
  /** Applies a verb to what the path names. */
  apply(verb: OperatorVerb, input: VerbInput, caller: Principal): Promise<OperatorReceipt>;
}

/** Gives a controller a route for every verb of the table that is about its resource. @internal */
export const VerbRoutes =
  (place: VerbPlace) =>
  (controller: new (...parts: never[]) => AppliesVerbs): void => {
    const prototype = controller.prototype as AppliesVerbs;
    for (const { verb, spec } of verbOperations(place)) {
      const route = {
        [verb](this: AppliesVerbs, input: VerbInput, caller: Principal): Promise<OperatorReceipt> {
          return this.apply(verb, input, caller);
        },
      };
      const descriptor = { ...Object.getOwnPropertyDescriptor(route, verb), enumerable: false };
      Object.defineProperty(prototype, verb, descriptor);
      Sent()(prototype, verb, 0);
      Caller()(prototype, verb, 1);
      Operates(spec)(prototype, verb, descriptor);
    }
  };

/** The verb with the fields that were sent for it, which its operation has checked. @internal */
export function commandOf(
  verb: OperatorVerb,
  { body }: VerbInput,
  place: { readonly step?: string } = {},
): OperatorCommand {
  const { reason: _, ...fields } = body;
  return { verb, ...fields, ...place } as OperatorCommand;
}
