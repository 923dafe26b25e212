import { isTaskerError } from '../../errors/tasker-error';
import type { Clock } from '../../ports/clock';
import type { WaitStore } from '../../ports/wait-store';
import { encodeResult } from '../../rules/settlement/encode-result';
import type { Outcome } from '../../rules/settlement/outcome';
import { planWait, type Evaluate } from '../../rules/wait/plan-wait';
import type { StepWait } from '../../rules/wait/step-wait';
import { waitOutcome } from '../../rules/wait/wait-outcome';
import type { WaitForDefinition } from '../../rules/wait/wait-definition';
import { compileSchema } from '../../schema/ajv-schemas';
import type { StepInHand } from '../claim/hand';
import { patientCall } from '../run/patient-call';
import type { WorkerHost } from '../worker-host';
import { WaitReader } from './wait-reader';

export interface WaitStepsDeps {
  readonly store: Pick<WaitStore, 'waits'>;
  readonly clock: Clock;
  readonly host: Pick<WorkerHost, 'failed'>;
  readonly resultBytes: number;
}

/**
 * Steps that sleep, wait for signals or for a decision. The first attempt of a generation begins to wait, in the settlement
 * that records it; one that was woken looks at what has come.
 */
export class WaitSteps {
  private readonly reader: WaitReader;

  constructor(private readonly deps: WaitStepsDeps) {
    this.reader = new WaitReader(deps.store);
  }

  /**
   * @param evaluate gives the values of the step's expressions
   * @throws {PermanentError} TSK_EXPRESSION_FAILED
   */
  async run(step: StepInHand, evaluate: Evaluate): Promise<Outcome> {
    const wait = await this.waitOf(step);
    if (wait === undefined) return { kind: 'released' };
    if (wait === null) return { kind: 'waiting', wait: await planWait(step.plan.definition, evaluate) };
    // The entry that brought it was of an earlier time.
    if (wait.wokenBy === null) return { kind: 'waiting', wait: null };
    return this.outcome(step, wait);
  }

  /** What the step waits by; null: nothing yet; undefined: it was taken away meanwhile. */
  async waitOf(step: StepInHand): Promise<StepWait | null | undefined> {
    if (step.attempt === 1) return null;
    const aborting = new AbortController();
    step.abort = (reason) => aborting.abort(reason);
    const { generation, plan, task } = step;
    const key = { taskId: task.id, position: plan.position, generation };
    try {
      return await patientCall(
        this.deps,
        () => this.reader.read(key),
        aborting.signal,
        () => step.dropped || step.concluded,
      );
    } catch (error) {
      if (aborting.signal.aborted) return undefined;
      throw error;
    } finally {
      step.abort = undefined;
    }
  }

  private outcome({ plan }: StepInHand, wait: StepWait): Outcome {
    const { definition } = plan;
    const faults = definition.waitFor ? payloadFaults(definition.waitFor, wait) : [];
    if (faults.length > 0) {
      const message = `What was sent to step "${plan.name}" does not satisfy its schema: ${faults.join('; ')}.`;
      return failed('TSK_SIGNAL_INVALID', 'InvalidSignal', message);
    }
    const outcome = waitOutcome(definition, wait);
    if (outcome.kind !== 'completed') return outcome;
    try {
      return { kind: 'completed', result: encodeResult(JSON.parse(outcome.result), this.deps.resultBytes) };
    } catch (error) {
      if (!isTaskerError(error)) throw error;
      return failed(error.code, 'InvalidResult', error.message);
    }
  }
}

/** Faults told of what was sent. */
const MAX_FAULTS = 5;

function payloadFaults(waitFor: WaitForDefinition, { signals }: StepWait): string[] {
  const things = waitFor.any ?? waitFor.all ?? [waitFor];
  const schemas = new Map(
    things.map((thing) => ('signal' in thing ? [thing.signal, thing.payloadSchema] : ['', undefined])),
  );
  return signals
    .flatMap(({ name, taken }) => {
      const schema = schemas.get(name);
      return schema ? taken.flatMap(({ payload }) => compileSchema(schema)(payload, name)) : [];
    })
    .slice(0, MAX_FAULTS)
    .map(({ path, message }) => `${path} ${message}`);
}

const failed = (code: string, name: string, message: string): Outcome => ({
  kind: 'failed',
  failure: { kind: 'permanent', name, code, message },
  retryAfterMs: undefined,
});
