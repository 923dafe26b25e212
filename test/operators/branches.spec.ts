import type { OperatorCommand } from '@tasker/core';
import { engineHarness } from '../support/engine-harness';
import { step, template } from '../support/engine-templates';
import { readSide, type ReadSide } from '../insights/support/read-side';

const harness = engineHarness();
let read: ReadSide;
beforeAll(() => (read = readSide(harness)));

/** `route` chooses between two ways; one has a step of its own after it, and both meet. */
const ways = () => [
  step('route', [], { handler: 'route', choices: ['express', 'standard'] }),
  step('express', ['route']),
  step('standard', ['route']),
  step('pack', ['standard']),
  step('ship', ['express', 'pack']),
  step('survey', ['ship'], { when: 'context.survey' }),
];

const act = (taskId: string, command: OperatorCommand) => harness.operators.act(taskId, command, { actor: 'ann' });

/** Where every step stands, with why it is skipped. */
async function standing(taskId: string): Promise<Record<string, string>> {
  const steps = (await read.tasks.find(taskId))?.steps ?? [];
  return Object.fromEntries(
    steps.map(({ name, state, skipReason }) => [name, skipReason === null ? state : `${state}: ${skipReason}`]),
  );
}

async function worker(choice: string) {
  return harness.start({
    handlers: { route: async (own) => own.choose([choice], null), noop: async ({ name }) => name },
  });
}

describe('a step that decides, ended by an operator', () => {
  it('runs what he chose and leaves out the rest, with all that only that leads to', async () => {
    const plan = await harness.template(template('chosen', ways()));
    const api = await harness.start({ role: 'api' });
    const taskId = await harness.create(api, plan, { contextOf: { survey: false } });
    const { receipt } = await act(taskId, { verb: 'skip_step', step: 'route', force: true, choice: ['express'] });
    expect(receipt.steps).toEqual([
      { step: 'route', from: 'ready', to: 'skipped', skipReason: 'operator' },
      { step: 'express', from: 'pending', to: 'ready' },
      { step: 'standard', from: 'pending', to: 'skipped', skipReason: 'not_chosen' },
      { step: 'pack', from: 'pending', to: 'skipped', skipReason: 'no_branch_taken' },
    ]);
    expect(await standing(taskId)).toEqual({
      ...{ route: 'skipped: operator', express: 'ready', standard: 'skipped: not_chosen' },
      ...{ pack: 'skipped: no_branch_taken', ship: 'pending', survey: 'pending' },
    });
    await worker('standard');
    await harness.allEnded();
    expect(await standing(taskId)).toMatchObject({ ship: 'complete', survey: 'skipped: condition' });
    const { story } = await read.explanations.explain(taskId);
    const texts = story.map(({ text }) => text);
    expect(texts).toContain('Step "standard" was left out by ann: the step before it chose others.');
    expect(texts).toContain('Step "pack" was left out: no branch came to it.');
    expect(texts).toContainEqual(
      expect.stringMatching(/^Step "survey" was left out: its condition is false \(.*context\.survey.*false.*\)\.$/),
    );
  });

  it('must be told what to choose', async () => {
    const plan = await harness.template(template('untold', ways()));
    const api = await harness.start({ role: 'api' });
    const taskId = await harness.create(api, plan);
    const refused = { code: 'TSK_CHOICE_INVALID', data: { step: 'route', choices: ['express', 'standard'] } };
    for (const command of [
      { verb: 'skip_step', step: 'route', force: true },
      { verb: 'resolve_step', step: 'route', choice: ['survey'] },
    ] as const) {
      await expect(act(taskId, command)).rejects.toMatchObject(refused);
    }
    expect(await standing(taskId)).toMatchObject({ route: 'ready', express: 'pending' });
    await act(taskId, { verb: 'cancel' });
  });

  it('chooses nobody, and the task is complete without any of them', async () => {
    const plan = await harness.template(template('nobody', ways()));
    const api = await harness.start({ role: 'api' });
    const taskId = await harness.create(api, plan);
    const { receipt } = await act(taskId, { verb: 'resolve_step', step: 'route', result: 'none', choice: [] });
    expect(receipt.state).toBe('complete');
    expect(await standing(taskId)).toMatchObject({
      ...{ express: 'skipped: not_chosen', ship: 'skipped: no_branch_taken', survey: 'skipped: no_branch_taken' },
    });
  });
});

