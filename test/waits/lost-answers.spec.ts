import { normaliseTemplate, type EngineStore } from '@tasker/core';
import type { PostgresEngineStore } from '@tasker/postgres';
import { unreliableStore, type Unreliable } from '../model/unreliable-store';
import { engineHarness } from '../support/engine-harness';
import { seededRandom } from '../support/seeded-random';

const harness = engineHarness();
const TASKS = 40;

describe('waits whose statements get no answer', () => {
  it('are opened once, woken and decided, whatever is lost; no signal is taken twice', async () => {
    const plan = await harness.template(
      normaliseTemplate({
        name: 'lossy',
        steps: [
          { name: 'nap', sleepMs: 10 },
          { name: 'paid', dependsOn: 'nap', waitFor: { signal: 'paid' } },
          { name: 'again', dependsOn: 'paid', waitFor: { signal: 'paid' } },
          { name: 'end', handler: 'noop', dependsOn: 'again' },
        ],
      }),
    );
    const random = seededRandom(7);
    const state: Unreliable = { active: false, lost: {} };
    const wrap = (store: PostgresEngineStore): EngineStore => unreliableStore(store, random, 0.2, state);
    const sender = await harness.start({ role: 'api' });
    await Promise.all([harness.start({ wrap, pollMs: 50 }), harness.start({ wrap, pollMs: 50 })]);
    state.active = true;
    const created = await harness.createMany(sender, plan, TASKS);
    const send = (taskId: string, payload: string) =>
      sender.engine.signal({ namespace: null, name: 'paid', taskId, key: null, payload, id: null, ttlMs: null });
    for (const { taskId } of created) await Promise.all([send(taskId, '1'), send(taskId, '2')]);
    await harness.allEnded(60_000);
    state.active = false;
    for (const { taskId } of created) {
      const [, paid, again] = await harness.rows.steps(taskId);
      expect([paid?.result, again?.result].sort()).toEqual([1, 2]);
      expect(await harness.rows.taskState(taskId)).toBe('complete');
    }
    const lost = Object.values(state.lost).reduce((sum, count) => sum + count, 0);
    expect(lost).toBeGreaterThan(5);
  }, 90_000);
});
