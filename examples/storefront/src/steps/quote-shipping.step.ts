import { StepHandler, type StepContext } from '@tasker/nestjs';
import type { Order } from '../orders/order';
import { CarrierService } from '../services/carrier.service';

/** Asks the carrier whether and how fast it delivers there. */
@StepHandler('quote_shipping')
export class QuoteShipping implements StepHandler<Order, { expectedDays: number }> {
  constructor(private readonly carrier: CarrierService) {}

  process({ task, signal }: StepContext<Order>): Promise<{ expectedDays: number }> {
    const { method, country } = task.context.shipping;
    return this.carrier.quote(method, country, signal);
  }
}
