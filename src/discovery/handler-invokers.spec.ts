import { type CallHandler, Catch, type ExecutionContext, Inject, Injectable, Scope } from '@nestjs/common';
import { UseFilters, UseGuards, UseInterceptors, UsePipes } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, DiscoveryModule, REQUEST } from '@nestjs/core';
import { Test, type TestingModule } from '@nestjs/testing';
import { isPermanentError, type HandlerInvoker, type StepContext } from '@tasker/core';
import { map, type Observable } from 'rxjs';
import { StepHandler } from '../decorators/step-handler.decorator';
import { HandlerInvokers } from './handler-invokers';
import { ProviderInstances } from './provider-instances';
import { ProviderScan } from './provider-scan';
import { StepHandlerExplorer } from './step-handler.explorer';

type Providers = NonNullable<Parameters<typeof Test.createTestingModule>[0]['providers']>;

const step = (attempt = 1): StepContext => ({ name: 'greet', attempt, config: {} }) as unknown as StepContext;

let app: TestingModule | undefined;
afterEach(async () => app?.close());

/** Boots an application around the providers and gives the invoker of its only handler. */
async function invokerOf(...providers: Providers): Promise<HandlerInvoker> {
  const machinery = [ProviderScan, ProviderInstances, HandlerInvokers, StepHandlerExplorer];
  app = await Test.createTestingModule({
    imports: [DiscoveryModule],
    providers: [...machinery, ...providers],
  }).compile();
  await app.init();
  const [source] = app.get(StepHandlerExplorer).explore().handlers;
  if (!source) throw new Error('no handler was found');
  return app.get(HandlerInvokers).create(source);
}

@Injectable()
class Shout {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { name } = context.getArgByIndex<StepContext>(0);
    return next.handle().pipe(map((output) => `${context.getType<string>()} ${name} ${String(output).toUpperCase()}`));
  }
}

class RefuseAll {
  canActivate(): boolean {
    return false;
  }
}

