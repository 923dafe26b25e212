import type { StepTemplateDefinition } from '@tasker/core';
import { step } from '../support/engine-templates';
import { below } from '../support/seeded-random';
import { someOf, withBranches } from './random-branches';
import type { StepScript, Trouble } from './reference-scheduler';

/** Handlers of the model; each worker has some of them, so that a task wanders between workers. */
export const MODEL_HANDLERS = ['m0', 'm1', 'm2'] as const;

/** Long enough for any machine: a step that is to time out waits for its signal, the others answer at once. */
const TIMEOUT_MS = 15;
const MAX_PARENTS = 6;
/** Share of the graphs that have branches. */
const BRANCHING = 0.6;

type Random = () => number;
type Parents = (index: number, random: Random) => number[];

/** Each says which of the steps before it a step depends on. */
const SHAPES: readonly Parents[] = [
  // A chain with shortcuts.
  (index, random) => [index - 1, ...(random() < 0.2 ? [below(random, index)] : [])],
  // A tree: dependents with one parent.
  (index, random) => [below(random, index)],
  // Sparse: several roots and several sinks.
  (index, random) => (random() < 0.25 ? [] : several(index, random, 2)),
  // Dense: nearly everything is a join.
  (index, random) => several(index, random, MAX_PARENTS),
  // Layers of five, each step with parents from the layer before.
  (index, random) => (index < 5 ? [] : several(5, random, 4).map((n) => index - (index % 5) - 5 + n)),
  // A fan out of the first step and back into the last; the one in the middle gathers too.
  (index) => (index % 13 === 12 ? Array.from({ length: 12 }, (_, n) => index - 1 - n) : [index - (index % 13)]),
];

const several = (limit: number, random: Random, most: number): number[] =>
  Array.from({ length: 1 + below(random, most) }, () => below(random, limit));

/** A graph of up to `most` steps, written down in random order: a step may come before its parents. */
export function randomGraph(random: Random, most: number): StepTemplateDefinition[] {
  const shape = SHAPES[below(random, SHAPES.length)] as Parents;
  const size = 1 + below(random, most);
  const steps = Array.from({ length: size }, (_, index) => {
    const parents = index === 0 ? [] : shape(index, random).filter((parent) => parent >= 0 && parent < index);
    return step(
      `s${index}`,
      [...new Set(parents)].map((parent) => `s${parent}`),
      randomRules(random),
    );
  });
  return shuffled(random() < BRANCHING ? withBranches(steps, random) : steps, random);
}

/** What a step does in one task. Troubles are rare enough that most graphs get far, and some get through. */
export function randomScript(definition: StepTemplateDefinition, random: Random, troubled: number): StepScript {
  const { skippable, choices, switch: cases } = definition;
  const branch = {
    bypassed: skippable && !choices && random() < 0.3,
    take: random() < 0.7,
    // One more than there are: then only a default holds, and where there is none the step fails.
    pick: below(random, (cases?.length ?? 0) + (random() < 0.2 ? 1 : 0) || 1),
    chosen: choices ? someOf(choices, random, random() < 0.2 ? 0 : 1) : [],
  };
  if (cases || definition.sleepMs !== undefined || random() >= troubled) return { ...branch, troubles: [] };
  const usual: Trouble[] = ['error', 'again_at_once', ...(definition.timeoutMs === null ? [] : ['timeout' as const])];
  const troubles = Array.from({ length: 1 + below(random, 3) }, () => usual[below(random, usual.length)] as Trouble);
  const last: Trouble[] = random() < 0.15 ? [random() < 0.6 ? 'permanent' : 'invalid_result'] : [];
  return { ...branch, troubles: [...troubles.slice(last.length), ...last] };
}

/** What conditions and cases of a task read: `take` and `pick` of its scripts. */
export function branchContext(scripts: ReadonlyMap<string, StepScript>): { take: object; pick: object } {
  const each = (value: (script: StepScript) => unknown) =>
    Object.fromEntries([...scripts].map(([name, script]) => [name, value(script)]));
  return { take: each(({ take }) => take), pick: each(({ pick }) => pick) };
}

function randomRules(random: Random): Partial<StepTemplateDefinition> {
  return {
    handler: MODEL_HANDLERS[below(random, MODEL_HANDLERS.length)] as string,
    retryable: random() > 0.05,
    retryLimit: 2 + below(random, 3),
    backoff: random() < 0.5 ? { initialMs: 1 + below(random, 10), jitter: 0.5 } : { delaysMs: [1, 5] },
    timeoutMs: random() < 0.2 ? TIMEOUT_MS : null,
    skippable: random() < 0.15,
    queue: random() < 0.8 ? 'default' : 'other',
  };
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  const keyed = items.map((item) => ({ item, key: random() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}
