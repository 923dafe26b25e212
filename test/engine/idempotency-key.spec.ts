import type { StepContext } from '@tasker/core';
import { EngineHarness } from '../support/engine-harness';
import { step, template } from '../support/engine-templates';

/** Two installations, as a shop and its copy in another database are. */
const here = new EngineHarness();
const there = new EngineHarness();
beforeAll(() => Promise.all([here.open(), there.open()]));
afterEach(() => Promise.all([here.settleDown(), there.settleDown()]));
afterAll(() => Promise.all([here.close(), there.close()]));

/** Fails once, then works; notes the key of every attempt. */
function charging(): { keys: string[]; charge: (context: StepContext) => Promise<null> } {
  const keys: string[] = [];
  const charge = async ({ attempt, idempotencyKey }: StepContext): Promise<null> => {
    keys.push(idempotencyKey);
    if (attempt === 1) throw new Error('the gateway is busy');
    return null;
  };
  return { keys, charge };
}

async function charged(harness: EngineHarness): Promise<{ taskId: string; keys: string[] }> {
  const { keys, charge } = charging();
  const backoff = { delaysMs: [0] };
  const plan = await harness.template(template('order', [step('charge', [], { handler: 'charge', backoff })]));
  const worker = await harness.start({ handlers: { charge } });
  return { taskId: await harness.run(worker, plan), keys };
}

describe('the idempotency key', () => {
  it('is the same for every attempt, and another one in every installation', async () => {
    const [ours, theirs] = [await charged(here), await charged(there)];
    expect([ours.keys.length, new Set(ours.keys).size]).toEqual([2, 1]);
    // Both are the first task of their database: without more in the key it would be the same charge.
    expect(ours.taskId).toBe(theirs.taskId);
    expect(new Set([...ours.keys, ...theirs.keys]).size).toBe(2);
  });

  it('is another one when an operator reruns the step, and the same when he retries it', async () => {
    const { taskId, keys } = await charged(here);
    here.seen.splice(0);
    await here.operators.act(taskId, { verb: 'rerun', step: 'charge' }, { actor: 'ann' });
    await here.finished(taskId);
    expect(keys).toEqual([keys[0], keys[0], `${keys[0]}:1`]);
  });
});
