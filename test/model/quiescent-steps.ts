import type { StepState, StepTemplateDefinition } from '@tasker/core';
import { leastTaken, type Left } from './reference-scheduler';

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
export const FAILED: ReadonlySet<StepState> = new Set(['error', 'cancelled']);

/** The steps of a task as a graph: who stands where, and what that means for the others. */
export class QuiescentSteps extends Map<string, QuietStep> {
  constructor(definitions: readonly StepTemplateDefinition[]) {
    super();
    for (const definition of definitions) {
      this.set(definition.name, {
        ...{ definition, state: 'pending', left: null, attempts: 0, granted: 0, result: null, history: [] },
      });
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