describe('a task that has branched, run again', () => {
  it('asks and chooses anew from the step that decides', async () => {
    const plan = await harness.template(template('anew', ways()));
    const first = await worker('express');
    const taskId = await harness.run(first, plan, { contextOf: { survey: true } });
    expect(await standing(taskId)).toMatchObject({ express: 'complete', pack: 'skipped: no_branch_taken' });
    await first.stop();
    await act(taskId, { verb: 'rerun', step: 'route' });
    await worker('standard');
    await harness.allEnded();
    expect(await standing(taskId)).toEqual({
      ...{ route: 'complete', express: 'skipped: not_chosen', standard: 'complete' },
      ...{ pack: 'complete', ship: 'complete', survey: 'complete' },
    });
  });

  it('runs the way that was not chosen as well, when somebody wants it', async () => {
    const plan = await harness.template(template('both', ways()));
    const taskId = await harness.run(await worker('express'), plan, { contextOf: { survey: true } });
    const { receipt } = await act(taskId, { verb: 'rerun', step: 'standard' });
    expect(receipt.steps).toContainEqual({ step: 'standard', from: 'skipped', to: 'ready' });
    await harness.allEnded();
    expect(new Set(Object.values(await standing(taskId)))).toEqual(new Set(['complete']));
  });

  it('is refused where no branch comes to the step, and says so', async () => {
    const plan = await harness.template(template('unreached', ways()));
    const taskId = await harness.run(await worker('express'), plan, { contextOf: { survey: true } });
    await expect(act(taskId, { verb: 'rerun', step: 'pack' })).rejects.toMatchObject({
      ...{ code: 'TSK_STATE_REFUSED', hint: expect.stringContaining('rerun the step that decides') },
    });
  });

  it('does not ask again for a retry of what has failed', async () => {
    let fails = true;
    const asked = step('asked', [], { handler: 'asked', when: 'context.go', retryLimit: 1 });
    const plan = await harness.template(template('admitted', [asked]));
    const running = await harness.start({
      handlers: { asked: async () => (fails ? Promise.reject(new Error('not yet')) : 'done') },
    });
    const taskId = await harness.run(running, plan, { contextOf: { go: true } });
    expect(await standing(taskId)).toEqual({ asked: 'error' });
    fails = false;
    await harness.rows.query(`update tasker.tasks set context = '{"go": false}' where id = $1`, [taskId]);
    await act(taskId, { verb: 'retry' });
    await harness.allEnded();
    expect(await standing(taskId)).toEqual({ asked: 'complete' });
    await act(taskId, { verb: 'rerun', step: 'asked' });
    await harness.allEnded();
    expect(await standing(taskId)).toEqual({ asked: 'skipped: condition' });
  });
});

describe('a condition that holds', () => {
  it('is told as such when the handler is on another worker', async () => {
    const plan = await harness.template(
      template('elsewhere', [step('first'), step('asked', ['first'], { handler: 'asked', when: 'context.go' })]),
    );
    const first = await harness.start();
    const taskId = await harness.create(first, plan, { contextOf: { go: true } });
    await harness.event('step.ready', (event) => event.taskId === taskId && event.step === 'asked');
    await harness.start({ handlers: { asked: async () => null } });
    await harness.allEnded();
    const { story } = await read.explanations.explain(taskId);
    expect(story.filter(({ kind }) => kind === 'step_admitted' || kind === 'attempt_released')).toMatchObject([
      { kind: 'step_admitted', text: 'The condition of step "asked" holds: it is queued for its handler.' },
    ]);
  });
});

describe('what was left out', () => {
  it('counts as done, is no run, and is found as skipped', async () => {
    const plan = await harness.template(template('counted', ways()));
    const taskId = await harness.run(await worker('express'), plan, { contextOf: { survey: false } });
    expect(await read.tasks.progress([taskId])).toMatchObject([
      { steps: { total: 6, completed: 6, failed: 0, running: 0, pending: 0, percent: 100 } },
    ]);
    const found = await read.tasks.list({ name: 'counted', step: 'standard', stepState: 'skipped' });
    expect(found.tasks.map(({ id }) => id)).toEqual([taskId]);
    expect((await read.tasks.list({ name: 'counted', step: 'express', stepState: 'skipped' })).tasks).toEqual([]);
    const [row] = await harness.rows.query<{ attempts: number }>(
      `select attempts from tasker.performance_v1(now() - interval '1 hour', now() + interval '1 hour', 'template', null, 'counted', null)`,
    );
    // route, express and ship.
    expect(row?.attempts).toBe(3);
    const readiness = await read.steps.readiness(taskId);
    expect(readiness.find(({ step: name }) => name === 'survey')).toMatchObject({
      reason: {
        code: 'finished',
        skipReason: 'condition',
        decided: expect.objectContaining({ expression: 'context.survey' }),
      },
      why: expect.stringMatching(/^It was left out: its condition is false/),
    });
  });
});
