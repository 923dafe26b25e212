import type { OperatorCommand } from '@tasker/core';
import { engineHarness } from '../support/engine-harness';
import { fan, template } from '../support/engine-templates';
import { below, SEED, seededRandom } from '../support/seeded-random';

const harness = engineHarness();
const WIDTH = 2_000;
const TAKES_MS = 50;
/** More would say that acts and settlements keep running into each other; each costs a second. */
const MOST_DEADLOCKS = 5;

describe(`a task with ${WIDTH} steps in flight and operators who do not stop (TEST_SEED=${SEED})`, () => {
  it('lets every act through and runs to its end', async () => {
    const plan = await harness.template(template('hot', fan(WIDTH, { handler: 'quick', skippable: true })));
    // So that it lasts for some dozens of acts.
    const quick = () => new Promise((resolve) => setTimeout(() => resolve('done'), TAKES_MS));
    for (let n = 0; n < 2; n++) await harness.start({ concurrency: 100, pollMs: 500, handlers: { quick } });
    const api = await harness.start({ role: 'api' });
    const taskId = await harness.create(api, plan);
    await harness.event('step.completed', (event) => event.taskId === taskId && event.step === 'first');
    const acts: { readonly verb: string; readonly ms: number; readonly left: number }[] = [];
    let over = false;
    await Promise.all([operate(1), operate(2), watch()]);

    expect(await harness.rows.taskState(taskId)).toBe('complete');
    expect(new Set(acts.map(({ verb }) => verb))).toEqual(new Set(['pause', 'resume', 'set_priority', 'skip_step']));
    expect(Math.max(...acts.map(({ ms }) => ms))).toBeLessThan(5_000);
    const lefts = acts.map(({ left }) => left);
    // It has moved while they acted, not only before and after.
    expect(Math.max(...lefts) - Math.min(...lefts)).toBeGreaterThan(WIDTH / 10);
    const [database] = await harness.rows.query<{ deadlocks: number }>(
      'select deadlocks::int from pg_stat_database where datname = current_database()',
    );
    expect(database?.deadlocks).toBeLessThanOrEqual(MOST_DEADLOCKS);

    /** Every act must get through: an error fails the test, but for what the task has outrun. */
    async function operate(n: number): Promise<void> {
      const random = seededRandom(SEED + n);
      for (let a = 0; !over; a++) {
        const command = hotCommand(a, random);
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
        'select count(*)::int as ended from tasker.steps where task_id = $1 and tasker.step_ended_v1(state)',
        [taskId],
      );
      return WIDTH - (row?.ended ?? 0);
    }
  }, 120_000);
});

/** Each verb in turn, the task mostly not paused. */
function hotCommand(turn: number, random: () => number): OperatorCommand {
  const commands: OperatorCommand[] = [
    { verb: 'set_priority', priority: below(random, 100) },
    { verb: 'skip_step', step: `middle${below(random, WIDTH)}` },
    { verb: 'pause', running: random() < 0.5 ? 'abort' : 'finish' },
    { verb: 'resume' },
  ];
  return commands[turn % commands.length] as OperatorCommand;
}
