import { OPERATOR_VERBS } from '@tasker/core';
import { engineHarness } from '../support/engine-harness';
import { brokenPromises } from './broken-promises';
import { OperatedWorld, type OperatedOptions } from './operated-world';

/** As in model.spec: `MODEL_SEED=123 MODEL_RUNS=1` repeats one world. */
const FIRST_SEED = Number(process.env['MODEL_SEED'] ?? Date.now() % 1_000_000);
const RUNS = Number(process.env['MODEL_RUNS'] ?? 4);
const SEEDS = Array.from({ length: RUNS }, (_, n) => FIRST_SEED + n);

const harness = engineHarness();
const SMALL = { graphs: 6, mostSteps: 10, tasksPerGraph: 5, operators: 3, actsPerOperator: 60, lossRate: 0 } as const;

const changed = new Set<string>();

async function expectKept(options: OperatedOptions): Promise<void> {
  const world = new OperatedWorld(harness, options);
  await world.run();
  expect(await brokenPromises(harness.rows, world)).toEqual([]);
  for (const verb of world.changed.keys()) changed.add(verb);
}

describe('operators do every verb at random moments, and every promise is kept', () => {
  it.each(SEEDS)('small graphs, seed %d', async (seed) => {
    await expectKept({ ...SMALL, seed });
  });

  it.each(SEEDS)('larger graphs, few tasks, seed %d', async (seed) => {
    await expectKept({ ...SMALL, seed, graphs: 2, mostSteps: 60, tasksPerGraph: 3, actsPerOperator: 80 });
  });

  it.each(SEEDS)('all on one task, seed %d', async (seed) => {
    await expectKept({ ...SMALL, seed, graphs: 1, mostSteps: 30, tasksPerGraph: 1, operators: 4, actsPerOperator: 80 });
  });

  it.each(SEEDS)('while the store loses calls and answers, seed %d', async (seed) => {
    await expectKept({ ...SMALL, seed, graphs: 4, mostSteps: 20, lossRate: 0.02 });
  });

  it('each verb has changed something', () => {
    expect([...changed].sort()).toEqual([...OPERATOR_VERBS].sort());
  });
});
