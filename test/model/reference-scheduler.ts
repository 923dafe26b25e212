import type { StepState, StepTemplateDefinition, TaskState } from '@tasker/core';
import { resultOf } from './result-of';

/** How one attempt goes wrong, or is given a result that cannot be stored. */
export type Trouble = 'error' | 'again_at_once' | 'permanent' | 'timeout' | 'invalid_result';

/** What a step does in one task: the troubles of its first attempts in order; every later attempt succeeds. */
export interface StepScript {
  readonly troubles: readonly Trouble[];
  readonly bypassed: boolean;
  /** What its condition comes to, if it has one. */
  readonly take: boolean;
  /** Of a switch: the number of the case that holds; beyond them, none does. */
  readonly pick: number;
  /** Of a handler that chooses: those it chooses. */
  readonly chosen: readonly string[];
}

/** Where a step must stand when its task has ended. */
export interface ExpectedStep {
  readonly state: StepState;
  /** Why a branch left it out; null: none did. */
  readonly left: Left | null;
  /** Attempts that came to something: runs of its handler, or of what the engine does in its place. */
  readonly attempts: number;
  /** An ancestor failed: it never runs. */
  readonly blocked: boolean;
  readonly result: unknown;
  /** State after each attempt with the kind of its failure, in order, such as `waiting_for_retry:error`. */
  readonly history: readonly string[];
}

export interface ExpectedTask {
  readonly state: TaskState;
  readonly steps: ReadonlyMap<string, ExpectedStep>;
}

export type Left = 'condition' | 'not_chosen' | 'no_branch_taken';

const FINAL: ReadonlySet<Trouble> = new Set(['permanent', 'invalid_result']);
const SATISFIED: ReadonlySet<StepState> = new Set(['complete', 'skipped', 'not_taken']);

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
      steps.set(definition.name, satisfied ? reached(definition, definitions, scripts, steps, key) : NEVER);
    }
    if (waiting.size === before) throw new RangeError('the graph has a cycle');
  }
  const whole = [...steps.values()].every((step) => SATISFIED.has(step.state));
  return { state: whole ? 'complete' : 'error', steps };
}

const NEVER: ExpectedStep = { state: 'pending', left: null, attempts: 0, blocked: true, result: null, history: [] };

/** Every parent is satisfied: a branch leaves the step out, or it runs. */
function reached(
  definition: StepTemplateDefinition,
  definitions: readonly StepTemplateDefinition[],
  scripts: ReadonlyMap<string, StepScript>,
  steps: ReadonlyMap<string, ExpectedStep>,
  key: string,
): ExpectedStep {
  const { name, dependsOn } = definition;
  const taken = dependsOn.filter((parent) => steps.get(parent)?.state !== 'not_taken');
  if (taken.length < leastTaken(definition)) return left('no_branch_taken');
  const [parent] = dependsOn;
  const chooser = definitions.find((other) => other.name === parent);
  const script = chooser && scripts.get(chooser.name);
  // Who is skipped as the request asks chooses nobody, and refuses nobody.
  const chose = steps.get(parent ?? '')?.state === 'complete';
  if (chooser && script && chose && leftByChoice(chooser, script).includes(name)) return left('not_chosen');
  const own = scripts.get(name) ?? NO_SCRIPT;
  // What the request leaves out is not asked.
  if (definition.when !== undefined && !own.bypassed && !own.take) return left('condition');
  return ran(definition, scripts, steps, key);
}

const left = (why: Left): ExpectedStep => ({
  ...{ state: 'not_taken', left: why, attempts: 0, blocked: false, result: null, history: ['not_taken:'] },
});

/** How many parents must have run, of those that are satisfied. */
export function leastTaken({ runIf, dependsOn }: StepTemplateDefinition): number {
  if (runIf === 'always' || dependsOn.length === 0) return 0;
  return runIf === 'all' ? dependsOn.length : 1;
}

/** The case of a switch that holds. */
export const caseOf = ({ switch: cases }: StepTemplateDefinition, { pick }: StepScript) =>
  cases?.find(({ when }, index) => when === undefined || when === 'true' || index === pick);

/** Children that the step leaves out by what it chooses. */
export function leftByChoice(definition: StepTemplateDefinition, script: StepScript): string[] {
  const { choices = [], switch: cases } = definition;
  if (!cases) return choices.filter((name) => !script.chosen.includes(name));
  const chosen = caseOf(definition, script)?.steps ?? [];
  return cases.flatMap(({ steps }) => steps).filter((name) => !chosen.includes(name));
}

function ran(
  definition: StepTemplateDefinition,
  scripts: ReadonlyMap<string, StepScript>,
  steps: ReadonlyMap<string, ExpectedStep>,
  key: string,
): ExpectedStep {
  const script = scripts.get(definition.name) ?? NO_SCRIPT;
  const { troubles, bypassed } = script;
  if (definition.switch) {
    const found = caseOf(definition, script);
    if (!found) return { ...ONCE, state: 'error', history: ['error:permanent'] };
    return { ...ONCE, state: 'complete', result: { chosen: found.steps }, history: ['complete:'] };
  }
  if (definition.sleepMs !== undefined) return { ...ONCE, state: 'complete', history: ['complete:'] };
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

const ONCE = { attempts: 1, left: null, blocked: false, result: null } as const;

export const NO_SCRIPT: StepScript = { troubles: [], bypassed: false, take: true, pick: 0, chosen: [] };
