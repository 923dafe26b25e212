import { TestApps } from '../module/support/boot-app';
import { ended, PLATFORMS, restApp, type RestApp } from './support/rest-app';

const apps = new TestApps();

describe.each(PLATFORMS)('tasks on %s', (_platform, adapter) => {
  let rest: RestApp;
  beforeAll(async () => (rest = await restApp(apps, { adapter })));
  afterAll(() => apps.closeAll());

  it('creates a task and says where it is', async () => {
    const made = await rest.post('/tasks', {
      name: 'order',
      context: { amount: 5 },
      tags: ['web'],
      reason: 'checkout',
    });
    expect(made).toMatchObject({ status: 201, body: { taskId: expect.any(String), duplicate: false } });
    expect(made.headers.get('location')).toBe(`/tasker/tasks/${made.body.taskId}`);
    await ended(rest, made.body.taskId);
    const shown = await rest.get(`/tasks/${made.body.taskId}`);
    expect(shown.status).toBe(200);
    expect(shown.body).toMatchObject({
      ...{ id: made.body.taskId, state: 'complete', initiator: 'ada', reason: 'checkout', tags: ['web'] },
      context: { amount: 5, note: 'none' },
    });
    expect(shown.body.steps).toBeUndefined();
  });
});
