import { engineHarness } from '../support/engine-harness';
import { step, template } from '../support/engine-templates';
import { readSide, type ReadSide } from './support/read-side';

const harness = engineHarness();
let read: ReadSide;
beforeAll(() => (read = readSide(harness)));

const story = () =>
  template('story', [step('pay', [], { handler: 'pay', retryLimit: 2 }), step('ship', ['pay'], { handler: 'ship' })]);

describe('a task explained', () => {
  it('tells what ran, when and where, why it was tried again, and what can be done', async () => {
    const plan = await harness.template(story());
    const worker = await harness.start({
      handlers: {
        pay: async ({ attempt }) => {
          if (attempt === 1) throw new Error('card reader is busy');
          return null;
        },
        ship: () => Promise.reject(new Error('no lorry')),
      },
    });
    const taskId = await harness.run(worker, plan, { initiator: 'ada' });
    const told = await read.explanations.explain(taskId);
    expect(told.story.map(({ kind, step: name, attempt }) => [kind, name, attempt])).toEqual([
      ['created', null, null],
      ['started', null, null],
      ['attempt_started', 'pay', 1],
      ['attempt_failed', 'pay', 1],
      ['attempt_started', 'pay', 2],
      ['attempt_completed', 'pay', 2],
      ...[1, 2, 3].flatMap((attempt) => [
        ['attempt_started', 'ship', attempt],
        ['attempt_failed', 'ship', attempt],
      ]),
      ['task_ended', null, null],
    ]);
    const texts = told.story.map(({ text }) => text);
    expect(texts[0]).toBe('The task was created by ada.');
    expect(texts[3]).toMatch(
      /^Attempt 1 of "pay" failed after \d+ ms \(Error: card reader is busy\)\. It will be tried again later\.$/,
    );
    expect(texts[11]).toMatch(/Attempt 3 of "ship" failed .*It was the last attempt\.$/);
    expect(told.story[2]).toMatchObject({ worker: 'test', host: expect.any(String) });
    expect(told.summary).toBe('Ended in error: 1 of 2 steps are satisfied; failed: ship.');
    expect(told.waiting).toEqual([]);
    expect(told.legal.task).toEqual(expect.arrayContaining(['retry', 'resolve', 'cancel']));
    expect(told.legal.steps).toContainEqual({
      step: 'ship',
      state: 'error',
      verbs: expect.arrayContaining(['retry_step', 'skip_step']),
    });
    expect(told.context.healthStatus).toBe('blocked');
  });

  it('says what a task that has not begun waits for', async () => {
    const plan = await harness.template(story());
    const api = await harness.start({ role: 'api' });
    const taskId = await harness.create(api, plan);
    const told = await read.explanations.explain(taskId);
    expect(told.summary).toBe('Not started: 0 of 2 steps are satisfied; without a live worker: pay.');
    expect(told.waiting.map(({ step: name, reason }) => [name, reason.code])).toEqual([
      ['pay', 'no_live_worker'],
      ['ship', 'waits_for_parents'],
    ]);
    await harness.start({ handlers: { pay: async () => null, ship: async () => null } });
    await harness.allEnded();
    expect((await read.explanations.explain(taskId)).summary).toBe('Complete: 2 of 2 steps are satisfied.');
  });

  it('is refused for a task that is not there', async () => {
    await expect(read.explanations.explain('1')).rejects.toMatchObject({ code: 'TSK_TASK_NOT_FOUND' });
    await expect(read.explanations.explain('x')).rejects.toMatchObject({ code: 'TSK_TASK_NOT_FOUND' });
  });
});

describe('diagrams', () => {
  it('draw a live task with the states of its steps', async () => {
    const plan = await harness.template(story());
    const worker = await harness.start({
      handlers: { pay: () => Promise.reject(new Error('no')), ship: async () => null },
    });
    const taskId = await harness.run(worker, plan);
    const drawn = await read.diagrams.task(taskId);
    expect(drawn).toContain(`story 1.0.0, task ${taskId}: error`);
    expect(drawn).toContain('s0["pay<br/>error, attempt 2 of 2"]:::error');
    expect(drawn).toContain('s1["ship<br/>blocked"]:::blocked');
    expect(drawn).toContain('s0 --> s1');
    await expect(read.diagrams.task('1')).rejects.toMatchObject({ code: 'TSK_TASK_NOT_FOUND' });
  });

  it('draw the highest version of a template, or the one asked for', async () => {
    for (const version of ['1.9.0', '1.10.0']) await harness.template({ ...story(), name: 'drawn', version });
    expect(await read.diagrams.template({ namespace: 'default', name: 'drawn' })).toContain(
      'title: "default.drawn 1.10.0"',
    );
    expect(await read.diagrams.template({ namespace: 'default', name: 'drawn', version: '1.9.0' })).toContain(
      'drawn 1.9.0',
    );
    await expect(read.diagrams.template({ namespace: 'default', name: 'nope' })).rejects.toMatchObject({
      code: 'TSK_TEMPLATE_NOT_FOUND',
    });
  });
});
