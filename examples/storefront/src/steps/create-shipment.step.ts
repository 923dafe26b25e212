import { StepHandler, type StepContext } from '@tasker/nestjs';
import type { Order } from '../orders/order';
import { CarrierService, type Shipment } from '../services/carrier.service';

/** Orders a parcel label. Any error it throws is retried by the backoff of its step template. */
@StepHandler('create_shipment')
export class CreateShipment implements StepHandler<Order, Shipment> {
  constructor(private readonly carrier: CarrierService) {}

  process({ task, signal }: StepContext<Order>): Promise<Shipment> {
    return this.carrier.createLabel(task.context.orderNumber, task.context.shipping.method, signal);
  }
}
