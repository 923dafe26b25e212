import type { TaskerError, TaskRequest } from '@tasker/core';
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

  it('refuses what is no request, each for itself', async () => {
    const tasker = from(await apps.boot({ options: { ...options, role: 'api' } }), TaskerService);
    const given = [null, { name: 'echo' }, 'echo', [], undefined, 7] as unknown as TaskRequest[];
    const answers = await tasker.createEach(given);
    expect(answers.map((answer) => ('refusal' in answer ? (answer.refusal as TaskerError).code : 'created'))).toEqual([
      ...['TSK_REQUEST_INVALID', 'created', 'TSK_REQUEST_INVALID', 'TSK_REQUEST_INVALID'],
      ...['TSK_REQUEST_INVALID', 'TSK_REQUEST_INVALID'],
    ]);
    const holes = [] as TaskRequest[];
    holes[1] = { name: 'echo' };
    expect(await tasker.createEach(holes)).toHaveLength(2);
    await expect(tasker.createMany('echo' as never)).rejects.toMatchObject({ code: 'TSK_REQUEST_INVALID' });
  });
});
