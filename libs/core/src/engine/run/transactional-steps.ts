import type { EngineStore } from '../../ports/engine-store';
import type { StepTransaction } from '../../ports/step-transaction';
import type { Outcome } from '../../rules/settlement/outcome';
import type { StepInHand } from '../claim/hand';
import type { Settler } from '../settle/settler';
import type { TransactionalSettler } from '../settle/transactional-settler';
import { patientCall, type PatientCaller } from './patient-call';
import type { StepExecutor } from './step-executor';
import { Turns } from './turns';

export interface TransactionalStepsDeps extends PatientCaller {
  readonly store: Pick<EngineStore, 'beginStep'>;
  readonly executor: StepExecutor;
  readonly settler: Settler;
  readonly inside: TransactionalSettler;
  /** Transactions at once. */
  readonly places: number;
}

/** An attempt whose connection broke is not counted; one that breaks each connection it is given must end all the same. */
const UNCOUNTED_AT_MOST = 100;

/**
 * Runs steps whose handlers write in the transaction that records their outcome. What has another outcome than a result is
 * rolled back first, and settled like any other then.
 */
export class TransactionalSteps {
  private readonly turns: Turns;

  constructor(private readonly deps: TransactionalStepsDeps) {
    this.turns = new Turns(deps.places);
  }

  /** Brings the step to its outcome and records it. Never throws. */
  run(step: StepInHand): Promise<void> {
    return this.turns.within(async () => {
      const transaction = await this.begin(step);
      if (transaction) await this.attempt(step, transaction);
    });
  }

  /** Waits for a database that is away. @returns undefined when the attempt was taken away meanwhile */
  private async begin(step: StepInHand): Promise<StepTransaction | undefined> {
    const controller = new AbortController();
    const isOver = (): boolean => controller.signal.aborted || step.dropped || step.concluded;
    const open = async (): Promise<StepTransaction> => {
      const transaction = await this.deps.store.beginStep();
      if (isOver()) void transaction.rollback(false);
      return transaction;
    };
    step.abort = (reason) => controller.abort(reason);
    try {
      const transaction = await patientCall(this.deps, open, controller.signal, isOver);
      return isOver() ? undefined : transaction;
    } catch (error) {
      if (!isOver()) this.deps.host.failed(error);
      return undefined;
    } finally {
      step.abort = undefined;
    }
  }

  private async attempt(step: StepInHand, transaction: StepTransaction): Promise<void> {
    const { executor, settler, inside } = this.deps;
    // Not when the handler has noticed: it may be in the middle of a statement that takes an hour.
    const aborted = (): void => void transaction.rollback(true);
    const outcome = await executor.run(step, { manager: transaction.manager, aborted });
    if (outcome.kind === 'completed') return inside.settle(step, outcome, transaction);
    await transaction.rollback(false);
    settler.add(step, uncounted(step, outcome, transaction) ? { kind: 'released' } : outcome);
  }
}

/** What a database that went away does to a handler is no failure of the handler's. */
const uncounted = (step: StepInHand, outcome: Outcome, { isBroken }: StepTransaction): boolean =>
  isBroken && outcome.kind === 'failed' && outcome.failure.kind !== 'timeout' && step.granted < UNCOUNTED_AT_MOST;
