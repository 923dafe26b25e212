import { normaliseTemplate, type StepTemplateInput } from '@tasker/core';
import { engineHarness } from '../support/engine-harness';
import type { EngineProcess } from '../support/engine-process';
import { readSide, type ReadSide } from './support/read-side';

const HOUR_MS = 3_600_000;
const harness = engineHarness();
let read: ReadSide;
beforeAll(() => (read = readSide(harness)));

/** A task that has begun to wait in its first step. */
async function waits(by: EngineProcess, name: string, wait: Omit<StepTemplateInput, 'name'>): Promise<string> {
  const steps = [
    { ...wait, name: 'wait' },
    { name: 'after', handler: 'noop', dependsOn: 'wait' },
  ];
  const plan = await harness.template(normaliseTemplate({ name, steps }));
  await by.stop();
  const worker = await harness.start();
  const taskId = await harness.create(worker, plan);
  await harness.event('step.waiting', (event) => event.taskId === taskId);
  return taskId;
}

const why = async (taskId: string) => (await read.steps.readiness(taskId))[0];

describe('a step that waits without a worker', () => {
  it.each([
    [
      'a time',
      { sleepMs: 3 * HOUR_MS },
      { kind: 'sleep', signals: [], approval: null },
      /^It sleeps, and goes on in 3 h\.$/,
    ],
    [
      'a signal',
      { waitFor: { signal: 'paid', timeoutMs: 2 * HOUR_MS } },
      { kind: 'signal', signals: ['paid'], until: expect.any(Date) },
      /^It waits for the signal "paid"; its time is over in 2 h\.$/,
    ],
    [
      'a decision',
      { approval: { title: 'Refund it?', assignees: ['role:finance'] } },
      { kind: 'approval', approval: { title: 'Refund it?', assignees: ['role:finance'] } },
      /^It waits for a decision: "Refund it\?", of "role:finance"\.$/,
    ],
  ] as const)('says that it waits for %s', async (name, wait, expected, words) => {
    const taskId = await waits(await harness.start(), `waits for ${name}`.replaceAll(' ', '_'), wait);
    const step = await why(taskId);
    expect(step).toMatchObject({ state: 'waiting', ready: false, reason: { code: 'waiting', for: expected } });
    expect(step?.why).toMatch(words);
    const [detail, after] = (await read.tasks.find(taskId))?.steps ?? [];
    expect(detail).toMatchObject({ state: 'waiting', waitingFor: expected });
    expect(after).toMatchObject({ state: 'pending', waitingFor: null });
    expect(await read.steps.executionContext(taskId)).toMatchObject({
      ...{ waitingSteps: 1, pendingSteps: 1, executionStatus: 'waiting', recommendedAction: 'wait' },
      healthStatus: 'healthy',
    });
    const told = await read.explanations.explain(taskId);
    expect(told.summary).toBe('In progress: 0 of 2 steps are satisfied; waiting: wait.');
    expect(told.story.map(({ text }) => text)).toContain('Step "wait" waits; no worker is held by that.');
    await harness.operators.act(taskId, { verb: 'cancel' }, { actor: 'ann' });
  });

  it('keeps its task among those that are open, however old it is', async () => {
    const taskId = await waits(await harness.start(), 'old', { sleepMs: 400 * 24 * HOUR_MS });
    // Nothing else is live: the floor lies above it.
    await harness.rows.query('update tasker.workers set min_task_id = $1', [String(Number(taskId) + 1)]);
    expect(await harness.rows.query('select tasker.live_floor_v1() > $1 as above', [taskId])).toEqual([
      { above: true },
    ]);
    const ids = async (filter: object) => (await read.tasks.list(filter)).tasks.map(({ id }) => id);
    expect(await ids({ name: 'old', state: 'in_progress' })).toEqual([taskId]);
    expect(await ids({ name: 'old', step: 'wait', stepState: 'waiting' })).toEqual([taskId]);
    const [counts] = await harness.rows.query('select in_progress_tasks from tasker.health_counts_v1()');
    expect(counts).toEqual({ in_progress_tasks: 1 });
    await harness.operators.act(taskId, { verb: 'cancel' }, { actor: 'ann' });
    expect(await ids({ name: 'old', state: 'in_progress' })).toEqual([]);
  });
});

describe('operators over a step that waits', () => {
  it.each([
    ['skip_step', { force: true }, 'skipped'],
    ['resolve_step', { result: 7 }, 'resolved_manually'],
  ] as const)('%s lets its dependents go on, and nobody is waited for any more', async (verb, fields, state) => {
    const taskId = await waits(await harness.start(), verb, { waitFor: { signal: 'paid' } });
    await harness.operators.act(taskId, { verb, step: 'wait', ...fields }, { actor: 'ann' });
    await harness.allEnded();
    const steps = (await read.tasks.find(taskId))?.steps ?? [];
    expect(steps.map((step) => step.state)).toEqual([state, 'complete']);
    expect(await harness.rows.count('step_waits' as never)).toBe(0);
  });

  it('rerun lets it wait anew, in the next generation', async () => {
    const taskId = await waits(await harness.start(), 'anew', { waitFor: { signal: 'paid' } });
    await harness.operators.act(taskId, { verb: 'rerun', step: 'wait' }, { actor: 'ann' });
    await harness.event('step.waiting', (event) => event.taskId === taskId && event.attempt > 1);
    const rows = await harness.rows.query('select generation, woken_at from tasker.step_waits where task_id = $1', [
      taskId,
    ]);
    expect(rows).toEqual([{ generation: 1, woken_at: null }]);
    await harness.operators.act(taskId, { verb: 'cancel_step', step: 'wait' }, { actor: 'ann' });
    await harness.allEnded();
    expect(await harness.rows.taskState(taskId)).toBe('error');
  });
});
