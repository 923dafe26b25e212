import { DiscoveryModule } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { normaliseTemplate } from '@tasker/core';
import { StepHandler } from '../decorators/step-handler.decorator';
import { Step } from '../decorators/step.decorator';
import { TaskTemplate } from '../decorators/task-template.decorator';
import { ProviderScan } from './provider-scan';
import { TaskTemplateExplorer } from './task-template.explorer';

@StepHandler('look_up_name')
class LookUpName {
  process(): string {
    return 'Ada';
  }
}

@TaskTemplate({ namespace: 'people', name: 'greet', version: '1.2.0', description: 'Says hello' })
class Greet {
  @Step({ handler: LookUpName })
  lookUp: unknown;

  @Step({ handler: 'translate', dependsOn: 'lookUp', skippable: true })
  translate: unknown;

  @Step({ name: 'say-it', dependsOn: ['translate'], retryLimit: 5, timeoutMs: 2_000 })
  say(): string {
    return 'hello';
  }
}

@TaskTemplate({ name: 'greet_longer' })
class GreetLonger extends Greet {
  @Step({ handler: 'bow', dependsOn: 'say-it' })
  bow: unknown;
}

async function explore(...providers: NonNullable<Parameters<typeof Test.createTestingModule>[0]['providers']>) {
  const metadata = { imports: [DiscoveryModule], providers: [ProviderScan, TaskTemplateExplorer, ...providers] };
  return (await Test.createTestingModule(metadata).compile()).get(TaskTemplateExplorer).explore();
}

describe('TaskTemplateExplorer', () => {
  it('makes a template of a class, its steps in the order of the members', async () => {
    const { templates, faults } = await explore(Greet);
    expect(faults).toEqual([]);
    expect(templates).toEqual([
      {
        origin: 'Greet',
        input: {
          ...{ namespace: 'people', name: 'greet', version: '1.2.0', description: 'Says hello' },
          steps: [
            { name: 'lookUp', handler: 'look_up_name' },
            { name: 'translate', handler: 'translate', dependsOn: 'lookUp', skippable: true },
            {
              name: 'say-it',
              handler: 'people.greet.say-it',
              dependsOn: ['translate'],
              retryLimit: 5,
              timeoutMs: 2_000,
            },
          ],
        },
      },
    ]);
  });

  it('makes methods the handlers of their steps', async () => {
    const { handlers } = await explore(Greet);
    expect(handlers.map(({ name, label, method }) => ({ name, label, method }))).toEqual([
      { name: 'people.greet.say-it', label: 'Greet.say', method: 'say' },
    ]);
  });

  it('adds the steps of a subclass to a copy of those of its base', async () => {
    const { templates } = await explore(Greet, GreetLonger);
    const steps = templates.map(({ input }) => normaliseTemplate(input).steps.map(({ name }) => name));
    expect(steps).toEqual([
      ['lookUp', 'translate', 'say-it'],
      ['lookUp', 'translate', 'say-it', 'bow'],
    ]);
  });

  it('gives the inherited method a handler of its own per template', async () => {
    const { handlers } = await explore(Greet, GreetLonger);
    expect(handlers.map(({ name }) => name)).toEqual(['people.greet.say-it', 'default.greet_longer.say-it']);
  });

  it('reports members whose handler is missing, unmarked or given twice', async () => {
    class Unmarked {
      process(): void {}
    }
    @TaskTemplate({ name: 'broken' })
    class Broken {
      @Step() nothing: unknown;
      @Step({ handler: Unmarked }) unmarked: unknown;
      @Step({ handler: 'other' }) both(): void {}
    }
    expect((await explore(Broken)).faults).toEqual([
      { path: 'Broken.nothing', message: 'needs "handler": the name of a step handler, or its class' },
      { path: 'Broken.unmarked', message: 'needs "handler": the name of a step handler, or its class' },
      { path: 'Broken.both', message: 'is a method and has "handler" too' },
    ]);
  });
});
