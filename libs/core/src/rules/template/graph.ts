import type { StepTemplateDefinition } from './definition';

type Node = Pick<StepTemplateDefinition, 'name' | 'dependsOn'>;

/** A walk over the steps, parents before children. @internal */
export interface GraphWalk {
  /** Positions; steps keep their declared order wherever dependencies allow it. */
  readonly order: readonly number[];
  /** Positions along each cycle found, a parent before its child; empty for a sound graph. */
  readonly cycles: readonly (readonly number[])[];
}

/**
 * True for a step whose name and dependencies have the right types, whatever else may be wrong with it.
 *
 * @internal
 */
export function isNode(step: unknown): step is StepTemplateDefinition {
  if (typeof step !== 'object' || step === null || !('name' in step) || !('dependsOn' in step)) return false;
  const { name, dependsOn } = step;
  return typeof name === 'string' && Array.isArray(dependsOn) && dependsOn.every((d) => typeof d === 'string');
}

/**
 * Walks the graph. Unknown parents and dependencies of a step on itself are passed over: other checks report those.
 *
 * @internal
 */
export function walkGraph(steps: readonly Node[]): GraphWalk {
  // Reversed, so that the first of two equal names wins.
  const positionOf = new Map(steps.map(({ name }, position) => [name, position] as const).reverse());
  const order: number[] = [];
  const cycles: number[][] = [];
  const state = new Array<'new' | 'open' | 'done'>(steps.length).fill('new');

  // An explicit stack, because a chain of 10,000 steps is deeper than the call stack.
  const visit = (start: number): void => {
    const stack = [{ position: start, next: 0 }];
    state[start] = 'open';
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const name = steps[top.position]?.dependsOn[top.next++];
      if (name === undefined) {
        state[top.position] = 'done';
        order.push(top.position);
        stack.pop();
        continue;
      }
      const parent = positionOf.get(name);
      if (parent === undefined || parent === top.position || state[parent] === 'done') continue;
      if (state[parent] === 'open') {
        const from = stack.findIndex((entry) => entry.position === parent);
        cycles.push(parentFirst(stack.slice(from).map((entry) => entry.position)));
        continue;
      }
      state[parent] = 'open';
      stack.push({ position: parent, next: 0 });
    }
  };

  steps.forEach((_, position) => {
    if (state[position] === 'new') visit(position);
  });
  return { order, cycles };
}

/** The stack runs from child to parent; the cycle is told from its first declared step, parent to child. */
function parentFirst(stack: readonly number[]): number[] {
  const cycle = [...stack].reverse();
  const start = cycle.indexOf(Math.min(...cycle));
  return [...cycle.slice(start), ...cycle.slice(0, start)];
}
