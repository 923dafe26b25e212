import type { OperatorCommand, StepState, StepTemplateDefinition, TaskState } from '@tasker/core';
import type { TaskScript } from './model-handler';
import {
  caseOf,
  leftByChoice,
  NO_SCRIPT,
  type ExpectedStep,
  type ExpectedTask,
  type Left,
  type StepScript,
} from './reference-scheduler';
import { FAILED, QuiescentSteps, SATISFIED, type QuietStep as Step } from './quiescent-steps';
import { resultOf } from './result-of';

type Answer = 'done' | 'unchanged' | 'refused';

/** What moves a task or its steps. */
export type MovingCommand = Exclude<OperatorCommand, { verb: 'edit' | 'set_priority' }>;

const FINAL: ReadonlySet<string> = new Set(['permanent', 'invalid_result']);

/** A task on which operators act only while nothing of it moves; it shares nothing with the engine, knows no rows or queues. */
export class QuiescentReference {
  state: TaskState = 'pending';
  hold = false;
  private readonly steps: QuiescentSteps;

  constructor(
    private readonly key: string,
    definitions: readonly StepTemplateDefinition[],
    private readonly script: TaskScript,
  ) {
    this.steps = new QuiescentSteps(definitions);
    this.free();
  }

  /** Runs until nothing moves by itself, unless it is paused. */
  settle(): void {
    if (this.hold || !this.isLive) return;
    for (;;) {
      const ready = [...this.steps.values()].filter(({ state }) => state === 'ready');
      if (ready.length === 0) return;
      this.state = 'in_progress';
      for (const step of ready) this.run(step);
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
      if (['pending', 'ready', 'waiting_for_retry'].includes(step.state)) this.move(step, 'cancelled');
    this.state = to;
    this.hold = false;
    return 'done';
  }

  private retry(): Answer {
    if (this.state !== 'error' && this.state !== 'in_progress') return 'refused';
    const failed = [...this.steps.values()].filter(({ state }) => state === 'error');
    if (failed.length === 0) return this.state === 'error' ? 'refused' : 'unchanged';
    for (const step of failed) this.again(step, 'ready');
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
      this.again(step, 'ready');
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
    return legal ? this.stepped(() => this.move(step, to)) : 'refused';
  }

  /** Whoever ends a step that decides has to decide in its place. */
  private choose(step: Step, to: StepState, legal: boolean, choice: readonly string[] | undefined): Answer {
    if (step.state === to || (to === 'skipped' && step.state === 'not_taken')) return 'unchanged';
    const { choices, switch: cases } = step.definition;
    const decides = choices ?? cases?.flatMap(({ steps }) => steps) ?? [];
    if (!legal || (choice !== undefined) !== decides.length > 0) return 'refused';
    return this.stepped(() => {
      this.move(step, to);
      this.leaveOut(decides.filter((name) => !choice?.includes(name)));
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
    this.again(step, 'ready');
    for (const after of this.steps.after(step.definition.name)) {
      const own = this.steps.get(after) as Step;
      if (own.state !== 'pending') this.again(own, 'pending');
    }
    this.reopen();
    this.free();
    return 'done';
  }

  private move(step: Step, to: StepState): void {
    step.state = to;
    step.left = null;
    step.result = null;
    step.history.push(`${to}:`);
  }

  private again(step: Step, to: StepState): void {
    this.move(step, to);
    step.granted = step.attempts;
  }

  private reopen(): void {
    if (this.state === 'error' || this.state === 'complete') this.state = 'in_progress';
  }

  /** One step through all its attempts. */
  private run(step: Step): void {
    const { definition } = step;
    const script = this.script.get(definition.name) ?? NO_SCRIPT;
    const { troubles, bypassed } = script;
    if (definition.when !== undefined && !bypassed && !script.take) return this.leave(step, 'condition');
    if (definition.switch) return this.decide(step, script);
    if (definition.sleepMs !== undefined) return this.wake(step);
    if (!bypassed && !this.attempts(step, troubles)) return;
    if (bypassed) step.attempts++;
    step.state = bypassed ? 'skipped' : 'complete';
    step.history.push(`${step.state}:`);
    const parents = definition.dependsOn.map((name): [string, unknown] => [name, this.steps.get(name)?.result ?? null]);
    step.result = bypassed ? null : resultOf(this.key, definition.name, parents);
    if (!bypassed) this.leaveOut(leftByChoice(definition, script));
  }

  /** @returns whether one of its attempts succeeds */
  private attempts(step: Step, troubles: readonly string[]): boolean {
    const { retryable, retryLimit } = step.definition;
    for (;;) {
      const attempt = ++step.attempts;
      const trouble = troubles[attempt - 1];
      if (trouble === undefined) return true;
      const kind = trouble === 'again_at_once' ? 'error' : trouble;
      if (FINAL.has(kind) || !retryable || attempt - step.granted >= retryLimit) {
        step.state = 'error';
        step.history.push(`error:${kind}`);
        return false;
      }
      step.history.push(trouble === 'again_at_once' ? `ready:${kind}` : `waiting_for_retry:${kind}`);
    }
  }

  private decide(step: Step, script: StepScript): void {
    step.attempts++;
    const found = caseOf(step.definition, script);
    step.state = found ? 'complete' : 'error';
    step.result = found ? { chosen: found.steps } : null;
    step.history.push(found ? 'complete:' : 'error:permanent');
    if (found) this.leaveOut(leftByChoice(step.definition, script));
  }

  private wake(step: Step): void {
    step.attempts++;
    step.state = 'complete';
    step.history.push('complete:');
  }

  private leave(step: Step, why: Left): void {
    this.move(step, 'not_taken');
    step.left = why;
  }

  /** Those that have not moved by somebody else's word. */
  private leaveOut(names: readonly string[]): void {
    for (const name of names) {
      const step = this.steps.get(name);
      if (step?.state === 'pending') this.leave(step, 'not_chosen');
    }
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
        else this.leave(step, 'no_branch_taken');
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
