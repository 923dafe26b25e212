const CHOICE = Symbol.for('tasker.step-choice');

/** What a handler returns that chooses among the dependents of its step: made by `step.choose`. @public */
export class StepChoice<T = unknown> {
  /** For the compiler: no plain object with the same fields is a choice. */
  declare protected readonly kind: 'choice';

  /** @internal */
  constructor(
    /** Names of the dependents that run. */
    readonly steps: readonly string[],
    readonly result: T,
  ) {
    Object.defineProperty(this, CHOICE, { value: true });
  }
}

/** True for a choice made by any copy of the package. @internal */
export const isStepChoice = (value: unknown): value is StepChoice =>
  typeof value === 'object' && value !== null && CHOICE in value;
