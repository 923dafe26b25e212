import { TestApps } from '../module/support/boot-app';
import { ended, PLATFORMS, restApp, type RestApp } from './support/rest-app';

const apps = new TestApps();

describe.each(PLATFORMS)('verbs on %s', (_platform, adapter) => {
  let rest: RestApp;
  beforeAll(async () => (rest = await restApp(apps, { adapter })));
  afterAll(() => apps.closeAll());

  const create = async (name: string): Promise<string> => (await rest.post('/tasks', { name })).body.taskId as string;
  const failed = async (): Promise<string> => {
    const taskId = await create('failing');
    await ended(rest, taskId);
    return taskId;
  };

  it('acts in the name of the caller, with a reason', async () => {
    const taskId = await create('stuck');
    const body = { reason: 'a mistake' };
    expect(await rest.post(`/tasks/${taskId}/cancel`, body, { caller: 'grace' })).toMatchObject({
      status: 200,
      body: { verb: 'cancel', changed: true, state: 'cancelled' },
    });
    const { task } = (await rest.get(`/tasks/${taskId}/history`)).body;
    expect(task.at(-1)).toMatchObject({ to: 'cancelled', actor: 'grace', reason: 'a mistake' });
  });

  it('says the same the second time, changed: false', async () => {
    const taskId = await create('stuck');
    expect((await rest.post(`/tasks/${taskId}/pause`)).body).toMatchObject({ changed: true, hold: true });
    expect((await rest.post(`/tasks/${taskId}/pause`)).body).toMatchObject({ changed: false, hold: true });
    expect((await rest.post(`/tasks/${taskId}/resume`)).body).toMatchObject({ changed: true, hold: false });
  });

  it('refuses what is not legal, and says what would be', async () => {
    const taskId = await create('order');
    await ended(rest, taskId);
    const { status, body } = await rest.post(`/tasks/${taskId}/retry`);
    expect(status).toBe(409);
    expect(body).toMatchObject({ errorCode: 'TSK_STATE_REFUSED', data: { state: 'complete', legal: ['edit'] } });
  });

  it('cancels by DELETE, too', async () => {
    const taskId = await create('stuck');
    const path = `/tasks/${taskId}?reason=${encodeURIComponent('not wanted')}`;
    expect((await rest.call('DELETE', path)).body).toMatchObject({ verb: 'cancel', state: 'cancelled' });
  });

  it('retries, resolves and reruns a task', async () => {
    const taskId = await failed();
    expect((await rest.post(`/tasks/${taskId}/retry`)).body).toMatchObject({
      ...{ changed: true, state: 'in_progress', steps: [{ step: 'pay', from: 'error', to: 'ready' }] },
    });
    await ended(rest, taskId);
    expect((await rest.post(`/tasks/${taskId}/resolve`)).body).toMatchObject({ state: 'resolved_manually' });
    const done = await create('order');
    await ended(rest, done);
    expect((await rest.post(`/tasks/${done}/rerun`, { step: 'd' })).body).toMatchObject({ changed: true });
    expect(await ended(rest, done)).toMatchObject({ state: 'complete' });
  });

  it('lets operators finish a task whose step failed, by hand', async () => {
    const taskId = await failed();
    const resolved = await rest.post(`/tasks/${taskId}/workflow_steps/pay/resolve`, { result: 41 });
    expect(resolved.body).toMatchObject({
      changed: true,
      steps: [{ step: 'pay', to: 'resolved_manually' }, { step: 'ship' }],
    });
    const task = await ended(rest, taskId);
    expect(task.state).toBe('complete');
    expect(task.steps).toMatchObject([
      { name: 'pay', result: 41 },
      { name: 'ship', result: 42 },
    ]);
  });

  it('skips, cancels, retries and reruns a step, and edits what it will see', async () => {
    const step = (taskId: string, name: string, verb: string, body: object = {}) =>
      rest.post(`/tasks/${taskId}/workflow_steps/${name}/${verb}`, body);
    const stuck = await create('stuck');
    const edited = await rest.call('PATCH', `/tasks/${stuck}/workflow_steps/y`, { body: { inputs: { amount: 3 } } });
    expect(edited.body).toMatchObject({ verb: 'edit_inputs', changed: true });
    expect((await rest.get(`/tasks/${stuck}/workflow_steps/y`)).body).toMatchObject({ inputs: { amount: 3 } });
    expect((await step(stuck, 'x', 'skip')).body).toMatchObject({ steps: [{ to: 'skipped' }, { to: 'ready' }] });
    expect((await step(stuck, 'y', 'skip')).body).toMatchObject({ statusCode: 409 });
    expect((await step(stuck, 'y', 'skip', { force: true })).body).toMatchObject({ state: 'complete' });
    const other = await create('stuck');
    expect((await step(other, 'x', 'cancel')).body).toMatchObject({ steps: [{ step: 'x', to: 'cancelled' }] });
    expect((await rest.call('DELETE', `/tasks/${await create('stuck')}/workflow_steps/x`)).status).toBe(200);
    expect((await step(await failed(), 'pay', 'retry')).body).toMatchObject({ changed: true });
    const done = await create('order');
    await ended(rest, done);
    expect((await step(done, 'c', 'rerun', { inputs: { amount: 1 } })).body).toMatchObject({ changed: true });
    expect((await step(done, 'nothing', 'retry')).body).toMatchObject({ errorCode: 'TSK_STEP_NOT_FOUND' });
  });

  it('keeps notes', async () => {
    const taskId = await create('stuck');
    const made = await rest.post(`/tasks/${taskId}/annotations`, { type: 'ticket', annotation: { id: 17 } });
    expect(made).toMatchObject({ status: 201, body: { type: 'ticket', annotation: { id: 17 }, actor: 'ada' } });
    const { body } = await rest.get(`/tasks/${taskId}/annotations`);
    expect(body).toEqual({ annotations: [made.body] });
    expect((await rest.get('/tasks/999999/annotations')).status).toBe(404);
  });

  it('pauses a step everywhere, and tells which are', async () => {
    const path = '/handlers/default/count/steps/only';
    expect((await rest.post(`${path}/pause`, { reason: 'incident' })).body).toMatchObject({ changed: true });
    const taskId = await create('count');
    expect((await rest.get('/paused_steps')).body.pausedSteps).toMatchObject([
      ...[{ namespace: 'default', name: 'count', version: null, step: 'only', actor: 'ada', reason: 'incident' }],
    ]);
    expect((await rest.get(`/tasks/${taskId}/readiness`)).body.steps).toMatchObject([
      { reason: { code: 'paused_step' } },
    ]);
    expect((await rest.call('DELETE', `${path}/pause`)).body).toMatchObject({ changed: true });
    await expect(ended(rest, taskId)).resolves.toMatchObject({ state: 'complete' });
    expect((await rest.post(`${path}/resume`)).body).toMatchObject({ changed: false });
    expect((await rest.post('/handlers/default/count/steps/nothing/pause')).status).toBe(404);
  });

  it('applies a verb to many tasks, after a look at what it would do', async () => {
    const tasks = Array.from({ length: 12 }, () => ({ name: 'stuck', tags: ['bulk'] }));
    await rest.post('/tasks/batch', { tasks });
    const what = { command: { verb: 'cancel' }, filter: { tags: ['bulk'] } };
    expect((await rest.post('/bulk/preview', what)).body).toMatchObject({ matched: 12, changed: 12 });
    expect((await rest.get('/tasks?tags=bulk&state=pending&withTotal=true')).body.total.count).toBe(12);
    const begun = await rest.post('/bulk', { ...what, reason: 'cleaning', rate: null, batchSize: 5 });
    expect(begun).toMatchObject({ status: 202, body: { state: 'running', actor: 'ada', reason: 'cleaning' } });
    const place = new URL(begun.headers.get('location') ?? '', `${rest.base}/bulk`);
    expect(place.pathname).toBe(`/tasker/bulk/${begun.body.id}`);
    let operation = begun.body;
    while (operation.state === 'running') operation = (await rest.get(`/bulk/${begun.body.id}`)).body;
    expect(operation).toMatchObject({ state: 'complete', matched: 12, changed: 12, refused: 0 });
    expect((await rest.get('/bulk')).body.operations[0]).toMatchObject({ id: begun.body.id });
    expect((await rest.post('/bulk', { ...what, filter: {} })).status).toBe(400);
  });
});
