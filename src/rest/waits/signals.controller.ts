import type { SignalReceipt, SignalRequest } from '@tasker/core';
import type { Principal } from '../../access/access-policy';
import { Caller } from '../../access/principal-of';
import { ScopedWaits } from '../../api/scoped-waits';
import { Sent, type Input } from '../operation/input';
import { Operates } from '../operation/operation.decorator';
import { Resource } from '../operation/resource.decorator';
import { SEND_SIGNAL } from './wait.operations';

/** What waiting steps are told from outside. @internal */
@Resource('signals', 'signals')
export class SignalsController {
  constructor(private readonly waits: ScopedWaits) {}

  @Operates(SEND_SIGNAL)
  send(
    @Sent() { body: { name, ...request } }: Input<object, SignalRequest & { readonly name: string }>,
    @Caller() caller: Principal,
  ): Promise<SignalReceipt> {
    return this.waits.signal(caller, name, request);
  }
}
