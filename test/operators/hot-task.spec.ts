import type { OperatorCommand } from '@tasker/core';
import { engineHarness } from '../support/engine-harness';
import { fan, template } from '../support/engine-templates';
import { below, SEED, seededRandom } from '../support/seeded-random';

const harness = engineHarness();
const WIDTH = 2_000;
/** More would say that acts and settlements keep running into each other; each costs a second. */
const MOST_DEADLOCKS = 5;

describe(`a task with ${WIDTH} steps in flight and operators who do not stop (TEST_SEED=${SEED})`, () => {
  it('lets every act through and runs to its end', async () => {
    const plan = await harness.template(template('hot', fan(WIDTH, { handler: 'quick', skippable: true })));
    const quick = () => new Promise((resolve) => setImmediate(() => resolve('done')));
    for (let n = 0; n < 2; n++) await harness.start({ concurrency: 100, pollMs: 500, handlers: { quick } });
    const api = await harness.start({ role: 'api' });
    const taskId = await harness.create(api, plan);
    await harness.event('step.completed', (event) => event.taskId === taskId && event.step === 'first');
    const acts: { readonly verb: string; readonly ms: number; readonly left: number }[] = [];
    let over = false;
    await Promise.all([operate(1), operate(2), watch()]);

    console.log(acts.map((x) => [x.verb, Math.round(x.ms), x.left].join(' ')).join('\n'));
    expect(await harness.rows.taskState(taskId)).toBe('complete');
    expect(new Set(acts.map(({ verb }) => verb))).toEqual(new Set(['pause', 'resume', 'set_priority', 'skip_step']));
    const lefts = acts.map(({ left }) => left);
    // It has moved while they acted, not only before and after.
    expect(Math.max(...lefts) - Math.min(...lefts)).toBeGreaterThan(WIDTH / 10);
    const [database] = await harness.rows.query<{ deadlocks: number }>(
      'select deadlocks::int from pg_stat_database where datname = current_database()',
    );
    expect(database?.deadlocks).toBeLessThanOrEqual(MOST_DEADLOCKS);
    console.log(JSON.stringify({ acts: acts.length, longest: Math.max(...acts.map(({ ms }) => ms)), db: database }));

    /** Every act must get through: an error fails the test, but for what the task has outrun. */
    async function operate(n: number): Promise<void> {
      const random = seededRandom(SEED + n);
      while (!over) {
        const command = hotCommand(random);
        const began = performance.now();
        await harness.operators.act(taskId, command, { actor: `op${n}` }).catch((error: { code?: string }) => {
          if (error.code !== 'TSK_STATE_REFUSED') throw error;
        });
        acts.push({ verb: command.verb, ms: performance.now() - began, left: await unended() });
      }
      await harness.operators.act(taskId, { verb: 'resume' }, { actor: `op${n}` }).catch(() => undefined);
    }

    async function watch(): Promise<void> {
      while ((await harness.rows.taskState(taskId)) !== 'complete') {
        if (acts.length > 150) over = true;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      over = true;
    }

    async function unended(): Promise<number> {
      const [row] = await harness.rows.query<{ ended: number }>(
        'select count(*)::int as ended from tasker.steps where task_id = $1 and state >= 4',
        [taskId],
      );
      return WIDTH - (row?.ended ?? 0);
    }
  }, 120_000);
});

function hotCommand(random: () => number): OperatorCommand {
  const lot = random();
  if (lot < 0.25) return { verb: 'pause', running: random() < 0.5 ? 'abort' : 'finish' };
  if (lot < 0.6) return { verb: 'resume' };
  if (lot < 0.8) return { verb: 'set_priority', priority: below(random, 100) };
  return { verb: 'skip_step', step: `middle${below(random, WIDTH)}` };
}
