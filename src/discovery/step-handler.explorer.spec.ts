import { Inject, Injectable, Module, Scope } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { StepHandler } from '../decorators/step-handler.decorator';
import { ProviderScan } from './provider-scan';
import { StepHandlerExplorer } from './step-handler.explorer';

@StepHandler('by_class')
class ByClass {
  process(): string {
    return 'class';
  }
}

@StepHandler('by_factory')
class ByFactory {
  constructor(readonly greeting: string) {}

  process(): string {
    return this.greeting;
  }
}

@StepHandler()
class NamedByItself {
  process(): void {}
}

@StepHandler({ name: 'per_attempt', scope: Scope.REQUEST })
class PerAttempt {
  process(): void {}
}

/** As a function gives one back that makes classes. */
const anonymous = (): new () => object =>
  class {
    process(): void {}
  };

class Undecorated extends ByClass {}

@StepHandler('without_work')
class WithoutWork {}

@StepHandler({ name: 'without_work_either', scope: Scope.REQUEST })
class WithoutWorkEither {}

@Injectable()
class Bystander {
  process(): void {}
}

async function explore(...providers: NonNullable<Parameters<typeof Test.createTestingModule>[0]['providers']>) {
  const metadata = { imports: [DiscoveryModule], providers: [ProviderScan, StepHandlerExplorer, ...providers] };
  const module = await Test.createTestingModule(metadata).compile();
  return module.get(StepHandlerExplorer).explore();
}

describe('StepHandlerExplorer', () => {
  it('finds classes, by the name of the decorator or their own', async () => {
    const { handlers, faults } = await explore(NamedByItself, ByClass, Bystander);
    expect(handlers.map(({ name, label }) => [name, label])).toEqual([
      ['by_class', 'ByClass'],
      ['NamedByItself', 'NamedByItself'],
    ]);
    expect(faults).toEqual([]);
  });

  it.each([
    ['useFactory', { provide: 'anything', useFactory: () => new ByFactory('hello') }],
    ['async useFactory', { provide: ByFactory, useFactory: async () => new ByFactory('hello') }],
    ['useValue', { provide: 'anything', useValue: new ByFactory('hello') }],
  ])('finds the instance of a %s provider', async (_kind, provider) => {
    const { handlers } = await explore(provider);
    expect(handlers.map(({ name, wrapper }) => [name, (wrapper.instance as ByFactory).greeting])).toEqual([
      ['by_factory', 'hello'],
    ]);
  });

  it('finds request-scoped classes', async () => {
    expect((await explore(PerAttempt)).handlers.map(({ name }) => name)).toEqual(['per_attempt']);
  });

  it('counts an alias as the provider it stands for', async () => {
    const { handlers, faults } = await explore(ByClass, { provide: 'alias', useExisting: ByClass });
    expect(handlers.map(({ name }) => name)).toEqual(['by_class']);
    expect(faults).toEqual([]);
  });

  it('does not take an undecorated subclass for a second handler', async () => {
    expect((await explore(ByClass, Undecorated)).handlers.map(({ label }) => label)).toEqual(['ByClass']);
    expect((await explore(Undecorated)).handlers).toEqual([]);
  });

  it('takes what a test puts in place of a handler', async () => {
    const stub = { process: () => 'stub' };
    const { handlers } = await explore({ provide: ByClass, useValue: stub });
    expect(handlers.map(({ name, wrapper }) => [name, wrapper.instance])).toEqual([['by_class', stub]]);
    expect((await explore({ provide: ByClass, useClass: Undecorated })).handlers.map(({ name }) => name)).toEqual([
      'by_class',
    ]);
  });

  it('registers a class once though two modules provide it', async () => {
    @Module({ providers: [ByClass] })
    class One {}
    @Module({ providers: [ByClass], imports: [One] })
    class Two {}
    const metadata = { imports: [DiscoveryModule, Two], providers: [ProviderScan, StepHandlerExplorer] };
    const module = await Test.createTestingModule(metadata).compile();
    expect(module.get(StepHandlerExplorer).explore().handlers).toHaveLength(1);
  });

  it('reports a class that has no name', async () => {
    const nameless = anonymous();
    StepHandler()(nameless);
    expect(await explore(nameless)).toEqual({
      handlers: [],
      faults: [{ path: 'handlers', message: 'an anonymous class has no name: write @StepHandler("name")' }],
    });
  });

  it('reports classes that cannot handle steps', async () => {
    const { handlers, faults } = await explore(WithoutWork, WithoutWorkEither, { provide: ByClass, useValue: {} });
    expect(handlers).toEqual([]);
    expect(faults).toEqual([
      { path: 'handlers.by_class', message: 'class ByClass has no method "process"' },
      { path: 'handlers.without_work', message: 'class WithoutWork has no method "process"' },
      { path: 'handlers.without_work_either', message: 'class WithoutWorkEither has no method "process"' },
    ]);
  });

  it('passes over providers that are no instances of a class', async () => {
    const odd = [null, undefined, 5, 'text', [], Object.create(null), ByClass, () => 1].map((useValue, index) => ({
      provide: `odd ${index}`,
      useValue: useValue as unknown,
    }));
    expect((await explore(...odd)).handlers).toEqual([]);
  });

  it('gives a request-scoped handler its dependencies', async () => {
    @StepHandler({ name: 'with_dependency' })
    class WithDependency {
      constructor(@Inject('per request') readonly dependency: unknown) {}

      process(): void {}
    }
    const dependency = { provide: 'per request', scope: Scope.REQUEST, useFactory: () => ({}) };
    expect((await explore(WithDependency, dependency)).handlers.map(({ name }) => name)).toEqual(['with_dependency']);
  });
});
