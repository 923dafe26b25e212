import { StepHandler, TaskerService, type TaskTemplateInput } from '@tasker/nestjs';
import { TASKER_DATA_SOURCE } from '@tasker/nestjs/runtime';
import { contextIndexStanding } from '@tasker/postgres';
import type { DataSource } from 'typeorm';
import { from, TestApps } from './support/boot-app';

const apps = new TestApps();
afterEach(() => apps.closeAll());

@StepHandler('echo')
class Echo {
  process(): null {
    return null;
  }
}

const order: TaskTemplateInput = {
  name: 'order',
  contextSchema: { properties: { channel: { type: 'string', default: 'web' } } },
  searchAttributes: [
    { name: 'customer', path: 'customer.id' },
    { name: 'total', type: 'number' },
    { name: 'vip', type: 'boolean' },
    { name: 'due', type: 'datetime' },
    { name: 'channel' },
  ],
  steps: [{ name: 'only', handler: 'echo' }],
};
const plain: TaskTemplateInput = { name: 'plain', steps: [{ name: 'only', handler: 'echo' }] };
const parts = { providers: [Echo], options: { templates: [order, plain] } };

async function scene() {
  const app = await apps.boot(parts);
  const tasker = from(app, TaskerService);
  const source = from<DataSource>(app, TASKER_DATA_SOURCE);
  const found = async (query: Parameters<TaskerService['list']>[0]): Promise<string[]> =>
    (await tasker.list({ order: 'asc', ...query })).tasks.map(({ id }) => id);
  return { tasker, source, found };
}

describe('search attributes of a template', () => {
  it('are read from the context, defaults included, and found by value and by range', async () => {
    const { tasker, found } = await scene();
    const contexts = [
      { customer: { id: 'c1' }, total: 10, vip: true, due: '2026-01-31T12:00:00+02:00' },
      { customer: { id: 'c2' }, total: 20, channel: 'shop' },
      { customer: { id: 3 }, total: '10' },
    ];
    const tasks = await tasker.createMany([
      ...contexts.map((context) => ({ name: 'order', context })),
      { name: 'plain', context: { total: 10 } },
    ]);
    const [first, second, third] = tasks.map(({ taskId }) => taskId);
    expect(await found({ attributes: { customer: 'c1' } })).toEqual([first]);
    expect(await found({ attributes: { total: 10 } })).toEqual([first]);
    expect(await found({ attributes: { total: { gte: 10, lte: 20 } } })).toEqual([first, second]);
    expect(await found({ attributes: { vip: true } })).toEqual([first]);
    expect(await found({ attributes: { due: new Date('2026-01-31T10:00:00Z') } })).toEqual([first]);
    expect(await found({ attributes: { due: { gt: '2026-01-31T10:00:00Z' } } })).toEqual([]);
    expect(await found({ attributes: { channel: 'web' } })).toEqual([first, third]);
    expect(await found({ attributes: { customer: '3' } })).toEqual([]);
  });

  it("are written in the caller's transaction, once for a task of an identity", async () => {
    const { tasker, source, found } = await scene();
    const request = { name: 'order', identity: 'one', context: { total: 1 }, onDuplicate: 'return' as const };
    const taskId = await source.transaction(async (manager) => (await tasker.create(request, { manager })).taskId);
    await tasker.createMany([request, { name: 'order', context: { total: 2 } }]);
    expect(await found({ attributes: { total: 1 } })).toEqual([taskId]);
    const [row] = await source.query<{ n: number }[]>('select count(*)::int as n from tasker.task_attributes');
    // Two of each task: the channel has a default.
    expect(row?.n).toBe(4);
  });

  it('are faults of the template when they are wrong', async () => {
    const wrong = [{ name: 'a', type: 'text' }, { name: 'a' }] as unknown as NonNullable<typeof order.searchAttributes>;
    const options = { templates: [{ ...order, searchAttributes: wrong }] };
    await expect(apps.boot({ ...parts, options })).rejects.toMatchObject({
      details: [
        { path: expect.stringContaining('searchAttributes[0].type'), message: expect.stringContaining('one of') },
        { path: expect.stringContaining('searchAttributes[1].name'), message: expect.stringContaining('twice') },
      ],
    });
  });
});

describe('the option search.contextIndex', () => {
  const search = { contextIndex: true };
  const stateOf = async (url: string) =>
    (await contextIndexStanding({ connectionString: url, schema: 'tasker' })).state;

  it('makes the index beside the running application', async () => {
    const url = await apps.database();
    await apps.boot({ ...parts, options: { ...parts.options, search } }, url);
    let state = await stateOf(url);
    while (state !== 'ready') state = await stateOf(url);
    expect(state).toBe('ready');
  });

  it('is false by default, and leaves the schema alone where the application does not migrate', async () => {
    const url = await apps.database();
    await apps.boot(parts, url);
    const options = { ...parts.options, search, database: { migrations: 'verify' as const } };
    await (await apps.boot({ ...parts, options }, url)).close();
    expect(await stateOf(url)).toBe('missing');
  });
});
