import type { OperatorAct, OperatorCommand, OperatorReceipt, RunningOption } from '@tasker/core';

/**
 * A method per verb, for code that knows which one it wants; what is data goes through `act`. What each does is said in
 * the table of verbs.
 *
 * @public
 */
export abstract class OperatorVerbs {
  /** Applies any verb. */
  abstract act(id: string, command: OperatorCommand, act: OperatorAct): Promise<OperatorReceipt>;

  /** Ends the task and all its steps; running handlers are aborted, or may finish. */
  cancel(id: string, { running, ...act }: OperatorAct & RunningOption): Promise<OperatorReceipt> {
    return this.act(id, { verb: 'cancel', ...(running && { running }) }, act);
  }

  /** Runs all failed steps again, each with a fresh budget of attempts; reopens a task that had ended in error. */
  retry(id: string, act: OperatorAct): Promise<OperatorReceipt> {
    return this.act(id, { verb: 'retry' }, act);
  }

  /** Runs a step and everything after it again, with other inputs if given; earlier results are kept. */
  rerun(id: string, step: string, act: OperatorAct, inputs?: Record<string, unknown>): Promise<OperatorReceipt> {
    return this.act(id, { verb: 'rerun', step, ...(inputs && { inputs }) }, act);
  }

  /** Declares the task done by other means; what has not ended is cancelled. */
  resolve(id: string, act: OperatorAct): Promise<OperatorReceipt> {
    return this.act(id, { verb: 'resolve' }, act);
  }

  /** Starts nothing more of the task; running handlers finish, or are aborted without spending the attempt. */
  pause(id: string, { running, ...act }: OperatorAct & RunningOption): Promise<OperatorReceipt> {
    return this.act(id, { verb: 'pause', ...(running && { running }) }, act);
  }

  resume(id: string, act: OperatorAct): Promise<OperatorReceipt> {
    return this.act(id, { verb: 'resume' }, act);
  }

  /** @param priority -100 to 100; higher first. What waits in the queue moves at once. */
  setPriority(id: string, priority: number, act: OperatorAct): Promise<OperatorReceipt> {
    return this.act(id, { verb: 'set_priority', priority }, act);
  }

  /** `attempts`: how many it has from now on. Default what its template says. */
  retryStep(
    id: string,
    step: string,
    { attempts, ...act }: OperatorAct & { attempts?: number },
  ): Promise<OperatorReceipt> {
    return this.act(id, { verb: 'retry_step', step, ...(attempts !== undefined && { attempts }) }, act);
  }

  /** Another retry limit for a step that has not failed for good: how many attempts it has from now on. */
  setAttempts(id: string, step: string, attempts: number, act: OperatorAct): Promise<OperatorReceipt> {
    return this.act(id, { verb: 'set_attempts', step, attempts }, act);
  }

  /** Its dependents can never run then; the rest of the task goes on and ends in error. */
  cancelStep(id: string, step: string, act: OperatorAct): Promise<OperatorReceipt> {
    return this.act(id, { verb: 'cancel_step', step }, act);
  }

  /**
   * Its dependents run without its result. `force`: also when the template does not say `skippable`. `choice`: which of the
   * steps that it decides about run; needed when it decides about some.
   */
  skipStep(
    id: string,
    step: string,
    { force, choice, ...act }: OperatorAct & { force?: boolean; choice?: readonly string[] },
  ): Promise<OperatorReceipt> {
    return this.act(
      id,
      { verb: 'skip_step', step, ...(force !== undefined && { force }), ...(choice && { choice }) },
      act,
    );
  }

  /** Its dependents run and read the result given here. `choice`: as `skipStep` has it. */
  resolveStep(
    id: string,
    step: string,
    result: unknown,
    { choice, ...act }: OperatorAct & { choice?: readonly string[] },
  ): Promise<OperatorReceipt> {
    return this.act(id, { verb: 'resolve_step', step, result, ...(choice && { choice }) }, act);
  }

  /** Fields of the context that this step alone shall see with other values; null takes all edits back. */
  editInputs(
    id: string,
    step: string,
    inputs: Record<string, unknown> | null,
    act: OperatorAct,
  ): Promise<OperatorReceipt> {
    return this.act(id, { verb: 'edit_inputs', step, inputs }, act);
  }
}
