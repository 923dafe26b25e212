import { gate } from '../support/gate';
import { engineHarness } from '../support/engine-harness';
import { step, template } from '../support/engine-templates';

const harness = engineHarness();
const BY = { actor: 'ann' };
const failing = { bad: () => Promise.reject(new Error('busy')) };

describe('the number of attempts of a step', () => {
  it.each([1, 2, 7])('is what an operator says before it has run: %i instead of 3', async (attempts) => {
    const plan = await harness.template(
      template('early', [step('a', [], { handler: 'held' }), step('b', ['a'], { handler: 'bad' })]),
    );
    const held = gate();
    const worker = await harness.start({ handlers: { ...failing, held: () => held.opened } });
    const taskId = await harness.create(worker, plan);
    await harness.event('step.execution_requested');
    const act = { verb: 'set_attempts', step: 'b', attempts } as const;
    expect(await harness.operators.act(taskId, act, BY)).toMatchObject({
      receipt: { changed: true, state: 'in_progress' },
    });
    // Said twice is said once: it is counted from now on, and nothing has run since.
    await harness.operators.act(taskId, act, BY);
    held.open();
    expect(await harness.finished(taskId)).toBe('error');
    expect(await harness.rows.failures(taskId, 1)).toHaveLength(attempts);
    const [row] = await harness.rows.query<{ left: number }>(
      'select attempts_left as left from tasker.step_readiness_v1($1) where step = $2',
      [taskId, 'b'],
    );
    expect(row?.left).toBe(0);
  });

  it('may be given with a retry, and goes on from there', async () => {
    const plan = await harness.template(template('late', [step('b', [], { handler: 'bad', retryLimit: 2 })]));
    const worker = await harness.start({ handlers: failing });
    const taskId = await harness.run(worker, plan);
    await harness.operators.act(taskId, { verb: 'retry_step', step: 'b', attempts: 4 }, BY);
    await harness.event('task.failed', (event) => event.taskId === taskId && event.failure?.attempt === 6);
    expect(await harness.rows.failures(taskId)).toHaveLength(6);
  });

  it('of a step that waits in the queue changes without queueing it twice', async () => {
    const plan = await harness.template(template('queued', [step('b', [], { handler: 'bad', queue: 'later' })]));
    const creator = await harness.start({ role: 'api' });
    const taskId = await harness.create(creator, plan);
    await harness.operators.act(taskId, { verb: 'set_attempts', step: 'b', attempts: 1 }, BY);
    expect(await harness.rows.count('queue')).toBe(1);
    await harness.start({ handlers: failing });
    expect(await harness.finished(taskId)).toBe('error');
    expect(await harness.rows.failures(taskId)).toHaveLength(1);
  });
});
