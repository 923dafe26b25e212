import type { StepState, StepTemplateDefinition } from '@tasker/core';
import type { TaskScript } from './model-handler';
import { caseOf, leastTaken, leftByChoice, NO_SCRIPT, type Left, type StepScript } from './reference-scheduler';
import { resultOf } from './result-of';

export interface QuietStep {
  readonly definition: StepTemplateDefinition;
  state: StepState;
  left: Left | null;
  attempts: number;
  granted: number;
  result: unknown;
  history: string[];
}

export const SATISFIED: ReadonlySet<StepState> = new Set(['complete', 'skipped', 'resolved_manually', 'not_taken']);
const FINAL: ReadonlySet<string> = new Set(['permanent', 'invalid_result']);
export const FAILED: ReadonlySet<StepState> = new Set(['error', 'cancelled']);

/** The steps of a task as a graph: who stands where, how each runs, and what that means for the others. */
export class QuiescentSteps extends Map<string, QuietStep> {
  constructor(
    private readonly key: string,
    definitions: readonly StepTemplateDefinition[],
    private readonly scripts: TaskScript,
  ) {
    super();
    for (const definition of definitions) {
      this.set(definition.name, {
        ...{ definition, state: 'pending', left: null, attempts: 0, granted: 0, result: null, history: [] },
      });
    }
  }

  move(step: QuietStep, to: StepState): void {
    step.state = to;
    step.left = null;
    step.result = null;
    step.history.push(`${to}:`);
  }

  again(step: QuietStep, to: StepState): void {
    this.move(step, to);
    step.granted = step.attempts;
  }

  /** One step through all its attempts. */
  run(step: QuietStep): void {
    const { definition } = step;
    const script = this.scripts.get(definition.name) ?? NO_SCRIPT;
    const { troubles, bypassed } = script;
    if (definition.when !== undefined && !bypassed && !script.take) return this.leave(step, 'condition');
    if (definition.switch) return this.decide(step, script);
    if (definition.sleepMs !== undefined) return this.wake(step);
    if (!bypassed && !this.attempts(step, troubles)) return;
    if (bypassed) step.attempts++;
    step.state = bypassed ? 'skipped' : 'complete';
    step.history.push(`${step.state}:`);
    const parents = definition.dependsOn.map((name): [string, unknown] => [name, this.get(name)?.result ?? null]);
    step.result = bypassed ? null : resultOf(this.key, definition.name, parents);
    if (!bypassed) this.leaveOut(leftByChoice(definition, script));
  }

  /** @returns whether one of its attempts succeeds */
  private attempts(step: QuietStep, troubles: readonly string[]): boolean {
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

  private decide(step: QuietStep, script: StepScript): void {
    step.attempts++;
    const found = caseOf(step.definition, script);
    step.state = found ? 'complete' : 'error';
    step.result = found ? { chosen: found.steps } : null;
    step.history.push(found ? 'complete:' : 'error:permanent');
    if (found) this.leaveOut(leftByChoice(step.definition, script));
  }

  private wake(step: QuietStep): void {
    step.attempts++;
    step.state = 'complete';
    step.history.push('complete:');
  }

  leave(step: QuietStep, why: Left): void {
    this.move(step, 'not_taken');
    step.left = why;
  }

  /** Those that have not moved by somebody else's word. */
  leaveOut(names: readonly string[]): void {
    for (const name of names) {
      const step = this.get(name);
      if (step?.state === 'pending') this.leave(step, 'not_chosen');
    }
  }

  /** Whether every parent is satisfied. */
  isFed({ definition }: QuietStep): boolean {
    return definition.dependsOn.every((parent) => SATISFIED.has(this.stateOf(parent)));
  }

  /** Whether enough of its parents have run, of those that branches may leave out. */
  isReached({ definition }: QuietStep): boolean {
    const taken = definition.dependsOn.filter((parent) => this.stateOf(parent) !== 'not_taken').length;
    return taken >= leastTaken(definition);
  }

  /** It waits, near or far, for a step that failed; what is past waiting stands. */
  isDoomed(name: string): boolean {
    const parents = this.get(name)?.definition.dependsOn ?? [];
    return parents.some((parent) => {
      const state = this.stateOf(parent);
      return FAILED.has(state) || (state === 'pending' && this.isDoomed(parent));
    });
  }

  /** Everything that depends on a step, near or far. */
  after(name: string): Set<string> {
    const found = new Set<string>();
    const from = [name];
    for (let next = from.pop(); next !== undefined; next = from.pop()) {
      for (const [child, { definition }] of this) {
        if (!definition.dependsOn.includes(next) || found.has(child)) continue;
        found.add(child);
        from.push(child);
      }
    }
    return found;
  }

  private stateOf(name: string): StepState {
    return this.get(name)?.state ?? 'pending';
  }
}
