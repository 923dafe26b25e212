import { type CallHandler, type ExecutionContext, Inject, Injectable, Scope, UseInterceptors } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { defineTask, type StepContext, StepHandler, Step, TaskerService, TaskTemplate } from '@tasker/nestjs';
import { map, type Observable } from 'rxjs';
import { from, oneStep, TestApps } from './support/boot-app';

const apps = new TestApps();
afterEach(() => apps.closeAll());

@Injectable()
class Prices {
  of(item: string): number {
    return item.length;
  }
}

@StepHandler('price')
class Price implements StepHandler<{ item: string }, number> {
  constructor(private readonly prices: Prices) {}

  process({ task }: StepContext<{ item: string }>): number {
    return this.prices.of(task.context.item);
  }
}

async function resultOf(
  parts: Parameters<TestApps['boot']>[0],
  request: { name: string; context?: unknown },
): Promise<unknown> {
  const app = await apps.boot(parts);
  const tasker = from(app, TaskerService);
  const { taskId } = await tasker.create(request);
  const task = await tasker.waitFor(taskId, { timeoutMs: 10_000 });
  expect(task.state).toBe('complete');
  return task.steps.at(-1)?.result;
}

describe('step handlers', () => {
  it('get their dependencies injected as any provider', async () => {
    const parts = { options: { templates: [oneStep('price')] }, providers: [Prices, Price] };
    await expect(resultOf(parts, { name: 'price', context: { item: 'book' } })).resolves.toBe(4);
  });

  it('may come from factories and values', async () => {
    @StepHandler('made')
    class Made {
      constructor(private readonly word: string) {}

      process(): string {
        return this.word;
      }
    }
    const templates = [oneStep('made')];
    const factory = {
      provide: Made,
      inject: [Prices],
      useFactory: async (prices: Prices) => new Made(`made ${prices.of('abc')}`),
    };
    await expect(resultOf({ options: { templates }, providers: [Prices, factory] }, { name: 'made' })).resolves.toBe(
      'made 3',
    );
    const value = { provide: 'a made one', useValue: new Made('value') };
    await expect(resultOf({ options: { templates }, providers: [value] }, { name: 'made' })).resolves.toBe('value');
  });

  it('may be request-scoped: one per attempt, with the step context as the request', async () => {
    let made = 0;
    @StepHandler({ name: 'scoped', scope: Scope.REQUEST })
    class Scoped {
      readonly serial = ++made;

      constructor(@Inject(REQUEST) private readonly step: StepContext) {}

      process(): unknown {
        if (this.step.attempt === 1) throw new Error('once more');
        return { serial: this.serial, attempt: this.step.attempt };
      }
    }
    const steps = [{ name: 'only', handler: 'scoped', backoff: { delaysMs: [0] } }];
    const parts = { options: { templates: [{ name: 'scoped', version: '1.0.0', steps }] }, providers: [Scoped] };
    await expect(resultOf(parts, { name: 'scoped' })).resolves.toEqual({ serial: 2, attempt: 2 });
  });

  it('run under their interceptors, which see the context type "tasker"', async () => {
    @Injectable()
    class Wrap {
      intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
        return next.handle().pipe(map((output) => ({ [context.getType<string>()]: output as unknown })));
      }
    }
    @StepHandler('wrapped')
    @UseInterceptors(Wrap)
    class Wrapped {
      process(): number {
        return 5;
      }
    }
    const parts = { options: { templates: [oneStep('wrapped')] }, providers: [Wrapped] };
    await expect(resultOf(parts, { name: 'wrapped' })).resolves.toEqual({ tasker: 5 });
  });

  it('may be methods of a template class', async () => {
    @TaskTemplate({ name: 'invoice', version: '1.0.0' })
    class Invoice {
      @Step({ handler: Price }) price: unknown;

      constructor(private readonly prices: Prices) {}

      @Step({ dependsOn: 'price' })
      total({ parents }: StepContext<unknown, { price: number }>): string {
        return `${parents.price + this.prices.of('tax')} EUR`;
      }
    }
    const parts = { providers: [Prices, Price, Invoice] };
    await expect(resultOf(parts, { name: 'invoice', context: { item: 'book' } })).resolves.toBe('7 EUR');
  });

  it('may be functions in a built task, whose context and results are typed', async () => {
    const double = defineTask<{ value: number }>({ name: 'double', version: '1.0.0' })
      .step('twice', { process: ({ task }) => task.context.value * 2 })
      .step('shown', { dependsOn: ['twice'], process: ({ parents }) => `= ${parents.twice.toFixed(1)}` })
      .build();
    const app = await apps.boot({ options: { templates: [double] } });
    const tasker = from(app, TaskerService);
    const { taskId } = await tasker.create(double, { context: { value: 21 } });
    const { steps } = await tasker.waitFor(taskId, { timeoutMs: 10_000 });
    expect(steps.map(({ result }) => result)).toEqual([42, '= 42.0']);
  });

  it('can be stubbed in tests as any provider', async () => {
    const prepare: Parameters<TestApps['boot']>[0]['prepare'] = (builder) =>
      builder.overrideProvider(Price).useValue({ process: () => 'stubbed' });
    const parts = { options: { templates: [oneStep('price')] }, providers: [Prices, Price], prepare };
    await expect(resultOf(parts, { name: 'price', context: { item: 'x' } })).resolves.toBe('stubbed');
  });
});
