import { EventEmitter } from 'node:events';
import {
  Injectable,
  UseInterceptors,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Step, StepHandler, TaskerModule, TaskerService, TaskTemplate } from '@tasker/nestjs';
import { TaskerDatabase } from '@tasker/postgres';
import { Registry } from 'prom-client';
import type { Observable } from 'rxjs';
import { TaskerHealthModule } from '../../src/health';
import { TaskerMetricsModule } from '../../src/metrics';
import { TaskerRestModule } from '../../src/rest';
import { from, oneStep, quiet, TestApps } from '../module/support/boot-app';

const apps = new TestApps();
afterEach(() => apps.closeAll());

@StepHandler('greet')
class Greet {
  process(): string {
    return 'hello';
  }
}

@Injectable()
class Watching implements NestInterceptor {
  readonly names: string[] = [];
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    this.names.push(context.getHandler().name);
    return next.handle();
  }
}

@StepHandler('watched')
@UseInterceptors(Watching)
class Watched {
  process(): string {
    return 'hello';
  }
}

@TaskTemplate({ name: 'declared', version: '1.0.0' })
class Declared {
  @Step()
  say(): string {
    return 'hello';
  }
}

const resultOf = async (tasker: TaskerService, name: string): Promise<unknown> => {
  const { taskId } = await tasker.create({ name });
  const { steps } = await tasker.waitFor(taskId, { timeoutMs: 20_000 });
  return steps[0]?.result;
};

describe('a host', () => {
  it('that failed to boot can boot again in the same process: nothing of it is left', async () => {
    const registry = new Registry();
    class Failing {
      onModuleInit(): void {
        throw new Error('the queue of the shop is away');
      }
    }
    const imports = [TaskerMetricsModule.register({ access: 'public', registry })];
    const failed = await apps.compile({ imports, providers: [Failing] });
    await expect(failed.init()).rejects.toThrow('the queue of the shop is away');
    await from(failed, TaskerDatabase).close();
    const good = await apps.boot({ imports });
    expect(await registry.metrics()).toContain('tasker_build_info');
    await good.close();
    expect(await registry.metrics()).not.toContain('tasker_');
  });

  it('without HTTP may have everything imported that speaks HTTP', async () => {
    const url = await apps.database();
    const options = quiet(url, { templates: [oneStep('greet')] });
    class Root {}
    const module = {
      ...{ module: Root, providers: [Greet] },
      imports: [
        TaskerModule.forRoot(options),
        TaskerRestModule.register({ access: 'public' }),
        TaskerHealthModule.register({ status: { access: 'public' } }),
        TaskerMetricsModule.register({ access: 'public', registry: new Registry() }),
      ],
    };
    const app = apps.keep(await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false }));
    expect(await resultOf(from(app, TaskerService), 'greet')).toBe('hello');
  });

  it('may have providers that cannot be looked at', async () => {
    class Shy {
      get connection(): never {
        throw new Error('not connected yet');
      }
      static get options(): never {
        throw new Error('not configured yet');
      }
    }
    const refuse = (): never => {
      throw new Error('do not touch');
    };
    // Nest itself asks for hooks, and whether it is a promise.
    const get = (_: object, key: string | symbol): unknown =>
      /^(on|before|then)/.test(String(key)) ? undefined : refuse();
    const wary = new Proxy({}, { get, getPrototypeOf: refuse });
    const values = { wary, bare: Object.create(null) as object, emitter: new EventEmitter() };
    const providers = Object.entries(values).map(([provide, useValue]) => ({ provide, useFactory: () => useValue }));
    const app = await apps.boot({ providers: [Shy, Greet, ...providers], options: { templates: [oneStep('greet')] } });
    expect(await resultOf(from(app, TaskerService), 'greet')).toBe('hello');
  });

  it('may put a spy on a handler when it has booted', async () => {
    const options = { templates: [oneStep('greet'), oneStep('watched')] };
    const app = await apps.boot({ providers: [Greet, Watched, Watching, Declared], options });
    const tasker = from(app, TaskerService);
    jest.spyOn(from(app, Greet), 'process').mockReturnValue('greeted');
    jest.spyOn(from(app, Watched), 'process').mockReturnValue('watched');
    jest.spyOn(from(app, Declared), 'say').mockReturnValue('declared');
    const results = ['greet', 'watched', 'declared'].map((name) => resultOf(tasker, name));
    expect(await Promise.all(results)).toEqual(['greeted', 'watched', 'declared']);
    expect(from(app, Watching).names).toEqual(['process']);
  });
});
