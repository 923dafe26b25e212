import { positionOf, type OperatorCommand } from '@tasker/core';
import { engineHarness } from '../support/engine-harness';
import { template } from '../support/engine-templates';
import { seededRandom } from '../support/seeded-random';
import { ModelHandler, type TaskScript } from './model-handler';
import { differences, observedTasks } from './observed-task';
import { QuiescentReference } from './quiescent-reference';
import { randomCommand } from './random-command';
import { branchContext, MODEL_HANDLERS, randomGraph, randomScript } from './random-graph';

/** As in model.spec: `MODEL_SEED=123 MODEL_RUNS=1` repeats one world. */
const FIRST_SEED = Number(process.env['MODEL_SEED'] ?? Date.now() % 1_000_000);
const RUNS = Number(process.env['MODEL_RUNS'] ?? 4);
const TASKS = 12;
const MOST_STEPS = 14;
const ROUNDS = 25;
const QUIET_WITHIN_MS = 20_000;
const TROUBLED = [0.1, 0.5];
const REFUSALS: ReadonlySet<unknown> = new Set(['TSK_STATE_REFUSED', 'TSK_CHOICE_INVALID']);

const harness = engineHarness();

interface World {
  readonly key: string;
  readonly id: string;
  readonly reference: QuiescentReference;
  readonly command: () => OperatorCommand;
}

describe('acts on tasks in which nothing moves lead exactly where the plain reference says', () => {
  it.each(Array.from({ length: RUNS }, (_, n) => FIRST_SEED + n))('seed %d', async (seed) => {
    const random = seededRandom(seed);
    const scripts = new Map<string, TaskScript>();
    const handler = new ModelHandler(scripts);
    const worlds: World[] = [];
    const api = await harness.start({ role: 'api' });
    for (let n = 0; n < TASKS; n++) worlds.push(await world(n));
    // Before there are workers nothing moves at all; afterwards, what has ended or is paused.
    for (let round = 0; round < 3; round++) await actOnAll();
    const handlers = Object.fromEntries(MODEL_HANDLERS.map((name) => [name, handler.invoke]));
    for (let n = 0; n < 2; n++) await harness.start({ handlers, concurrency: 1 + 9 * n, leaseMs: 30_000, pollMs: 200 });
    for (let round = 0; round < ROUNDS; round++) {
      for (const { reference } of worlds) reference.settle();
      expect(await lastingDifferences()).toEqual([]);
      await actOnAll();
    }

    async function world(n: number): Promise<World> {
      const steps = randomGraph(random, MOST_STEPS);
      const plan = await harness.template(template(`quiet_${seed}_${n}`, steps));
      const key = `q${n}`;
      const script = new Map(steps.map((own) => [own.name, randomScript(own, random, TROUBLED[n % 2] ?? 0)]));
      scripts.set(key, script);
      const bypass = steps.flatMap(({ name }) => (script.get(name)?.bypassed ? [positionOf(plan, name) ?? -1] : []));
      const { taskId } = await api.engine.create(
        harness.draft(plan, { contextOf: { key, ...branchContext(script) }, identity: key, bypass }),
      );
      const reference = new QuiescentReference(key, steps, script);
      return { key, id: taskId, reference, command: () => randomCommand(plan, random) };
    }

    async function actOnAll(): Promise<void> {
      for (const { key, id, reference, command } of worlds) {
        const given = command();
        // They move nothing.
        if (given.verb === 'set_priority' || given.verb === 'edit') continue;
        const must = reference.act(given);
        const is = await harness.operators.act(id, given, { actor: 'ann' }).then(
          ({ receipt }) => (receipt.changed ? 'done' : 'unchanged'),
          (error: { code?: string }) => (REFUSALS.has(error.code) ? 'refused' : Promise.reject(error as Error)),
        );
        expect(`${key} ${JSON.stringify(given)}: ${is}`).toBe(`${key} ${JSON.stringify(given)}: ${must}`);
      }
    }

    /** None as soon as there are none; those that are left when everything should be quiet. */
    async function lastingDifferences(): Promise<string[]> {
      const deadline = Date.now() + QUIET_WITHIN_MS;
      for (;;) {
        const observed = await observedTasks(
          harness.rows,
          worlds.map(({ id }) => id),
        );
        const found = worlds.flatMap(({ key, id, reference }) =>
          differences(key, reference.expected(), observed.get(id)),
        );
        if (found.length === 0 || Date.now() > deadline) return found;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
  });
});