describe('HandlerInvokers', () => {
  it('calls the handler with the step context', async () => {
    @StepHandler('greet')
    class Greet {
      private readonly word = 'hello';

      process({ attempt }: StepContext): string {
        return `${this.word} ${attempt}`;
      }
    }
    await expect((await invokerOf(Greet))(step(3))).resolves.toBe('hello 3');
  });

  it('turns a synchronous throw into a rejection', async () => {
    @StepHandler('greet')
    class Greet {
      process(): never {
        throw new Error('no');
      }
    }
    await expect((await invokerOf(Greet))(step())).rejects.toThrow('no');
  });

  it('stores what processResults makes of the output', async () => {
    @StepHandler('greet')
    class Greet {
      process(): number {
        return 20;
      }

      async processResults({ attempt }: StepContext, output: number): Promise<number> {
        return output + attempt;
      }
    }
    await expect((await invokerOf(Greet))(step(2))).resolves.toBe(22);
  });

  it('makes a failure of processResults permanent, because the work is done', async () => {
    const cause = new Error('bad shape');
    @StepHandler('greet')
    class Greet {
      process(): void {}

      processResults(): never {
        throw cause;
      }
    }
    const error: unknown = await (await invokerOf(Greet))(step()).catch((e: unknown) => e);
    expect(isPermanentError(error)).toBe(true);
    expect(error).toMatchObject({ message: 'processResults of step "greet" failed: bad shape', cause });
  });

  it('runs interceptors around process, in the context "tasker"', async () => {
    @StepHandler('greet')
    @UseInterceptors(Shout)
    class Greet {
      process(): string {
        return 'hello';
      }
    }
    await expect((await invokerOf(Greet))(step())).resolves.toBe('tasker greet HELLO');
  });

  it('runs pipes on the step context', async () => {
    class SecondAttempt {
      transform(value: StepContext): StepContext {
        return { ...value, attempt: 2 };
      }
    }
    @StepHandler('greet')
    class Greet {
      @UsePipes(SecondAttempt)
      process({ attempt }: StepContext): number {
        return attempt;
      }
    }
    await expect((await invokerOf(Greet))(step(1))).resolves.toBe(2);
  });

  it('asks guards', async () => {
    @StepHandler('greet')
    class Greet {
      @UseGuards(RefuseAll)
      process(): void {}
    }
    await expect((await invokerOf(Greet))(step())).rejects.toThrow('Forbidden');
  });

  it('hands errors to filters', async () => {
    @Catch(TypeError)
    class Forgive {
      catch(error: TypeError): string {
        return `forgiven: ${error.message}`;
      }
    }
    @StepHandler('greet')
    @UseFilters(Forgive)
    class Greet {
      process(): never {
        throw new TypeError('oops');
      }
    }
    await expect((await invokerOf(Greet))(step())).resolves.toBe('forgiven: oops');
  });

  it("leaves the host's global guards, interceptors and filters to the host's requests", async () => {
    @Catch()
    class SwallowAll {
      catch(): string {
        return 'swallowed';
      }
    }
    @StepHandler('greet')
    class Greet {
      process({ attempt }: StepContext): string {
        if (attempt > 1) throw new Error('seen by the engine');
        return 'hello';
      }
    }
    const globals = [
      { provide: APP_GUARD, useClass: RefuseAll },
      { provide: APP_INTERCEPTOR, useClass: Shout },
      { provide: APP_FILTER, useClass: SwallowAll },
    ];
    const invoke = await invokerOf(Greet, ...globals);
    await expect(invoke(step(1))).resolves.toBe('hello');
    await expect(invoke(step(2))).rejects.toThrow('seen by the engine');
  });

  it('keeps global guards off a handler that has an interceptor', async () => {
    @StepHandler('greet')
    @UseInterceptors(Shout)
    class Greet {
      process(): string {
        return 'hello';
      }
    }
    await expect((await invokerOf(Greet, { provide: APP_GUARD, useClass: RefuseAll }))(step())).resolves.toContain(
      'HELLO',
    );
  });

  it('makes a request-scoped handler for every attempt and gives it the step as REQUEST', async () => {
    let made = 0;
    @StepHandler({ name: 'greet', scope: Scope.REQUEST })
    class Greet {
      private readonly serial = ++made;

      constructor(@Inject(REQUEST) private readonly request: StepContext) {}

      process({ attempt }: StepContext): unknown {
        return { serial: this.serial, same: this.request.attempt === attempt };
      }
    }
    const invoke = await invokerOf(Greet);
    const outputs = await Promise.all([invoke(step(1)), invoke(step(2)), invoke(step(3))]);
    expect(outputs).toEqual([1, 2, 3].map((serial) => ({ serial, same: true })));
  });

  it('runs interceptors and processResults on request-scoped handlers too', async () => {
    @StepHandler({ name: 'greet', scope: Scope.REQUEST })
    class Greet {
      @UseInterceptors(Shout)
      process(): string {
        return 'hello';
      }

      processResults(_step: StepContext, output: string): string {
        return `${output}!`;
      }
    }
    await expect((await invokerOf(Greet))(step())).resolves.toBe('tasker greet HELLO!');
  });

  it('makes a handler per attempt when only something it needs is request-scoped', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Current {
      constructor(@Inject(REQUEST) readonly step: StepContext) {}
    }
    @StepHandler('greet')
    class Greet {
      constructor(private readonly current: Current) {}

      process(): number {
        return this.current.step.attempt;
      }
    }
    const invoke = await invokerOf(Greet, Current);
    await expect(Promise.all([invoke(step(4)), invoke(step(5))])).resolves.toEqual([4, 5]);
  });

  it('fails the attempt, not the process, when a handler cannot be made', async () => {
    @StepHandler({ name: 'greet', scope: Scope.REQUEST })
    class Greet {
      constructor() {
        throw new Error('cannot be made');
      }

      process(): void {}
    }
    await expect((await invokerOf(Greet))(step())).rejects.toThrow('cannot be made');
  });
});
