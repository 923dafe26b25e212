import { StepHandler, type StepContext } from '@tasker/nestjs';
import type { Order } from '../orders/order';
import { Pace } from '../services/pace';
import type { Charge } from '../services/payment-gateway.service';

const RATE = { standard: 1, premium: 2, enterprise: 0 } as const;

/** Loyalty points; a request may leave the step out with `bypassSteps: ['award_points']`. */
@StepHandler('award_points')
export class AwardPoints implements StepHandler<Order, { points: number }, { charge_payment: Charge }> {
  constructor(private readonly pace: Pace) {}

  async process(step: StepContext<Order, { charge_payment: Charge }>): Promise<{ points: number }> {
    await this.pace.take(40, step.signal);
    const euros = Math.floor(step.parents.charge_payment.amountCents / 100);
    return { points: euros * RATE[step.task.context.customer.tier] };
  }
}
