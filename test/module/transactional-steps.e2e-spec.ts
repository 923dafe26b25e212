import { Injectable } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { StepHandler, TaskerModule, TaskerService, type TransactionalStepContext } from '@tasker/nestjs';
import { Column, DataSource, Entity, PrimaryColumn } from 'typeorm';
import { from, quiet, TestApps } from './support/boot-app';

const apps = new TestApps();
afterEach(() => apps.closeAll());

@Entity('orders')
class Order {
  @PrimaryColumn('text')
  id!: string;
  @Column('timestamptz')
  at!: Date;
  @Column('jsonb')
  lines!: { sku: string }[];
}

@Injectable()
@StepHandler('place_order')
class PlaceOrder {
  constructor(private readonly tasker: TaskerService) {}

  async process({ manager, task, attempt }: TransactionalStepContext<{ id: string }>): Promise<{ lines: number }> {
    const { id } = task.context;
    await manager.save(Order, { id, at: new Date(0), lines: [{ sku: 'a' }] });
    await manager.transaction((inner) => inner.update(Order, id, { lines: [{ sku: 'b' }] }));
    await manager
      .transaction((inner) => inner.delete(Order, id).then(() => Promise.reject(new Error('no'))))
      .catch(() => 0);
    await this.tasker.create({ name: 'mail', identity: `${id}/${attempt}` }, { manager });
    if (attempt === 1) throw new Error('after everything');
    const order = await manager.findOneByOrFail(Order, { id });
    return { lines: order.at.getTime() + order.lines.length };
  }
}

@StepHandler('send')
class Send {
  process(): void {}
}

@StepHandler('count')
class Count {
  async process({ manager }: TransactionalStepContext): Promise<unknown> {
    return (await manager.query<unknown[]>('select count(*)::int as tasks from tasker.tasks'))[0];
  }
}

const templates = [
  { name: 'order', steps: [{ name: 'place', handler: 'place_order', transactional: true, backoff: { initialMs: 1 } }] },
  { name: 'mail', steps: [{ name: 'send', handler: 'send' }] },
  { name: 'count', steps: [{ name: 'count', handler: 'count', transactional: true }] },
];
const typeorm = (url: string, synchronize = true) =>
  TypeOrmModule.forRoot({ type: 'postgres', url, entities: [Order], synchronize });
const parts = { providers: [PlaceOrder, Send, Count] };

describe('a transactional step of an application', () => {
  it.each([
    ['database.dataSource', () => ({ database: { dataSource: DataSource } })],
    [
      'worker.transactionalDataSource',
      (url: string) => ({ ...quiet(url), worker: { transactionalDataSource: DataSource } }),
    ],
  ])('writes entities of the DataSource named by %s, in one transaction with its outcome', async (_, options) => {
    const url = await apps.database();
    const tasker = (): ReturnType<typeof TaskerModule.forRoot> =>
      TaskerModule.forRoot({ logging: { level: 'silent' }, templates, ...options(url) });
    const app = await apps.boot({ ...parts, tasker, imports: [typeorm(url)] }, url);
    const service = from(app, TaskerService);
    const { taskId } = await service.create({ name: 'order', context: { id: 'o1' } });
    expect((await service.waitFor(taskId)).state).toBe('complete');
    const detail = await service.get(taskId);
    expect(detail.steps[0]).toMatchObject({ state: 'complete', attempt: 2, result: { lines: 1 } });
    expect(await from(app, DataSource).getRepository(Order).find()).toMatchObject([
      { id: 'o1', lines: [{ sku: 'b' }] },
    ]);
    const mails = await service.list({ name: 'mail' });
    expect(mails.tasks.map(({ identity }) => identity)).toEqual(['o1/2']);
    await service.waitFor(mails.tasks[0]?.id ?? '');
  });

  it('runs statements where the application has no DataSource', async () => {
    const service = from(await apps.boot({ ...parts, options: { templates } }), TaskerService);
    const { taskId } = await service.create({ name: 'count' });
    await service.waitFor(taskId);
    expect((await service.get(taskId)).steps[0]?.result).toEqual({ tasks: 1 });
  });

  it('is refused at boot when the DataSource goes to another database, or is none', async () => {
    const [url, other] = [await apps.database(), await apps.database()];
    const options = (token: unknown) => ({
      templates,
      worker: { transactionalDataSource: token as typeof DataSource },
    });
    await expect(
      apps.boot({ ...parts, options: options(DataSource), imports: [typeorm(other)] }, url),
    ).rejects.toMatchObject({
      code: 'TSK_OPTIONS_INVALID',
      details: [{ path: 'worker.transactionalDataSource', message: expect.stringContaining('another database') }],
    });
    await expect(apps.boot({ ...parts, options: options('nothing') }, url)).rejects.toMatchObject({
      details: [{ path: 'worker.transactionalDataSource', message: 'is the token of no DataSource' }],
    });
  });
});
