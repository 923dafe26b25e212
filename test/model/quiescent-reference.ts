import type { OperatorCommand, StepState, StepTemplateDefinition, TaskState } from '@tasker/core';
import type { TaskScript } from './model-handler';
import type { ExpectedStep, ExpectedTask } from './reference-scheduler';
import { FAILED, QuiescentSteps, SATISFIED, type QuietStep as Step } from './quiescent-steps';

type Answer = 'done' | 'unchanged' | 'refused';

/** What moves a task or its steps. */
export type MovingCommand = Exclude<OperatorCommand, { verb: 'edit' | 'set_priority' }>;

/** A task on which operators act only while nothing of it moves; it shares nothing with the engine, knows no rows or queues. */
export class QuiescentReference {
  state: TaskState = 'pending';
  hold = false;
  private readonly steps: QuiescentSteps;

  constructor(key: string, definitions: readonly StepTemplateDefinition[], script: TaskScript) {
    this.steps = new QuiescentSteps(key, definitions, script);
    this.free();
  }

  /** Runs until nothing moves by itself, unless it is paused. */
  settle(): void {
    if (this.hold || !this.isLive) return;
    for (;;) {
      const ready = [...this.steps.values()].filter(({ state }) => state === 'ready');
      if (ready.length === 0) return;
      this.state = 'in_progress';
      for (const step of ready) this.steps.run(step);
      this.free();
    }
  }

  /** @returns what the operator hears */
  act(command: MovingCommand): Answer {
    switch (command.verb) {
      case 'pause':
      case 'resume':
        return this.hang(command.verb === 'pause');
      case 'cancel':
      case 'resolve':
        return this.end(command.verb === 'cancel' ? 'cancelled' : 'resolved_manually');
      case 'retry':
        return this.retry();
      default:
        return this.actOnStep(command, this.steps.get(command.step) as Step);
    }
  }

  expected(): ExpectedTask {
    const steps = new Map<string, ExpectedStep>();
    for (const [name, { state, left, attempts, result, history }] of this.steps) {
      steps.set(name, {
        state,
        left,
        attempts,
        blocked: state === 'pending' && this.steps.isDoomed(name),
        result,
        history,
      });
    }
    return { state: this.state, steps };
  }

  private get isLive(): boolean {
    return this.state === 'pending' || this.state === 'in_progress';
  }

  private hang(hold: boolean): Answer {
    if (!this.isLive) return 'refused';
    if (this.hold === hold) return 'unchanged';
    this.hold = hold;
    return 'done';
  }

  private end(to: TaskState): Answer {
    if (this.state === to) return 'unchanged';
    if (!this.isLive && this.state !== 'error') return 'refused';
    for (const step of this.steps.values())
      if (['pending', 'ready', 'waiting_for_retry'].includes(step.state)) this.steps.move(step, 'cancelled');
    this.state = to;
    this.hold = false;
    return 'done';
  }

  private retry(): Answer {
    if (this.state !== 'error' && this.state !== 'in_progress') return 'refused';
    const failed = [...this.steps.values()].filter(({ state }) => state === 'error');
    if (failed.length === 0) return this.state === 'error' ? 'refused' : 'unchanged';
    for (const step of failed) this.steps.again(step, 'ready');
    this.reopen();
    return 'done';
  }

  private actOnStep(command: Extract<MovingCommand, { step: string }>, step: Step): Answer {
    const open = this.isLive || this.state === 'error';
    const unended = open && !SATISFIED.has(step.state) && step.state !== 'cancelled';
    switch (command.verb) {
      case 'rerun':
        return this.rerun(step, open);
      case 'retry_step':
        return this.retryStep(step, open, command.attempts);
      case 'set_attempts':
        return this.setAttempts(step, unended, command.attempts);
      case 'edit_inputs':
        return this.note(step, unended);
      case 'cancel_step':
        return this.put(step, 'cancelled', unended);
      case 'skip_step': {
        const may = unended && (step.definition.skippable || command.force === true);
        return this.choose(step, 'skipped', may, command.choice);
      }
      case 'resolve_step': {
        const answer = this.choose(step, 'resolved_manually', unended, command.choice);
        if (answer === 'done') step.result = String(command.result);
        return answer;
      }
    }
  }

  private retryStep(step: Step, open: boolean, attempts: number | undefined): Answer {
    if (step.state === 'ready') return 'unchanged';
    if (!open || step.state !== 'error') return 'refused';
    return this.stepped(() => {
      this.steps.again(step, 'ready');
      if (attempts !== undefined) this.allow(step, attempts);
    });
  }

  private setAttempts(step: Step, unended: boolean, attempts: number): Answer {
    const answer = this.note(step, unended && step.state !== 'error');
    if (answer === 'done') this.allow(step, attempts);
    return answer;
  }

  private allow(step: Step, attempts: number): void {
    step.granted = step.attempts + attempts - step.definition.retryLimit;
  }

  private note(step: Step, legal: boolean): Answer {
    if (legal) step.history.push(`${step.state}:`);
    return legal ? 'done' : 'refused';
  }

  private put(step: Step, to: StepState, legal: boolean): Answer {
    if (step.state === to) return 'unchanged';
    return legal ? this.stepped(() => this.steps.move(step, to)) : 'refused';
  }

  /** Whoever ends a step that decides has to decide in its place. */
  private choose(step: Step, to: StepState, legal: boolean, choice: readonly string[] | undefined): Answer {
    if (step.state === to || (to === 'skipped' && step.state === 'not_taken')) return 'unchanged';
    const { choices, switch: cases } = step.definition;
    const decides = choices ?? cases?.flatMap(({ steps }) => steps) ?? [];
    if (!legal || (choice !== undefined) !== decides.length > 0) return 'refused';
    return this.stepped(() => {
      this.steps.move(step, to);
      this.steps.leaveOut(decides.filter((name) => !choice?.includes(name)));
    });
  }

  private stepped(move: () => void): Answer {
    move();
    this.reopen();
    this.free();
    return 'done';
  }

  private rerun(step: Step, open: boolean): Answer {
    const ended = SATISFIED.has(step.state) || FAILED.has(step.state);
    const fed = this.steps.isFed(step);
    if (!(open || this.state === 'complete') || !ended || !fed || !this.steps.isReached(step)) return 'refused';
    this.steps.again(step, 'ready');
    for (const after of this.steps.after(step.definition.name)) {
      const own = this.steps.get(after) as Step;
      if (own.state !== 'pending') this.steps.again(own, 'pending');
    }
    this.reopen();
    this.free();
    return 'done';
  }

  private reopen(): void {
    if (this.state === 'error' || this.state === 'complete') this.state = 'in_progress';
  }

  /** Steps whose parents are satisfied are ready; a task in which nothing is left to move has ended. */
  private free(): void {
    if (!this.isLive) return;
    // What is left out may leave out what comes after it, in whatever order they stand here.
    for (let moved = true; moved;) {
      moved = false;
      for (const step of this.steps.values()) {
        const fed = this.steps.isFed(step);
        if (step.state !== 'pending' || !fed) continue;
        if (this.steps.isReached(step)) step.state = 'ready';
        else this.steps.leave(step, 'no_branch_taken');
        moved = true;
      }
    }
    const all = [...this.steps];
    if (all.every(([, { state }]) => SATISFIED.has(state))) this.state = 'complete';
    else if (
      all.every(
        ([name, { state }]) =>
          SATISFIED.has(state) || FAILED.has(state) || (state === 'pending' && this.steps.isDoomed(name)),
      )
    )
      this.state = 'error';
    if (!this.isLive) this.hold = false;
  }
}
