import { TestApps } from '../module/support/boot-app';
import { restApp, type RestAnswer, type RestApp } from '../rest/support/rest-app';

const apps = new TestApps();
let rest: RestApp;
beforeAll(async () => {
  rest = await restApp(apps, { options: { role: 'api' } });
});
afterAll(() => apps.closeAll());

const create = (identity: string, body: object, caller = 'ada'): Promise<RestAnswer> =>
  rest.post('/tasks', body, { headers: { 'Idempotency-Key': identity }, caller });

describe('an identity', () => {
  it('belongs to a namespace: nobody learns of, or takes, one of another', async () => {
    const ours = await create('order:1', { name: 'count' }, 'ann@default');
    expect(ours.status).toBe(201);
    const theirs = await create('order:1', { name: 'count', namespace: 'other' }, 'eve@other');
    expect(theirs.status).toBe(201);
    expect(theirs.body.taskId).not.toBe(ours.body.taskId);
    const again = await create('order:1', { name: 'count', namespace: 'other', onDuplicate: 'return' }, 'eve@other');
    expect(again).toMatchObject({ status: 200, body: { taskId: theirs.body.taskId, duplicate: true } });
  });

  it('belongs to a template, whatever its version', async () => {
    const first = await create('order:2', { name: 'count', version: '1.9.0' });
    expect((await create('order:2', { name: 'order' })).status).toBe(201);
    const other = await create('order:2', { name: 'count', version: '1.10.0' });
    expect(other).toMatchObject({ status: 409, body: { data: { taskId: first.body.taskId } } });
  });

  it('is unique in a batch, too', async () => {
    const tasks = ['default', 'other', 'default'].map((namespace) => ({
      name: 'count',
      namespace,
      identity: 'order:3',
    }));
    const { body } = await rest.post('/tasks/batch', { tasks });
    expect(body.tasks.map(({ duplicate }: { duplicate: boolean }) => duplicate)).toEqual([false, false, true]);
    expect(body.tasks[2].taskId).toBe(body.tasks[0].taskId);
  });
});
