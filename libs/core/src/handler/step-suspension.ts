import type { TakenSignal } from '../rules/wait/step-wait';

const SUSPENSION = Symbol.for('tasker.step-suspension');

/** Until when a handler suspends its step: one of the two, or the first of both. @public */
export interface SuspendOptions {
  /** Milliseconds from now. */
  readonly untilMs?: number;
  /** A signal to the task, by its name; or to a key. */
  readonly signal?: string | { readonly name: string; readonly key?: string };
  /** Kept for the next call, as `step.checkpoint.save` keeps it. Absent: what was saved stays. */
  readonly checkpoint?: unknown;
}

/** What a suspended step was woken by. @public */
export interface StepWakening {
  readonly by: 'time' | 'signal';
  /** What was sent; null when the time came first. */
  readonly signal: TakenSignal | null;
}

/** What a handler returns that suspends its step: made by `step.suspend`. @public */
export class StepSuspension {
  /** @internal */
  constructor(readonly options: SuspendOptions) {
    Object.defineProperty(this, SUSPENSION, { value: true });
  }
}

/** True for a suspension made by any copy of the package. @internal */
export const isStepSuspension = (value: unknown): value is StepSuspension =>
  typeof value === 'object' && value !== null && SUSPENSION in value;
