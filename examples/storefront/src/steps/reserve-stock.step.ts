import { PermanentError, StepHandler, type StepContext } from '@tasker/nestjs';
import type { Order } from '../orders/order';
import { Pace } from '../services/pace';
import { StockService } from '../services/stock.service';

/** What was put aside, and under which name. */
export interface Reservation {
  readonly reservationId: string;
  readonly units: number;
}

/** Puts the goods aside. */
@StepHandler('reserve_stock')
export class ReserveStock implements StepHandler<Order, Reservation> {
  constructor(
    private readonly stock: StockService,
    private readonly pace: Pace,
  ) {}

  async process({ task, signal, idempotencyKey }: StepContext<Order>): Promise<Reservation> {
    await this.pace.take(110, signal);
    const shortages = this.stock.reserve(idempotencyKey, task.context.items);
    if (shortages.length > 0) {
      throw new PermanentError(`Out of stock: ${shortages.map(({ sku }) => sku).join(', ')}.`, {
        code: 'OUT_OF_STOCK',
        context: { shortages },
      });
    }
    const units = task.context.items.reduce((sum, { quantity }) => sum + quantity, 0);
    return { reservationId: `res_${task.context.orderNumber}`, units };
  }
}
