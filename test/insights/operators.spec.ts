import { engineHarness } from '../support/engine-harness';
import { step, template } from '../support/engine-templates';
import { gate } from '../support/gate';
import { readSide, type ReadSide } from './support/read-side';

const harness = engineHarness();
let read: ReadSide;
beforeAll(() => (read = readSide(harness)));

const ADA = { actor: 'ada', reason: 'incident 7' };

/** What one step's reason is. */
const reasonOf = async (taskId: string, name: string) =>
  (await read.steps.readiness(taskId)).find((row) => row.step === name)?.reason;

describe('what operators did is seen', () => {
  it('in a paused task: its ready steps, its context, search and the verbs that are legal', async () => {
    const plan = await harness.template(template('paused', [step('a', [], { handler: 'hold' }), step('b', ['a'])]));
    const api = await harness.start({ role: 'api' });
    const taskId = await harness.create(api, plan);
    await harness.operators.act(taskId, { verb: 'pause' }, ADA);
    expect(await reasonOf(taskId, 'a')).toEqual({ code: 'paused_task' });
    expect(await reasonOf(taskId, 'b')).toEqual({ code: 'waits_for_parents', parents: ['a'] });
    expect(await read.steps.executionContext(taskId)).toMatchObject({
      ...{ executionStatus: 'paused', recommendedAction: 'resume_task' },
    });
    expect((await read.tasks.list({ hold: true })).tasks).toEqual([
      expect.objectContaining({ id: taskId, hold: true, lockVersion: 1 }),
    ]);
    expect((await read.analytics.healthCounts()).pausedTasks).toBe(1);
    const paused = await read.explanations.explain(taskId);
    expect(paused.summary).toMatch(/^Paused: 0 of 2/);
    expect([paused.legal.task.includes('resume'), paused.legal.task.includes('pause')]).toEqual([true, false]);
    expect(paused.story.at(-1)).toMatchObject({
      kind: 'operator',
      actor: 'ada',
      reason: 'incident 7',
      text: expect.stringContaining('ada did pause on the task'),
    });
    await harness.operators.act(taskId, { verb: 'resume' }, ADA);
    await harness.start({ handlers: { hold: async () => null } });
    await harness.allEnded();
    expect((await read.tasks.list({ hold: true })).tasks).toEqual([]);
  });

  it('in a step that is paused everywhere', async () => {
    const plan = await harness.template(template('incident', [step('a', [], { handler: 'hold' })]));
    const target = { namespace: 'default', name: 'incident', step: 'a' };
    await harness.operators.pauseStep(target, ADA);
    const api = await harness.start({ role: 'api' });
    const taskId = await harness.create(api, plan);
    expect(await reasonOf(taskId, 'a')).toEqual({ code: 'paused_step' });
    await harness.operators.resumeStep(target, ADA);
    expect(await reasonOf(taskId, 'a')).toMatchObject({ code: 'no_live_worker' });
    await harness.start({ handlers: { hold: async () => null } });
    await harness.allEnded();
  });

  it('in a cancelled step: what depends on it is blocked by it, and the task ends', async () => {
    const plan = await harness.template(template('cut', [step('a', [], { handler: 'hold' }), step('b', ['a'])]));
    const held = gate();
    const worker = await harness.start({ handlers: { hold: () => held.opened } });
    const taskId = await harness.create(worker, plan);
    await harness.event('step.execution_requested', (event) => event.taskId === taskId);
    await harness.operators.act(taskId, { verb: 'cancel_step', step: 'a' }, ADA);
    held.open();
    await harness.allEnded();
    expect(await reasonOf(taskId, 'b')).toEqual({ code: 'blocked', by: ['a'] });
    const [chain] = await read.steps.errorChains(taskId);
    expect(chain).toMatchObject({ step: 'a', state: 'cancelled', blocks: ['b'], remedies: [{ verb: 'rerun' }] });
    expect((await read.tasks.list({ step: 'a', stepState: 'cancelled' })).tasks.map(({ id }) => id)).toEqual([taskId]);
  });

  it('in a task that was retried: it is live again, and no longer counted as failed', async () => {
    const plan = await harness.template(template('again', [step('a', [], { handler: 'flaky', retryLimit: 1 })]));
    const [held, seen] = [gate(), gate()];
    let calls = 0;
    const worker = await harness.start({
      handlers: {
        flaky: async () => {
          if (++calls === 1) throw new Error('first time');
          seen.open();
          await held.opened;
          return null;
        },
      },
    });
    const taskId = await harness.run(worker, plan);
    const [group] = await read.analytics.failureGroups({});
    expect(group).toMatchObject({ failures: 1, openTasks: 1 });
    await harness.operators.act(taskId, { verb: 'retry' }, ADA);
    await seen.opened;
    const [row] = await read.steps.readiness(taskId);
    expect(row).toMatchObject({ state: 'in_progress', attempt: 2, attemptsLeft: 0, reason: { code: 'running' } });
    expect((await read.tasks.list({ state: 'in_progress' })).tasks.map(({ id }) => id)).toEqual([taskId]);
    expect((await read.tasks.list({ errorFingerprint: group?.fingerprint ?? '' })).tasks).toEqual([]);
    expect(await read.analytics.healthCounts()).toMatchObject({
      inProgressTasks: 1,
      errorTasks: 0,
      errorSteps: 0,
      inProgressSteps: 1,
    });
    held.open();
    await harness.allEnded();
    const told = await read.explanations.explain(taskId);
    expect(told.story.filter(({ kind }) => kind === 'operator').map(({ actor }) => actor)).toEqual(
      expect.arrayContaining(['ada']),
    );
    expect(told.summary).toBe('Complete: 1 of 1 steps are satisfied.');
  });
});
