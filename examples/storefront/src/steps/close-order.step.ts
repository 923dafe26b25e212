import { StepHandler, type StepContext } from '@tasker/nestjs';
import { Pace } from '../services/pace';

/** The last word on an order: what the books keep. */
@StepHandler('close_order')
export class CloseOrder implements StepHandler<unknown, { closed: true; points: number }> {
  constructor(private readonly pace: Pace) {}

  async process(
    step: StepContext<unknown, { award_points: { points: number } | null }>,
  ): Promise<{ closed: true; points: number }> {
    await this.pace.take(30, step.signal);
    return { closed: true, points: step.parents.award_points?.points ?? 0 };
  }
}
