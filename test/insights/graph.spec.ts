import { PermanentError } from '@tasker/core';
import { engineHarness } from '../support/engine-harness';
import { step, template } from '../support/engine-templates';
import { gate } from '../support/gate';
import { readSide, type ReadSide } from './support/read-side';

const harness = engineHarness();
let read: ReadSide;
beforeAll(() => (read = readSide(harness)));

/** Declared children first, so that positions are not in the order of the graph. */
const backwards = (name: string) =>
  template(name, [
    step('end', ['slow', 'fast'], { handler: 'noop' }),
    step('slow', ['start'], { handler: 'slow' }),
    step('fast', ['start'], { handler: 'noop' }),
    step('start', [], { handler: 'noop' }),
    step('aside', [], { handler: 'noop' }),
  ]);

describe('the graph of a task', () => {
  it('has levels by the longest way from a root', async () => {
    const plan = await harness.template(backwards('levels'));
    const worker = await harness.start({ handlers: { slow: async () => null } });
    const taskId = await harness.run(worker, plan);
    const levels = await read.steps.levels(taskId);
    expect(levels.map(({ level, steps }) => [level, steps.map((entry) => entry.step)])).toEqual([
      [0, ['start', 'aside']],
      [1, ['slow', 'fast']],
      [2, ['end']],
    ]);
  });

  it('has a critical path of what really took longest', async () => {
    const plan = await harness.template(backwards('critical'));
    const worker = await harness.start({ handlers: { slow: async () => null } });
    const taskId = await harness.run(worker, plan);
    await harness.rows.query(
      `update tasker.step_history set started_at = at - interval '5 seconds' where task_id = $1 and position = 1`,
      [taskId],
    );
    const path = await read.steps.criticalPath(taskId);
    expect(path.steps.map((entry) => entry.step)).toEqual(['start', 'slow', 'end']);
    expect(path.steps[1]).toMatchObject({ state: 'complete', durationMs: expect.closeTo(5_000, 0) });
    expect(path.durationMs).toBeGreaterThanOrEqual(5_000);
    expect(path.elapsedMs).toBeGreaterThan(0);
  });

  it('counts a step that runs until now, and one that has not started not at all', async () => {
    const plan = await harness.template(backwards('running'));
    const held = gate();
    const worker = await harness.start({ handlers: { slow: () => held.opened } });
    const taskId = await harness.create(worker, plan);
    await harness.event('step.execution_requested', (event) => event.taskId === taskId && event.step === 'slow');
    await harness.event('step.completed', (event) => event.taskId === taskId && event.step === 'fast');
    const path = await read.steps.criticalPath(taskId);
    expect(path.steps.map((entry) => [entry.step, entry.state]).slice(0, 2)).toEqual([
      ['start', 'complete'],
      ['slow', 'in_progress'],
    ]);
    expect(await read.steps.parallelism(taskId)).toMatchObject({
      ...{ totalSteps: 5, widestLevel: 2, running: 1 },
      levels: [
        { level: 0, satisfied: 2 },
        { level: 1, running: 1, satisfied: 1 },
        { level: 2, steps: 1, satisfied: 0 },
      ],
    });
    held.open();
    await harness.finished(taskId);
  });

  it('tells how many steps ran at once', async () => {
    const plan = await harness.template(
      template(
        'side-by-side',
        ['a', 'b', 'c'].map((name) => step(name, [], { handler: 'hold' })),
      ),
    );
    const held = gate();
    const worker = await harness.start({ handlers: { hold: () => held.opened } });
    const taskId = await harness.create(worker, plan);
    for (const name of ['a', 'b', 'c']) {
      await harness.event('step.execution_requested', (event) => event.taskId === taskId && event.step === name);
    }
    held.open();
    await harness.finished(taskId);
    const { peakRunning, averageRunning, running } = await read.steps.parallelism(taskId);
    expect([peakRunning, running]).toEqual([3, 0]);
    expect(averageRunning).toBeGreaterThan(1);
  });

  it('has no parallelism before anything ran', async () => {
    const plan = await harness.template(template('unstarted', [step('only', [], { handler: 'nobody' })]));
    const api = await harness.start({ role: 'api' });
    const taskId = await harness.create(api, plan);
    expect(await read.steps.parallelism(taskId)).toMatchObject({ peakRunning: 0, averageRunning: null, running: 0 });
    expect(await read.steps.criticalPath(taskId)).toMatchObject({ durationMs: 0 });
    const worker = await harness.start({ handlers: { nobody: async () => null } });
    expect(worker).toBeDefined();
    await harness.allEnded();
  });

  it('tells what a failed step holds up, and what helps', async () => {
    const plan = await harness.template(backwards('chains'));
    const worker = await harness.start({
      handlers: { slow: () => Promise.reject(new PermanentError('gone', { code: 'X' })) },
    });
    const taskId = await harness.create(worker, plan);
    await harness.finished(taskId);
    const chains = await read.steps.errorChains(taskId);
    expect(chains).toEqual([
      expect.objectContaining({
        step: 'slow',
        state: 'error',
        blocks: ['end'],
        nextRetryAt: null,
        failedAt: expect.any(Date),
      }),
    ]);
    expect(chains[0]?.error).toMatchObject({ kind: 'permanent', message: 'gone', code: 'X' });
    expect(chains[0]?.remedies.map(({ verb }) => verb)).toEqual([
      'edit_inputs',
      'resolve_step',
      'skip_step',
      'retry_step',
    ]);
  });

  it('tells what depends on a step', async () => {
    const plan = await harness.template(backwards('radius'));
    const worker = await harness.start({ handlers: { slow: async () => null } });
    const taskId = await harness.run(worker, plan);
    expect(await read.steps.blastRadius(taskId, 'start')).toEqual({
      ...{ step: 'start', direct: ['slow', 'fast'], unfinished: 0, share: 0.6, siblings: ['aside'] },
      all: [
        { step: 'end', state: 'complete', level: 2 },
        { step: 'slow', state: 'complete', level: 1 },
        { step: 'fast', state: 'complete', level: 1 },
      ],
    });
    expect((await read.steps.blastRadius(taskId, 'slow')).siblings).toEqual(['fast']);
    expect((await read.steps.blastRadius(taskId, 'end')).siblings).toEqual([]);
    await expect(read.steps.blastRadius(taskId, 'strat')).rejects.toMatchObject({
      code: 'TSK_STEP_NOT_FOUND',
      data: { steps: ['end', 'slow', 'fast', 'start', 'aside'] },
    });
  });

  it('is walked once for each dependency, whatever the number of ways through it', async () => {
    // 2^120 ways lead from the first layer to the last: who walks them all does not come back.
    const layers = Array.from({ length: 120 }, (_, layer) =>
      ['x', 'y'].map((side) =>
        step(`${side}${layer}`, layer === 0 ? [] : [`x${layer - 1}`, `y${layer - 1}`], { handler: 'noop' }),
      ),
    );
    const plan = await harness.template(template('ways', layers.flat()));
    const worker = await harness.start();
    const taskId = await harness.run(worker, plan);
    expect((await read.steps.criticalPath(taskId)).steps).toHaveLength(120);
    expect(await read.steps.levels(taskId)).toHaveLength(120);
  });
});
