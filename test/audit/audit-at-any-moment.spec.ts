import { DONE, failed, Workbench, type TaskOnBench } from './support/workbench';
import { below, SEED, seededRandom } from '../support/seeded-random';
import type { Outcome } from '../../libs/core/src/rules/settlement/outcome';

const OUTCOMES: readonly Outcome[] = [
  ...Array.from({ length: 8 }, () => DONE),
  { kind: 'skipped' },
  { kind: 'released' },
  failed('error'),
  failed('permanent'),
  failed('worker_lost'),
];

describe(`the auditor finds nothing wrong (TEST_SEED=${SEED})`, () => {
  let bench: Workbench;
  beforeAll(async () => {
    bench = await Workbench.open();
  });
  afterAll(() => bench.close());

  it('after each statement of a task, wherever its dependents go', async () => {
    const random = seededRandom(SEED);
    for (let n = 0; n < 12; n++) {
      const task = await bench.task(`walk-${n}`, graphOf(random));
      await walk(task, random, async () => expect(await bench.audit()).toEqual([]));
      expect(await stateOf(task)).toMatch(/^(complete|error)$/);
    }
  });

  it('while many tasks move at once', async () => {
    const random = seededRandom(SEED + 1);
    let moving = 20;
    const walks = Array.from({ length: moving }, async (_, n) => {
      await walk(await bench.task(`busy-${n}`, graphOf(random)), random, () => Promise.resolve());
      moving--;
    });
    let audits = 0;
    for (; moving > 0; audits++) expect(await bench.audit()).toEqual([]);
    await Promise.all(walks);
    expect(audits).toBeGreaterThan(1);
    expect(await bench.audit()).toEqual([]);
  });

  it('in a schema with an awkward name, where every statement finds its tables', async () => {
    const awkward = await Workbench.open(`My "odd" sch'éma $&`);
    try {
      const random = seededRandom(SEED + 2);
      const task = await awkward.task('walk', graphOf(random));
      await walk(task, random, async () => expect(await awkward.audit()).toEqual([]));
      expect(await stateOf(task, awkward)).toMatch(/^(complete|error)$/);
    } finally {
      await awkward.close();
    }
  });

  async function stateOf(task: TaskOnBench, where = bench): Promise<string | undefined> {
    const sql = 'select state from tasker.task_list where task_id = $1';
    return (await where.query<{ state: string }>(sql, [task.id]))[0]?.state;
  }

  /** Runs a task to its end, one random act after the other. */
  async function walk(task: TaskOnBench, random: () => number, check: () => Promise<void>): Promise<void> {
    for (;;) {
      const step = await task.next(random);
      if (!step) return;
      await check();
      await task.settle(step, OUTCOMES[below(random, OUTCOMES.length)] ?? DONE, random() < 0.5);
      await check();
    }
  }
});

/** Up to eight steps, each with any of the earlier ones as parents. */
function graphOf(random: () => number): Record<string, string[]> {
  const names = [...'abcdefgh'].slice(0, 1 + below(random, 8));
  return Object.fromEntries(names.map((name, index) => [name, names.slice(0, index).filter(() => random() < 0.35)]));
}
