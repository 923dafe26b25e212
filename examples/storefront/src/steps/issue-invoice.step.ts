import { StepHandler, type StepContext } from '@tasker/nestjs';
import type { Order } from '../orders/order';
import type { Totals } from '../orders/pricing';
import { Pace } from '../services/pace';
import type { Charge } from '../services/payment-gateway.service';

/** The bill as the customer sees it. */
export interface Invoice {
  readonly invoiceNumber: string;
  readonly totalCents: number;
  readonly chargeId: string;
}

/** Writes the invoice from the results of two earlier steps. */
@StepHandler('issue_invoice')
export class IssueInvoice implements StepHandler<Order, Invoice, { validate_order: Totals; charge_payment: Charge }> {
  constructor(private readonly pace: Pace) {}

  async process(step: StepContext<Order, { validate_order: Totals; charge_payment: Charge }>): Promise<Invoice> {
    await this.pace.take(60, step.signal);
    return {
      invoiceNumber: `INV-${step.task.context.orderNumber.replace('SF-', '')}`,
      totalCents: step.parents.validate_order.totalCents,
      chargeId: step.parents.charge_payment.chargeId,
    };
  }
}
