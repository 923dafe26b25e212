import { PermanentError, StepHandler, type StepContext } from '@tasker/nestjs';
import type { Order } from '../orders/order';
import { RiskService } from '../services/risk.service';

/** Refuses orders that score at or above `refuse_from_score` in the template's handler_config. */
@StepHandler('check_fraud')
export class CheckFraud implements StepHandler<Order, { score: number }> {
  constructor(private readonly risk: RiskService) {}

  async process({ task, signal, config }: StepContext<Order>): Promise<{ score: number }> {
    const { score, reasons } = await this.risk.score(task.context, signal);
    if (score >= Number(config['refuse_from_score'])) {
      throw new PermanentError(`Refused: ${reasons.join(', ')}.`, { code: 'FRAUD_SUSPECTED', context: { score } });
    }
    return { score };
  }
}
