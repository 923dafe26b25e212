import { TestApps } from '../module/support/boot-app';
import { restApp, type RestApp } from './support/rest-app';

const apps = new TestApps();
const guest = { caller: 'mallory@other' };

describe('callers of one namespace', () => {
  let rest: RestApp;
  let taskId: string;
  beforeAll(async () => {
    rest = await restApp(apps);
    taskId = (await rest.post('/tasks', { name: 'stuck' })).body.taskId;
  });
  afterAll(() => apps.closeAll());

  it('see and touch no task of another', async () => {
    for (const path of [
      '',
      '/explain',
      '/readiness',
      '/history',
      '/diagram',
      '/wait',
      '/annotations',
      '/workflow_steps',
    ]) {
      expect((await rest.get(`/tasks/${taskId}${path}`, guest)).body).toMatchObject({
        errorCode: 'TSK_TASK_NOT_FOUND',
      });
    }
    for (const path of ['/cancel', '/retry', '/pause', '/workflow_steps/x/skip']) {
      expect((await rest.post(`/tasks/${taskId}${path}`, {}, guest)).status).toBe(404);
    }
    const note = { type: 'note', annotation: 1 };
    expect((await rest.post(`/tasks/${taskId}/annotations`, note, guest)).status).toBe(404);
    expect((await rest.get(`/tasks/${taskId}`)).body).toMatchObject({ state: 'pending', lockVersion: 0 });
  });

  it('create and list only there', async () => {
    expect((await rest.post('/tasks', { name: 'count' }, guest)).body).toMatchObject({
      ...{ statusCode: 403, errorCode: 'TSK_FORBIDDEN', data: { namespace: 'default' } },
    });
    const own = await rest.post('/tasks', { name: 'count', namespace: 'other' }, guest);
    expect(own.status).toBe(201);
    const { body } = await rest.get('/tasks?withTotal=true', guest);
    expect(body).toMatchObject({ tasks: [{ id: own.body.taskId, initiator: 'mallory' }], total: { count: 1 } });
    const others = await rest.post('/tasks', { name: 'count' });
    const progress = await rest.post('/tasks/progress', { ids: [others.body.taskId, own.body.taskId] }, guest);
    expect(progress.body).toMatchObject({ tasks: [{ taskId: own.body.taskId, steps: { total: 1 } }] });
    expect(progress.body.tasks).toHaveLength(1);
    expect((await rest.get('/tasks?namespace=default', guest)).status).toBe(403);
    const batch = await rest.post(
      '/tasks/batch',
      { tasks: [{ name: 'count' }, { name: 'count', namespace: 'other' }] },
      guest,
    );
    expect(batch.body).toMatchObject({
      created: 1,
      refused: 1,
      tasks: [{ error: { statusCode: 403 } }, { duplicate: false }],
    });
  });

  it('see only their templates, pauses and reports', async () => {
    expect((await rest.get('/handlers', guest)).body).toEqual({
      ...{ namespaces: [{ name: 'other', handlerCount: 1 }], totalNamespaces: 1 },
    });
    expect((await rest.get('/handlers/default', guest)).status).toBe(403);
    expect((await rest.post('/handlers/default/count/steps/only/pause', {}, guest)).status).toBe(403);
    await rest.post('/handlers/default/stuck/steps/x/pause');
    expect((await rest.get('/paused_steps', guest)).body).toEqual({ pausedSteps: [], truncated: false });
    expect((await rest.get('/analytics/performance?namespace=default', guest)).status).toBe(403);
    expect((await rest.get('/analytics/performance', guest)).status).toBe(200);
    expect((await rest.get('/analytics/health_counts', guest)).status).toBe(403);
    expect((await rest.get('/workers', guest)).status).toBe(403);
  });

  it('reach only their tasks in bulk', async () => {
    const what = { command: { verb: 'cancel' }, filter: { state: ['pending', 'complete'] } };
    expect((await rest.post('/bulk/preview', what, guest)).body).toMatchObject({ matched: 2 });
    const { body: foreign } = await rest.post('/bulk', { ...what, filter: { name: 'nothing' } });
    expect((await rest.get(`/bulk/${foreign.id}`, guest)).status).toBe(404);
    expect((await rest.post(`/bulk/${foreign.id}/cancel`, undefined, guest)).status).toBe(404);
    expect((await rest.get('/bulk', guest)).body.operations).toEqual([]);
  });

  it('may do in bulk only what they may do to one', async () => {
    const what = { command: { verb: 'cancel' }, filter: { name: 'stuck' } };
    expect((await rest.post('/bulk', what, { caller: 'bulker' })).body).toMatchObject({
      ...{ statusCode: 403, data: { permission: 'tasker.task:cancel' } },
    });
  });
});
