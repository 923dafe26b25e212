import { ExpressionError } from './expression-fault';
import type { ExpressionValue } from './expression-value';

/** Steps of one evaluation: far more than a condition needs, and done in milliseconds. */
export const MAX_STEPS = 100_000;

/** One run of an expression. @internal */
export class Evaluation {
  /** Entries that macros are at, by their slots. */
  readonly entries: ExpressionValue[] = [];
  private left = MAX_STEPS;

  constructor(readonly variables: Readonly<Record<string, ExpressionValue>>) {}

  /** @throws {ExpressionError} when the budget is used up; nothing in the expression can catch it */
  spend(steps: number, at: number): void {
    this.left -= steps;
    if (this.left < 0) throw new ExpressionError(`takes more than ${MAX_STEPS} steps`, at, true);
  }
}
