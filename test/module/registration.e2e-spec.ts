import { Inject, Injectable, Module, type DynamicModule } from '@nestjs/common';
import { ApplicationConfig, NestFactory } from '@nestjs/core';
import {
  InjectTasker,
  StepHandler,
  TaskerModule,
  TaskerService,
  type TaskerModuleOptions,
  type TaskerOptionsFactory,
} from '@tasker/nestjs';
import { TASKER_OPTIONS } from '@tasker/nestjs/runtime';
import { from, oneStep, quiet, TestApps } from './support/boot-app';

const apps = new TestApps();
afterEach(() => apps.closeAll());

@StepHandler('echo')
class Echo {
  process(): string {
    return 'echo';
  }
}

const templates = [oneStep('echo')];

/** Configuration of the host that arrives by injection. */
@Module({ providers: [{ provide: 'url', useValue: 'replaced per test' }], exports: ['url'] })
class ConfigModule {
  static of(url: string): DynamicModule {
    return { module: ConfigModule, providers: [{ provide: 'url', useValue: url }], exports: ['url'] };
  }
}

@Injectable()
class OptionsFromConfig implements TaskerOptionsFactory {
  constructor(@Inject('url') private readonly url: string) {}

  createTaskerOptions(): TaskerModuleOptions {
    return quiet(this.url, { templates });
  }
}

async function expectToRun(app: Awaited<ReturnType<TestApps['boot']>>, name = 'echo'): Promise<void> {
  const tasker = from(app, TaskerService);
  const { taskId } = await tasker.create({ name });
  await expect(tasker.waitFor(taskId, { timeoutMs: 10_000 })).resolves.toMatchObject({ state: 'complete' });
}

describe('TaskerModule', () => {
  it('runs steps after forRoot and nothing more', async () => {
    await expectToRun(await apps.boot({ providers: [Echo], options: { templates } }));
  });

  it.each<[string, (url: string) => DynamicModule]>([
    [
      'useFactory',
      (url) =>
        TaskerModule.forRootAsync({
          imports: [ConfigModule.of(url)],
          inject: ['url'],
          useFactory: async (own: string) => quiet(own, { templates }),
        }),
    ],
    ['useClass', (url) => TaskerModule.forRootAsync({ imports: [ConfigModule.of(url)], useClass: OptionsFromConfig })],
    [
      'useExisting',
      (url) => {
        @Module({ imports: [ConfigModule.of(url)], providers: [OptionsFromConfig], exports: [OptionsFromConfig] })
        class OptionsModule {}
        return TaskerModule.forRootAsync({ imports: [OptionsModule], useExisting: OptionsFromConfig });
      },
    ],
  ])('takes options from forRootAsync({ %s })', async (_kind, tasker) => {
    await expectToRun(await apps.boot({ providers: [Echo], tasker }));
  });

  it('is global by default: any module injects the service without importing anything', async () => {
    @Injectable()
    class Orders {
      constructor(@InjectTasker() readonly tasker: TaskerService) {}
    }
    @Module({ providers: [Orders, Echo] })
    class OrdersModule {}
    const app = await apps.boot({ imports: [OrdersModule], options: { templates } });
    expect(from(app, Orders).tasker).toBe(from(app, TaskerService));
  });

  it('is what its importers see only, with isGlobal: false', async () => {
    @Injectable()
    class Orders {
      constructor(readonly tasker: TaskerService) {}
    }
    @Module({ providers: [Orders] })
    class OrdersModule {}
    const compiled = apps.compile({
      imports: [OrdersModule],
      tasker: (url) => TaskerModule.forRoot({ ...quiet(url), isGlobal: false }),
    });
    await expect(compiled).rejects.toThrow(/dependencies of the Orders/);
  });

  it('merges the templates of every forFeature with those of forRoot', async () => {
    @Module({ imports: [TaskerModule.forFeature({ templates: [oneStep('billing', 'echo')] })], providers: [Echo] })
    class BillingModule {}
    @Module({ imports: [TaskerModule.forFeature({ templates: [oneStep('shipping', 'echo')] })] })
    class ShippingModule {}
    const app = await apps.boot({ imports: [BillingModule, ShippingModule], options: { templates } });
    for (const name of ['echo', 'billing', 'shipping']) await expectToRun(app, name);
  });

  it('says so when forRoot is called twice in one application', async () => {
    const url = await apps.database();
    const twice = { imports: [TaskerModule.forRoot(quiet(url))], options: {} };
    await expect(apps.compile(twice, url)).rejects.toThrow(
      'TaskerModule.forRoot was called more than once in one application.',
    );
  });

  it('counts one dynamic module imported by two modules as one', async () => {
    const url = await apps.database();
    const tasker = TaskerModule.forRoot(quiet(url, { templates }));
    @Module({ imports: [tasker], providers: [Echo] })
    class Other {}
    await expectToRun(await apps.boot({ imports: [Other], tasker: () => tasker }, url));
  });

  it('lets two applications of one process go their own ways', async () => {
    @StepHandler('echo')
    class Shout {
      process(): string {
        return 'ECHO';
      }
    }
    const url = await apps.database();
    const database = { schema: 'second app' };
    const one = await apps.boot({ providers: [Echo], options: { templates } }, url);
    const two = await apps.boot({ providers: [Shout], options: { templates, database } }, url);
    const results = await Promise.all(
      [one, two].map(async (app) => {
        const tasker = from(app, TaskerService);
        const { taskId } = await tasker.create({ name: 'echo' });
        return (await tasker.waitFor(taskId, { timeoutMs: 10_000 })).steps[0]?.result;
      }),
    );
    expect(results).toEqual(['echo', 'ECHO']);
    await one.close();
    await expectToRun(two);
  });

  it('installs nothing global into the host', async () => {
    const app = await apps.boot({ providers: [Echo], options: { templates } });
    const config = from(app, ApplicationConfig);
    const globals = [
      config.getGlobalGuards(),
      config.getGlobalPipes(),
      config.getGlobalFilters(),
      config.getGlobalInterceptors(),
    ];
    expect(globals).toEqual([[], [], [], []]);
  });

  it('works in an application context, without HTTP', async () => {
    const url = await apps.database();
    @Module({ imports: [TaskerModule.forRoot(quiet(url, { templates }))], providers: [Echo] })
    class AppModule {}
    await expectToRun(apps.keep(await NestFactory.createApplicationContext(AppModule, { logger: false })));
  });

  it('shows the resolved options to other modules', async () => {
    const app = await apps.boot({ options: { worker: { concurrency: 7 } } });
    expect(from(app, TASKER_OPTIONS)).toMatchObject({ worker: { concurrency: 7, leaseMs: 15_000 } });
  });

  it('refuses bad options with every fault', async () => {
    const options = { role: 'boss', worker: { concurrency: 0 } } as unknown as TaskerModuleOptions;
    await expect(apps.boot({ options })).rejects.toMatchObject({
      code: 'TSK_OPTIONS_INVALID',
      details: [{ path: 'role' }, { path: 'worker.concurrency' }],
    });
  });
});
