import { Injectable } from '@nestjs/common';
import type { Order } from '../orders/order';
import { Pace } from './pace';

/** Scores orders by how much they look like fraud: 0 to 100. */
@Injectable()
export class RiskService {
  constructor(private readonly pace: Pace) {}

  async score(order: Order, signal: AbortSignal): Promise<{ score: number; reasons: string[] }> {
    await this.pace.take(120, signal);
    const reasons = [
      ...(order.payment.amountCents > 100_000 ? ['large amount'] : []),
      ...(order.shipping.method === 'overnight' ? ['overnight delivery'] : []),
      ...(order.customer.tier === 'standard' ? ['no account history'] : []),
    ];
    return { score: reasons.length * 25, reasons };
  }
}
