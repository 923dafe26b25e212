import { gate, within } from '../support/gate';
import { Injectable } from '@nestjs/common';
import {
  defineTask,
  EventBus,
  StepHandler,
  TaskerService,
  type StepContext,
  type TaskerEventName,
} from '@tasker/nestjs';
import { TASKER_DATA_SOURCE } from '@tasker/nestjs/runtime';
import { DataSource } from 'typeorm';
import { from, oneStep, TestApps } from './support/boot-app';

const apps = new TestApps();
afterEach(() => apps.closeAll());

@StepHandler('echo')
class Echo {
  process({ task }: StepContext): unknown {
    return task.context;
  }
}

const options = { templates: [oneStep('echo')] };
const parts = { providers: [Echo], options };

describe('TaskerService.create', () => {
  it('refuses a bad request with every fault, and writes nothing', async () => {
    const tasker = from(await apps.boot(parts), TaskerService);
    const request = { name: 'echo', priority: 101, contxt: {} } as unknown as { name: string };
    await expect(tasker.create(request)).rejects.toMatchObject({
      code: 'TSK_REQUEST_INVALID',
      details: [{ path: 'contxt', message: expect.stringContaining('did you mean "context"') }, { path: 'priority' }],
    });
    await expect(tasker.list()).resolves.toEqual({ tasks: [], nextCursor: null });
  });

  it('names the nearest template for one that is not registered', async () => {
    const tasker = from(await apps.boot(parts), TaskerService);
    await expect(tasker.create({ name: 'ecko' })).rejects.toMatchObject({
      code: 'TSK_TEMPLATE_NOT_FOUND',
      message: expect.stringContaining('Did you mean default.echo@1.0.0?'),
    });
  });

  it('answers a duplicate with the existing task, as an error or on demand as a result', async () => {
    const tasker = from(await apps.boot(parts), TaskerService);
    const first = await tasker.create({ name: 'echo', identity: 'order 7' });
    const again = { name: 'echo', identity: 'order 7' };
    await expect(tasker.create(again)).rejects.toMatchObject({
      code: 'TSK_DUPLICATE_TASK',
      data: { taskId: first.taskId },
    });
    await expect(tasker.create({ ...again, onDuplicate: 'return' })).resolves.toMatchObject({
      taskId: first.taskId,
      duplicate: true,
    });
  });

  it('knows tasks that mean the same with the strategy "hash", and with a function', async () => {
    const hashed = from(
      await apps.boot({ ...parts, options: { ...options, identity: { strategy: 'hash' } } }),
      TaskerService,
    );
    await hashed.create({ name: 'echo', context: { a: 1, b: 2 } });
    await expect(hashed.create({ name: 'echo', context: { b: 2, a: 1 } })).rejects.toMatchObject({
      code: 'TSK_DUPLICATE_TASK',
    });
    await expect(hashed.create({ name: 'echo', context: { a: 2 } })).resolves.toMatchObject({ duplicate: false });

    const strategy = ({ reason }: { reason?: string }): string => reason ?? 'none';
    const keyed = from(await apps.boot({ ...parts, options: { ...options, identity: { strategy } } }), TaskerService);
    await keyed.create({ name: 'echo', reason: 'import' });
    await expect(keyed.create({ name: 'echo', reason: 'import', context: { a: 1 } })).rejects.toMatchObject({
      code: 'TSK_DUPLICATE_TASK',
    });
  });

  it('keeps everything the request says', async () => {
    const tasker = from(await apps.boot({ ...parts, options: { ...options, role: 'api' } }), TaskerService);
    const { taskId } = await tasker.create({
      ...{
        name: 'echo',
        context: { item: 'book' },
        priority: 5,
        initiator: 'ada',
        sourceSystem: 'shop',
        reason: 'test',
      },
      ...{ tags: ['a', 'b'], correlationId: 'corr-1', identity: 'one' },
    });
    await expect(tasker.get(taskId)).resolves.toMatchObject({
      ...{ id: taskId, namespace: 'default', name: 'echo', version: '1.0.0', state: 'pending' },
      ...{ context: { item: 'book' }, priority: 5, initiator: 'ada', sourceSystem: 'shop', reason: 'test' },
      ...{ tags: ['a', 'b'], correlationId: 'corr-1', identity: 'one', startedAt: null, finishedAt: null },
      steps: [{ name: 'only', state: 'ready', attempt: 0, parents: [], result: null, error: null, blocked: false }],
    });
  });

  it('creates many, in the order of the requests, or none when one is invalid', async () => {
    const tasker = from(await apps.boot({ ...parts, options: { ...options, role: 'api' } }), TaskerService);
    const requests = Array.from({ length: 1_200 }, (_, index) => ({ name: 'echo', context: { index } }));
    await expect(tasker.createMany([...requests, { name: 'none' }])).rejects.toMatchObject({
      code: 'TSK_TEMPLATE_NOT_FOUND',
    });
    await expect(tasker.list({ limit: 1 })).resolves.toMatchObject({ tasks: [] });
    const created = await tasker.createMany(requests);
    expect(created).toHaveLength(1_200);
    await expect(tasker.get(created[777]?.taskId ?? '')).resolves.toMatchObject({ context: { index: 777 } });
  });

  it('answers duplicates among many with the existing task, so that no id is lost', async () => {
    const tasker = from(await apps.boot({ ...parts, options: { ...options, role: 'api' } }), TaskerService);
    const { taskId } = await tasker.create({ name: 'echo', identity: 'a' });
    const created = await tasker.createMany([
      { name: 'echo', identity: 'a' },
      { name: 'echo', identity: 'b' },
    ]);
    expect(created).toMatchObject([{ taskId, duplicate: true }, { duplicate: false }]);
  });

  it('compiles only with the context of the built task', async () => {
    const greet = defineTask<{ name: string }>({ name: 'greet', version: '1.0.0' })
      .step('hello', { process: ({ task }) => `hello ${task.context.name}` })
      .build();
    const tasker = from(await apps.boot({ options: { templates: [greet] } }), TaskerService);
    // @ts-expect-error the context of this task has a name
    await expect(tasker.create(greet, { context: { nam: 'Ada' } })).resolves.toBeDefined();
    const { taskId } = await tasker.create(greet, { context: { name: 'Ada' }, priority: 1 });
    await expect(tasker.waitFor(taskId)).resolves.toMatchObject({ steps: [{ result: 'hello Ada' }] });
  });

  it('lets a task created in a handler inherit the correlation id', async () => {
    @StepHandler('spawn')
    class Spawn {
      constructor(private readonly tasker: TaskerService) {}

      async process(): Promise<string> {
        const own = await this.tasker.create({ name: 'echo', correlationId: 'own' });
        const inherited = await this.tasker.create({ name: 'echo' });
        return `${own.taskId} ${inherited.taskId}`;
      }
    }
    const templates = [...options.templates, oneStep('spawn')];
    const tasker = from(await apps.boot({ providers: [Echo, Spawn], options: { templates } }), TaskerService);
    const { taskId } = await tasker.create({ name: 'spawn', correlationId: 'corr-7' });
    const { steps } = await tasker.waitFor(taskId);
    const [own = '', inherited = ''] = String(steps[0]?.result).split(' ');
    await expect(tasker.get(own)).resolves.toMatchObject({ correlationId: 'own' });
    await expect(tasker.get(inherited)).resolves.toMatchObject({ correlationId: 'corr-7' });
  });
});

