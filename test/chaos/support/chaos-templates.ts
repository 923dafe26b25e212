import type { StepTemplateDefinition, TaskTemplateDefinition } from '@tasker/core';
import { chain, fan, step, template } from '../../support/engine-templates';
import { below, seededRandom } from '../../support/seeded-random';

/** Every loss of a worker is an attempt, and a step may meet many. */
const RULES = { handler: 'chaos', retryLimit: 1_000, backoff: { initialMs: 20, factor: 1, jitter: 0.5 } } as const;

/** Steps that always fail for good carry this in their handler_config. */
export const DOOMED = { fails: true } as const;

/** Steps that run only in every so many-th task carry this number in their handler_config; their conditions say the same. */
export const everyNth = (n: number) => ({ when: `context.n % ${n} == 0`, handlerConfig: { everyNth: n } });

/** The shapes of the load: chains, a fan, a random graph, two of which a part must fail, and one that branches. */
export function chaosTemplates(): TaskTemplateDefinition[] {
  return [
    template('chain', chain(10, RULES)),
    template('fan', withRules(fan(12))),
    template('web', withRules(web(40))),
    template('branches', branches()),
    template(
      'broken_chain',
      chain(6, RULES).map((own, index) => (index === 3 ? doomed(own) : own)),
    ),
    template(
      'broken_fan',
      withRules(fan(6)).map((own) => (own.name === 'middle2' ? doomed(own) : own)),
    ),
  ];
}

/** Left out are, by turns, single steps, one side of a choice with all that follows, a join, and nearly everything. */
const branches = (): StepTemplateDefinition[] => [
  step('first', [], RULES),
  step('second', ['first'], { ...RULES, ...everyNth(2) }),
  step('third', ['second'], RULES),
  step('route', ['first'], {
    ...{ handler: '@engine', queue: '@engine' },
    switch: [
      { when: 'context.n % 3 == 0', steps: ['left'] },
      { when: 'context.n % 3 == 1', steps: ['right'] },
      { steps: [] },
    ],
  }),
  step('left', ['route'], RULES),
  step('left2', ['left'], { ...RULES, ...everyNth(6) }),
  step('right', ['route'], RULES),
  step('join', ['left2', 'right'], RULES),
  step('all', ['third', 'join'], { ...RULES, runIf: 'all' }),
  step('after', ['all'], RULES),
  step('last', ['after', 'third'], { ...RULES, runIf: 'always' }),
];

const withRules = (steps: readonly StepTemplateDefinition[]): StepTemplateDefinition[] =>
  steps.map((own) => ({ ...own, ...RULES }));

const doomed = (own: StepTemplateDefinition): StepTemplateDefinition => ({ ...own, handlerConfig: DOOMED });

/** Always the same graph: several roots and sinks, most steps with two or three parents. */
function web(size: number): StepTemplateDefinition[] {
  const random = seededRandom(7);
  return Array.from({ length: size }, (_, index) => {
    const parents = index < 3 ? [] : Array.from({ length: 1 + below(random, 3) }, () => `s${below(random, index)}`);
    return step(`s${index}`, [...new Set(parents)]);
  });
}
