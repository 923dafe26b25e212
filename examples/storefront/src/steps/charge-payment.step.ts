import { PermanentError, RetryableError, StepHandler, type StepContext } from '@tasker/nestjs';
import type { Order } from '../orders/order';
import type { Totals } from '../orders/pricing';
import { GatewayError, PaymentGateway, type Charge } from '../services/payment-gateway.service';

/** Takes the money. The idempotency key makes a second attempt harmless when the first one did reach the gateway. */
@StepHandler('charge_payment')
export class ChargePayment implements StepHandler<Order, Charge, { validate_order: Totals }> {
  constructor(private readonly gateway: PaymentGateway) {}

  async process(step: StepContext<Order, { validate_order: Totals }>): Promise<Charge> {
    const { token, currency } = step.task.context.payment;
    const amountCents = step.parents.validate_order.totalCents;
    try {
      return await this.gateway.charge(
        { token, amountCents, currency, idempotencyKey: step.idempotencyKey },
        step.signal,
      );
    } catch (error) {
      throw error instanceof GatewayError ? meaningOf(error) : error;
    }
  }
}

/** A refusal is final, a busy or broken gateway is not. */
function meaningOf(error: GatewayError): Error {
  const options = { code: error.code.toUpperCase(), context: { status: error.status }, cause: error };
  if (error.status === 402 || error.status === 422) return new PermanentError(error.message, options);
  const { retryAfterMs } = error;
  return new RetryableError(error.message, retryAfterMs === undefined ? options : { ...options, retryAfterMs });
}
