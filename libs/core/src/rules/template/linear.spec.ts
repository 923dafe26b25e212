import { checkDefinition } from '../../schema/with-ajv';
import { compilePlan } from './compile-plan';
import { walkGraph } from './graph';
import { descendantsOf } from './plan-graph';
import { normaliseTemplate } from './step-defaults';

const WIDTH = 10;

/** Parents of step `i` of `n`, as numbers. */
const GRAPHS: [string, (i: number, n: number) => number[]][] = [
  ['a chain', (i) => (i > 0 ? [i - 1] : [])],
  ['a fan out and in', (i, n) => (i === 0 ? [] : i < n - 1 ? [0] : Array.from({ length: n - 2 }, (_, j) => j + 1))],
  ['layers', (i) => (i < WIDTH ? [] : Array.from({ length: WIDTH }, (_, j) => i - (i % WIDTH) - WIDTH + j))],
];

function definitionOf(parents: (i: number, n: number) => number[], n: number) {
  const steps = Array.from({ length: n }, (_, i) => ({
    name: `s${i}`,
    handler: 'h',
    dependsOn: parents(i, n).map((parent) => `s${parent}`),
  }));
  return normaliseTemplate({ name: 'graph', steps });
}

/** What a function reads of its argument, however deep: the count grows with its work, and not with a busy machine. */
function readsOf<T extends object>(argument: T, run: (argument: T) => unknown): number {
  let reads = 0;
  const seen = new WeakMap<object, object>();
  const counted = <V>(value: V): V => {
    if (typeof value !== 'object' || value === null) return value;
    const known = seen.get(value);
    if (known) return known as V;
    const proxy = new Proxy(value, {
      get: (target, key) => {
        reads++;
        return counted(Reflect.get(target, key) as unknown);
      },
    });
    seen.set(value, proxy);
    return proxy;
  };
  run(counted(argument));
  return reads;
}

/** Twice the steps, twice the work. */
function expectLinear(reads: (n: number) => number): void {
  const [once, twice] = [reads(200), reads(400)];
  expect(once).toBeGreaterThan(200);
  expect(twice / once).toBeLessThan(2.1);
}

describe.each(GRAPHS)('the work on %s grows with its steps and dependencies:', (_, parents) => {
  const lanes = (n: number) => new Array<number>(n).fill(1);
  const planOf = (n: number) => compilePlan(definitionOf(parents, n), { templateId: 1, revision: 1, lanes: lanes(n) });

  it('checking', () => {
    expectLinear((n) => readsOf(definitionOf(parents, n), (definition) => checkDefinition(definition)));
  });

  it('walking', () => {
    expectLinear((n) => readsOf(definitionOf(parents, n).steps, walkGraph));
  });

  it('compiling', () => {
    expectLinear((n) =>
      readsOf(definitionOf(parents, n), (definition) =>
        compilePlan(definition, { templateId: 1, revision: 1, lanes: lanes(n) }),
      ),
    );
  });

  it('finding descendants', () => {
    expectLinear((n) => readsOf(planOf(n), (plan) => descendantsOf(plan, 0)));
  });

  it('at 10,000 steps', () => {
    const plan = planOf(10_000);
    expect(plan.steps).toHaveLength(10_000);
    expect(descendantsOf(plan, 0).length).toBeGreaterThan(9_000);
  });
});
