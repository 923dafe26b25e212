import { engineHarness } from '../support/engine-harness';
import { ModelWorld } from './model-world';

/** `MODEL_SEED=123 MODEL_RUNS=1` repeats one world, `MODEL_RUNS=500` looks at many; a failure names its seed. */
const FIRST_SEED = Number(process.env['MODEL_SEED'] ?? Date.now() % 1_000_000);
const RUNS = Number(process.env['MODEL_RUNS'] ?? 4);
const SEEDS = Array.from({ length: RUNS }, (_, n) => FIRST_SEED + n);

const harness = engineHarness();

describe('random graphs on three workers end as the plain reference says', () => {
  it.each(SEEDS)('small ones, seed %d', (seed) =>
    expectSame({ seed, graphs: 8, mostSteps: 12, tasksPerGraph: 8, lossRate: 0 }),
  );

  it.each(SEEDS)('larger ones, seed %d', (seed) =>
    expectSame({ seed, graphs: 3, mostSteps: 60, tasksPerGraph: 6, lossRate: 0 }),
  );
});

describe('while the store loses calls and answers of every verb', () => {
  it.each(SEEDS)('seed %d', (seed) => expectSame({ seed, graphs: 5, mostSteps: 30, tasksPerGraph: 6, lossRate: 0.02 }));
});

async function expectSame(options: ConstructorParameters<typeof ModelWorld>[1]): Promise<void> {
  const world = new ModelWorld(harness, options);
  await world.run();
  expect(await world.differences()).toEqual([]);
  expect(world.wrongCalls()).toEqual([]);
  expect(world.wrongEvents()).toEqual([]);
}
