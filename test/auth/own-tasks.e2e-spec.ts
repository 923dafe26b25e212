import { rolesPolicy, type TaskFacts } from '@tasker/nestjs/access';
import { TaskerService } from '@tasker/nestjs';
import { TestApps } from '../module/support/boot-app';
import { PLATFORMS, restApp, type RestApp } from '../rest/support/rest-app';
import { operationsOf } from './support/operations';
import { send, type WireAnswer } from './support/wire';

const apps = new TestApps();
/** What the policy was asked about. */
const asked: TaskFacts[] = [];

/** Customers see what they asked for themselves, and what is shared with everybody; support sees all. */
const policy = rolesPolicy({
  roles: { customer: ['*'], support: ['*'] },
  caller: ({ headers }: { headers: Record<string, string> }) => {
    const id = headers['x-caller'];
    return id ? { id, roles: [id === 'sue' ? 'support' : 'customer'], namespaces: '*' } : null;
  },
  admitsTask: ({ id }, task) => {
    asked.push(task);
    return id === 'sue' || task.initiator === id || task.tags.includes('shared');
  },
});

describe.each(PLATFORMS)('a policy that decides on the single task, on %s', (_platform, adapter) => {
  let rest: RestApp;
  let taskId: string;
  beforeAll(async () => {
    rest = await restApp(apps, { adapter, rest: { access: policy } });
    taskId = (await rest.post('/tasks', { name: 'stuck', tags: ['a'] }, { caller: 'ann' })).body.taskId;
  }, 60_000);
  afterAll(() => apps.closeAll());

  const everywhere = async (caller: string): Promise<Map<string, WireAnswer>> => {
    const aim = { taskId, namespace: 'default', name: 'stuck', step: 'x' };
    const answers = new Map<string, WireAnswer>();
    for (const operation of operationsOf(rest.app, 'tasker').filter(({ ofTask }) => ofTask)) {
      const headers = { 'x-caller': caller };
      answers.set(operation.title, await send(rest.base.replace(/\/tasker$/, ''), operation, headers, aim));
    }
    return answers;
  };
  const otherThan = (answers: Map<string, WireAnswer>, status: number): string[] =>
    [...answers].filter(([, answer]) => answer.status !== status).map(([title, answer]) => `${title} ${answer.status}`);

  it('hides a task of somebody else on every route that names one, and lets nothing happen to it', async () => {
    const before = await rest.app.get(TaskerService).history(taskId);
    const answers = await everywhere('bob');
    expect(answers.size).toBeGreaterThan(20);
    expect(otherThan(answers, 404)).toEqual([]);
    expect(await rest.app.get(TaskerService).history(taskId)).toEqual(before);
    expect((await rest.get(`/tasks/${taskId}`, { caller: 'bob' })).body).toMatchObject({
      errorCode: 'TSK_TASK_NOT_FOUND',
    });
  });

  it('is asked with what the task is', () => {
    expect(asked).toContainEqual({
      ...{ taskId, namespace: 'default', name: 'stuck', version: '1.0.0' },
      ...{ initiator: 'ann', sourceSystem: null, tags: ['a'] },
    });
  });

  it('shows it to whom it belongs, and to whom the policy says', async () => {
    for (const caller of ['ann', 'sue']) expect((await rest.get(`/tasks/${taskId}`, { caller })).status).toBe(200);
    const shared = await rest.post('/tasks', { name: 'count', tags: ['shared'] }, { caller: 'ann' });
    expect((await rest.get(`/tasks/${shared.body.taskId}`, { caller: 'bob' })).status).toBe(200);
    const ids = [shared.body.taskId, taskId];
    const progress = await rest.post('/tasks/progress', { ids }, { caller: 'bob' });
    expect(progress.body.tasks).toMatchObject([{ taskId: shared.body.taskId }]);
    expect((await rest.post('/tasks/progress', { ids }, { caller: 'ann' })).body.tasks).toHaveLength(2);
  });

  it('does not let pass what the policy fails to decide', async () => {
    const failing = await restApp(apps, {
      adapter,
      rest: { access: { ...refusingToDecide, authenticate: () => Promise.resolve(anybody) } },
    });
    const created = await failing.post('/tasks', { name: 'stuck' });
    expect((await failing.get(`/tasks/${created.body.taskId}`)).status).toBe(500);
  });
});

const anybody = { id: 'eve', permissions: ['*'], namespaces: '*' as const };
const refusingToDecide = { admitsTask: () => Promise.reject(new Error('the directory is away')) };
