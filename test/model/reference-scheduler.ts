import type { StepState, StepTemplateDefinition, TaskState } from '@tasker/core';
import { resultOf } from './result-of';

/** How one attempt goes wrong, or is given a result that cannot be stored. */
export type Trouble = 'error' | 'again_at_once' | 'permanent' | 'timeout' | 'invalid_result';

/** What a step does in one task: the troubles of its first attempts in order; every later attempt succeeds. */
export interface StepScript {
  readonly troubles: readonly Trouble[];
  readonly bypassed: boolean;
}

/** Where a step must stand when its task has ended. */
export interface ExpectedStep {
  readonly state: StepState;
  readonly attempts: number;
  /** An ancestor failed: it never runs. */
  readonly blocked: boolean;
  readonly result: string | null;
  /** State after each attempt with the kind of its failure, in order, such as `waiting_for_retry:error`. */
  readonly history: readonly string[];
}

export interface ExpectedTask {
  readonly state: TaskState;
  readonly steps: ReadonlyMap<string, ExpectedStep>;
}

const FINAL: ReadonlySet<Trouble> = new Set(['permanent', 'invalid_result']);
const SATISFIED: ReadonlySet<StepState> = new Set(['complete', 'skipped']);

/**
 * What must become of a task, by the rules of the design and nothing else: no workers, no queue, no time. Slow and plain
 * on purpose, so that it can be believed.
 *
 * @param key tells results of different tasks apart
 */
export function expectedTask(
  definitions: readonly StepTemplateDefinition[],
  scripts: ReadonlyMap<string, StepScript>,
  key: string,
): ExpectedTask {
  const steps = new Map<string, ExpectedStep>();
  const waiting = new Set(definitions);
  while (waiting.size > 0) {
    const before = waiting.size;
    for (const definition of waiting) {
      const parents = definition.dependsOn.map((name) => steps.get(name));
      if (parents.includes(undefined)) continue;
      waiting.delete(definition);
      const satisfied = parents.every((parent) => parent && SATISFIED.has(parent.state));
      steps.set(definition.name, satisfied ? ran(definition, scripts, steps, key) : NEVER);
    }
    if (waiting.size === before) throw new RangeError('the graph has a cycle');
  }
  const whole = [...steps.values()].every((step) => SATISFIED.has(step.state));
  return { state: whole ? 'complete' : 'error', steps };
}

const NEVER: ExpectedStep = { state: 'pending', attempts: 0, blocked: true, result: null, history: [] };

function ran(
  definition: StepTemplateDefinition,
  scripts: ReadonlyMap<string, StepScript>,
  steps: ReadonlyMap<string, ExpectedStep>,
  key: string,
): ExpectedStep {
  const { troubles, bypassed } = scripts.get(definition.name) ?? { troubles: [], bypassed: false };
  if (bypassed) return { ...ONCE, state: 'skipped', history: ['skipped:'] };
  const history: string[] = [];
  for (const [index, trouble] of troubles.entries()) {
    const attempts = index + 1;
    const kind = trouble === 'again_at_once' ? 'error' : trouble;
    if (FINAL.has(trouble) || !definition.retryable || attempts >= definition.retryLimit) {
      return { ...ONCE, state: 'error', attempts, history: [...history, `error:${kind}`] };
    }
    history.push(trouble === 'again_at_once' ? `ready:${kind}` : `waiting_for_retry:${kind}`);
  }
  const parents = definition.dependsOn.map((name): [string, unknown] => [name, steps.get(name)?.result ?? null]);
  const result = resultOf(key, definition.name, parents);
  return { ...ONCE, state: 'complete', attempts: troubles.length + 1, result, history: [...history, 'complete:'] };
}

const ONCE = { attempts: 1, blocked: false, result: null } as const;
