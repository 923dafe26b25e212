import { TaskerService, type CreatedTask } from '@tasker/nestjs';
import { from, oneStep, TestApps } from './support/boot-app';

const apps = new TestApps();
afterAll(() => apps.closeAll());

const options = { templates: [oneStep('echo')] };

describe('TaskerService.createEach', () => {
  it('answers each of many for itself: a task, an existing one, or why there is none', async () => {
    const identity = ({ context = {} }: { context?: unknown }): string => {
      const { order } = context as { order?: string };
      if (order === undefined) throw new RangeError('a task without an order has no identity');
      return order;
    };
    const booted = await apps.boot({
      options: { ...options, role: 'api', identity: { strategy: identity } },
    });
    const tasker = from(booted, TaskerService);
    const created = await tasker.createEach([
      { name: 'echo', context: { order: 'a' } },
      { name: 'none' },
      { name: 'echo', context: { order: 'a' } },
      { name: 'echo' },
      { name: 'echo', context: { order: 'b' }, priority: 101 },
    ]);
    const { taskId } = created[0] as CreatedTask;
    expect(created).toMatchObject([
      { taskId, duplicate: false },
      { refusal: { code: 'TSK_TEMPLATE_NOT_FOUND' } },
      { taskId, duplicate: true },
      { refusal: expect.any(RangeError) },
      { refusal: { code: 'TSK_REQUEST_INVALID' } },
    ]);
    await expect(tasker.list()).resolves.toMatchObject({ tasks: [{ id: taskId }] });
  });
});
