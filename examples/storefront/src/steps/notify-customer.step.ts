import { StepHandler, type StepContext } from '@tasker/nestjs';
import type { Order } from '../orders/order';
import type { Shipment } from '../services/carrier.service';
import { Mailer } from '../services/mailer.service';
import type { Invoice } from './issue-invoice.step';

/** Results of the two branches that join here. */
interface Parents {
  readonly create_shipment: Shipment;
  readonly issue_invoice: Invoice;
}

/** Tells the customer that the parcel is on its way. */
@StepHandler('notify_customer')
export class NotifyCustomer implements StepHandler<Order, { messageId: string }, Parents> {
  constructor(private readonly mailer: Mailer) {}

  async process(step: StepContext<Order, Parents>): Promise<{ messageId: string }> {
    const { create_shipment: shipment, issue_invoice: invoice } = step.parents;
    const text = `${invoice.invoiceNumber} is paid; follow parcel ${shipment.trackingNumber}.`;
    return {
      messageId: await this.mailer.send(step.task.context.customer.email, text, step.idempotencyKey, step.signal),
    };
  }
}