describe("creation in the caller's transaction", () => {
  @Injectable()
  class Shop {
    readonly events: string[] = [];
    /** Told once the rest is known of the task, which is after `waitFor` has its answer. */
    readonly completed = gate();

    constructor(events: EventBus) {
      const names: TaskerEventName[] = ['task.initialize_requested', 'task.completed'];
      for (const name of names) events.on(name, () => void this.events.push(name));
      events.on('task.completed', () => this.completed.open());
    }
  }

  async function bootShop(): Promise<{
    tasker: TaskerService;
    host: DataSource;
    shop: Shop;
    close: () => Promise<void>;
  }> {
    const url = await apps.database();
    const app = await apps.boot({ providers: [Echo, Shop], options }, url);
    const host = await new DataSource({ type: 'postgres', url }).initialize();
    await host.query('create table orders (id int primary key)');
    return { tasker: from(app, TaskerService), host, shop: from(app, Shop), close: () => host.destroy() };
  }

  it('leaves nothing when the transaction rolls back: no task, no event', async () => {
    const { tasker, host, shop, close } = await bootShop();
    const attempt = host.transaction(async (manager) => {
      await tasker.create({ name: 'echo' }, { manager });
      throw new Error('changed my mind');
    });
    await expect(attempt).rejects.toThrow('changed my mind');
    await host.query('select 1');
    await expect(tasker.list()).resolves.toMatchObject({ tasks: [] });
    expect(shop.events).toEqual([]);
    await close();
  });

  it('runs the task once the transaction commits, and not before', async () => {
    const { tasker, host, shop, close } = await bootShop();
    const taskId = await host.transaction(async (manager) => {
      await manager.query('insert into orders values (1)');
      const created = await tasker.create({ name: 'echo', context: { order: 1 } }, { manager });
      await expect(tasker.find(created.taskId)).resolves.toBeNull();
      expect(shop.events).toEqual([]);
      return created.taskId;
    });
    await expect(tasker.waitFor(taskId, { timeoutMs: 10_000 })).resolves.toMatchObject({ state: 'complete' });
    await within(10_000, 'the event', shop.completed.opened);
    expect(shop.events).toEqual(['task.initialize_requested', 'task.completed']);
    await close();
  });

  it('forgets what a savepoint took back and keeps the rest', async () => {
    const { tasker, host, shop, close } = await bootShop();
    const [kept, undone] = await host.transaction(async (manager) => {
      const first = await tasker.create({ name: 'echo' }, { manager });
      let second = first;
      await manager
        .transaction(async (inner) => {
          second = await tasker.create({ name: 'echo' }, { manager: inner });
          throw new Error('only this part');
        })
        .catch(() => undefined);
      return [first.taskId, second.taskId];
    });
    await expect(tasker.waitFor(kept ?? '', { timeoutMs: 10_000 })).resolves.toMatchObject({ state: 'complete' });
    await expect(tasker.find(undone ?? '')).resolves.toBeNull();
    await within(10_000, 'the event', shop.completed.opened);
    expect(shop.events).toEqual(['task.initialize_requested', 'task.completed']);
    await close();
  });

  it("works on Tasker's own DataSource, and twice in one transaction", async () => {
    const app = await apps.boot({ providers: [Echo, Shop], options });
    const tasker = from(app, TaskerService);
    const source = from<DataSource>(app, TASKER_DATA_SOURCE);
    const ids = await source.transaction(async (manager) => [
      await tasker.create({ name: 'echo' }, { manager }),
      ...(await tasker.createMany([{ name: 'echo' }, { name: 'echo' }], { manager })),
    ]);
    for (const { taskId } of ids) await tasker.waitFor(taskId, { timeoutMs: 10_000 });
    expect(from(app, Shop).events.filter((name) => name === 'task.initialize_requested')).toHaveLength(3);
  });
});
