import { PermanentError, StepHandler, type StepContext } from '@tasker/nestjs';
import type { Order } from '../orders/order';
import { priceOf, type Totals } from '../orders/pricing';
import { Pace } from '../services/pace';

/** The schema has checked the shape of the order; this checks the arithmetic. */
@StepHandler('validate_order')
export class ValidateOrder implements StepHandler<Order, Totals> {
  constructor(private readonly pace: Pace) {}

  async process({ task, signal }: StepContext<Order>): Promise<Totals> {
    await this.pace.take(40, signal);
    const totals = priceOf(task.context.items);
    const { amountCents } = task.context.payment;
    if (totals.totalCents !== amountCents) {
      throw new PermanentError(`The customer agreed to ${amountCents} cents, the order costs ${totals.totalCents}.`, {
        code: 'AMOUNT_MISMATCH',
        context: { ...totals },
      });
    }
    return totals;
  }
}
