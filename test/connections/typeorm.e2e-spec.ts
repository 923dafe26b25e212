import { Injectable, Module } from '@nestjs/common';
import { getDataSourceToken, getRepositoryToken, TypeOrmModule } from '@nestjs/typeorm';
import { StepHandler, TaskerModule, TaskerService } from '@tasker/nestjs';
import { TASKER_DATA_SOURCE_NAME } from '@tasker/nestjs/runtime';
import { TASKER_ENTITIES, TaskListEntity } from '@tasker/postgres';
import { Column, DataSource, Entity, PrimaryGeneratedColumn, Repository } from 'typeorm';
import {
  addTransactionalDataSource,
  initializeTransactionalContext,
  StorageDriver,
  Transactional,
} from 'typeorm-transactional';
import { from, oneStep, TestApps } from '../module/support/boot-app';

const apps = new TestApps();
afterEach(() => apps.closeAll());
beforeAll(() => void initializeTransactionalContext({ storageDriver: StorageDriver.ASYNC_LOCAL_STORAGE }));

@Entity('orders')
class OrderEntity {
  @PrimaryGeneratedColumn()
  id: number;

  @Column('text')
  note: string;
}

@StepHandler('greet')
class Greet {
  process(): string {
    return 'hello';
  }
}

@Module({ providers: [Greet] })
class Handlers {}

const tasker = (database: object) =>
  TaskerModule.forRoot({
    ...{ database, templates: [oneStep('greet')], logging: { level: 'silent' }, worker: { pollMs: 100 } },
  } as never);

const host = (url: string, more: object = {}) =>
  TypeOrmModule.forRoot({ type: 'postgres', url, entities: [OrderEntity], synchronize: true, ...more });

describe("with the host's own DataSource", () => {
  it.each<[string, (url: string) => object]>([
    ['by its URL', (url) => ({ url })],
    ['by its parts', partsOf],
    [
      'by the master of a replication',
      (url) => ({ url: undefined, replication: { master: { url }, slaves: [{ url }] } }),
    ],
  ])('one set of credentials is enough: %s', async (_what, at) => {
    const url = await apps.database();
    const app = await apps.boot(
      {
        imports: [host(url, at(url)), Handlers],
        tasker: () => tasker({ dataSource: getDataSourceToken() }),
      },
      url,
    );
    const service = from(app, TaskerService);
    const { taskId } = await service.create({ name: 'greet' });
    expect(await service.waitFor(taskId, { timeoutMs: 20_000 })).toMatchObject({ state: 'complete' });
    expect(from(app, DataSource).entityMetadatas.map(({ name }) => name)).toEqual(['OrderEntity']);
  });

  it('neither synchronize nor dropSchema touches what is ours', async () => {
    const url = await apps.database();
    const first = await apps.boot({ imports: [host(url), Handlers], tasker: () => tasker({ url }) }, url);
    const { taskId } = await from(first, TaskerService).create({ name: 'greet' });
    await from(first, TaskerService).waitFor(taskId, { timeoutMs: 20_000 });
    const again = await apps.boot(
      {
        imports: [
          host(url, { dropSchema: true, autoLoadEntities: true }),
          TypeOrmModule.forFeature(TASKER_ENTITIES, TASKER_DATA_SOURCE_NAME),
          Handlers,
        ],
        tasker: () => tasker({ dataSource: DataSource }),
      },
      url,
    );
    await from(again, DataSource).synchronize(true);
    expect(await from(again, TaskerService).get(taskId)).toMatchObject({ state: 'complete' });
    expect(await from(again, DataSource).query('select 1 from orders')).toEqual([]);
  });

  it('repositories of our entities read through forFeature', async () => {
    const url = await apps.database();
    const app = await apps.boot(
      {
        imports: [host(url), TypeOrmModule.forFeature(TASKER_ENTITIES, TASKER_DATA_SOURCE_NAME), Handlers],
        tasker: () => tasker({ dataSource: DataSource }),
      },
      url,
    );
    const { taskId } = await from(app, TaskerService).create({ name: 'greet' });
    const token = getRepositoryToken(TaskListEntity, TASKER_DATA_SOURCE_NAME) as string;
    const tasks = app.get<Repository<TaskListEntity>>(token, { strict: false });
    expect(await tasks.findOneBy({ taskId })).toMatchObject({ taskId, name: 'greet' });
  });

  it.each<[string, unknown, RegExp]>([
    ['a token of nothing', 'no such token', /no DataSource/],
    ['a DataSource of another kind', getDataSourceToken('lite'), /of type "better-sqlite3"/],
  ])('says what is wrong with %s', async (_what, dataSource, message) => {
    const other = { provide: getDataSourceToken('lite'), useValue: { options: { type: 'better-sqlite3' } } };
    const booting = apps.boot(
      { imports: [Handlers], providers: [other], tasker: () => tasker({ dataSource }) },
      'postgres://unused',
    );
    await expect(booting).rejects.toMatchObject({
      ...{
        code: 'TSK_OPTIONS_INVALID',
        details: [{ path: 'database.dataSource', message: expect.stringMatching(message) }],
      },
    });
  });
});

describe('the ambient transaction of typeorm-transactional', () => {
  @Injectable()
  class Orders {
    constructor(
      private readonly source: DataSource,
      private readonly tasks: TaskerService,
    ) {}

    @Transactional()
    async place(note: string, fails: boolean): Promise<string> {
      const { manager } = this.source;
      await manager.save(OrderEntity, { note });
      const { taskId } = await this.tasks.create({ name: 'greet' }, { manager });
      if (fails) throw new Error('rolled back');
      return taskId;
    }
  }

  it('takes the task with it, both ways', async () => {
    const url = await apps.database();
    const options = { type: 'postgres' as const, url, entities: [OrderEntity], synchronize: true };
    const typeorm = TypeOrmModule.forRootAsync({
      useFactory: () => options,
      dataSourceFactory: (given) => Promise.resolve(addTransactionalDataSource(new DataSource(given as never))),
    });
    const app = await apps.boot(
      { imports: [typeorm, Handlers], providers: [Orders], tasker: () => tasker({ dataSource: DataSource }) },
      url,
    );
    const [orders, service] = [from(app, Orders), from(app, TaskerService)];
    await expect(orders.place('lost', true)).rejects.toThrow('rolled back');
    const kept = await orders.place('kept', false);
    expect(await service.waitFor(kept, { timeoutMs: 20_000 })).toMatchObject({ state: 'complete' });
    expect((await service.list()).tasks.map(({ id }) => id)).toEqual([kept]);
    expect(await from(app, DataSource).getRepository(OrderEntity).find()).toMatchObject([{ note: 'kept' }]);
  });
});

function partsOf(url: string): object {
  const { hostname, port, username, pathname } = new URL(url);
  return { url: undefined, host: hostname, port: Number(port), username, database: pathname.slice(1) };
}
