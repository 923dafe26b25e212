import type { DataMask } from '../../data/data-mask';
import type { Clock } from '../../ports/clock';
import type { EngineStore } from '../../ports/engine-store';
import { describeFailure } from '../../rules/settlement/describe-failure';
import { maskFailure } from '../../rules/settlement/mask-failure';
import type { Outcome } from '../../rules/settlement/outcome';
import type { StepKind } from '../../rules/template/step-kind';
import { seenContext, type StepInHand } from '../claim/hand';
import type { WorkerHost } from '../worker-host';
import { decideSwitch } from './decide-switch';
import { leftOutBy } from './decide-when';
import { DecisionValues } from './decision-values';
import { WaitSteps } from './wait-steps';

export interface EngineStepsDeps {
  readonly store: Pick<EngineStore, 'results' | 'taskFacts' | 'waits'>;
  readonly clock: Clock;
  readonly host: Pick<WorkerHost, 'failed'>;
  /** What failures must not tell. */
  readonly mask: DataMask | undefined;
  readonly resultBytes: number;
}

/** Decides one kind of step. */
export type Decide = (step: StepInHand, values: DecisionValues) => Outcome | Promise<Outcome>;

/** Brings steps to their outcome, or to their handler, that the engine decides itself. Never throws. */
export class EngineSteps {
  /** What the engine makes of a step itself, by its kind. */
  private readonly kinds: Readonly<Record<StepKind, Decide>>;

  constructor(private readonly deps: EngineStepsDeps) {
    const waits = new WaitSteps(deps);
    const wait: Decide = (step, values) => waits.run(step, (text) => values.evaluate(text));
    this.kinds = {
      handler: () => ({ kind: 'granted' }),
      switch: decideSwitch,
      ...{ sleep: wait, wait_for: wait, approval: wait },
    };
  }

  /** @returns `granted` when its handler is to run now; a promise only where it has to wait for something */
  run(step: StepInHand): Outcome | Promise<Outcome> {
    if (step.task.bypass.includes(step.plan.position)) return { kind: 'skipped' };
    try {
      const outcome = this.decide(step);
      return outcome instanceof Promise ? this.awaited(step, outcome) : this.masked(step, outcome);
    } catch (error) {
      return this.failed(step, error);
    }
  }

  private decide(step: StepInHand): Outcome | Promise<Outcome> {
    const values = new DecisionValues(step, this.deps);
    const leftOut = step.admitted ? undefined : leftOutBy(step, values);
    return leftOut instanceof Promise
      ? leftOut.then((outcome) => outcome ?? this.admitted(step, values))
      : (leftOut ?? this.admitted(step, values));
  }

  /** Its condition, if it has one, holds. */
  private admitted(step: StepInHand, values: DecisionValues): Outcome | Promise<Outcome> {
    step.admitted = step.plan.definition.when !== undefined;
    return this.kinds[step.plan.kind](step, values);
  }

  private async awaited(step: StepInHand, outcome: Promise<Outcome>): Promise<Outcome> {
    try {
      return this.masked(step, await outcome);
    } catch (error) {
      return this.failed(step, error);
    } finally {
      step.abort = undefined;
    }
  }

  /** What decided goes into the history, and must tell no more there than a failure may. */
  private masked(step: StepInHand, outcome: Outcome): Outcome {
    const { mask } = this.deps;
    if (!mask || outcome.kind !== 'not_taken') return outcome;
    return { ...outcome, detail: mask.hide(outcome.detail, mask.secrets(seenContext(step))) };
  }

  private failed(step: StepInHand, error: unknown): Outcome {
    const { failure, retryAfterMs } = describeFailure(error);
    const { mask } = this.deps;
    return { kind: 'failed', failure: mask ? maskFailure(mask, failure, seenContext(step)) : failure, retryAfterMs };
  }
}
