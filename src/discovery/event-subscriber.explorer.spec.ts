import { Controller, Inject, Injectable, Module, Scope } from '@nestjs/common';
import { DiscoveryModule, REQUEST } from '@nestjs/core';
import { Test, type TestingModule } from '@nestjs/testing';
import { EventBus, type TaskerEvents } from '@tasker/core';
import { OnTaskerEvent } from '../decorators/on-tasker-event.decorator';
import { EventSubscriberExplorer } from './event-subscriber.explorer';
import { ProviderInstances } from './provider-instances';
import { ProviderScan } from './provider-scan';

type Completed = TaskerEvents['task.completed'];
const completed = { taskId: '7' } as Completed;

let heard: string[] = [];
let onHeard = (): void => undefined;
let errors: unknown[] = [];

@Injectable()
class Audit {
  private readonly prefix = 'audit';

  @OnTaskerEvent('task.completed', 'task.failed')
  ended({ taskId }: Completed, name: string): void {
    heard.push(`${this.prefix} ${name} ${taskId}`);
  }

  get trap(): never {
    throw new Error('getters are not to be called');
  }
}

@Injectable()
class Inherits extends Audit {}

@Controller()
class Panel {
  @OnTaskerEvent('task.completed')
  show({ taskId }: Completed): void {
    heard.push(`panel ${taskId}`);
  }
}

@Injectable({ scope: Scope.REQUEST })
class PerEvent {
  constructor(@Inject(REQUEST) private readonly event: Completed) {}

  @OnTaskerEvent('task.completed')
  async ended(): Promise<void> {
    heard.push(`per event ${this.event.taskId}`);
    onHeard();
  }
}

let app: TestingModule;

async function subscribe(
  metadata: Parameters<typeof Test.createTestingModule>[0],
): Promise<{ bus: EventBus; off: () => void }> {
  [heard, errors] = [[], []];
  const bus = new EventBus((error) => errors.push(error));
  const own = [ProviderScan, ProviderInstances, EventSubscriberExplorer, { provide: EventBus, useValue: bus }];
  const imports = [DiscoveryModule, ...(metadata.imports ?? [])];
  app = await Test.createTestingModule({
    ...metadata,
    imports,
    providers: [...own, ...(metadata.providers ?? [])],
  }).compile();
  return { bus, off: app.get(EventSubscriberExplorer).subscribe() };
}

afterEach(() => app.close());

describe('EventSubscriberExplorer', () => {
  it('calls the methods of providers with payload and name', async () => {
    const { bus } = await subscribe({ providers: [Audit] });
    bus.publish('task.completed', completed);
    bus.publish('task.failed', { ...completed, failure: null });
    bus.publish('task.start_requested', completed);
    expect(heard).toEqual(['audit task.completed 7', 'audit task.failed 7']);
  });

  it('calls controllers, factories and methods that a subclass inherits', async () => {
    const { bus } = await subscribe({
      controllers: [Panel],
      providers: [Inherits, { provide: 'made', useFactory: () => new Audit() }],
    });
    bus.publish('task.completed', completed);
    expect(heard.sort()).toEqual(['audit task.completed 7', 'audit task.completed 7', 'panel 7']);
  });

  it('calls a class once though it is provided twice or has an alias', async () => {
    @Module({ providers: [Audit] })
    class Other {}
    const { bus } = await subscribe({ imports: [Other], providers: [Audit, { provide: 'alias', useExisting: Audit }] });
    bus.publish('task.completed', completed);
    expect(heard).toEqual(['audit task.completed 7']);
  });

  it('makes a request-scoped subscriber for every event', async () => {
    const { bus } = await subscribe({ providers: [PerEvent] });
    bus.publish('task.completed', completed);
    bus.publish('task.completed', { ...completed, taskId: '8' });
    await untilHeard(2);
    expect(heard.sort()).toEqual(['per event 7', 'per event 8']);
  });

  it('reports what a subscriber throws to the bus', async () => {
    class Breaks {
      @OnTaskerEvent('task.completed')
      ended(): never {
        throw new Error('broken');
      }
    }
    const { bus } = await subscribe({ providers: [Breaks, Audit] });
    bus.publish('task.completed', completed);
    expect(errors).toEqual([new Error('broken')]);
    expect(heard).toHaveLength(1);
  });

  it('passes events of the filter only, and counts calls and failures', async () => {
    const failed = (step: string, namespace = 'shop') =>
      ({ step, namespace, task: 'order' }) as TaskerEvents['step.failed'];
    class Watch {
      @OnTaskerEvent('step.failed', { namespace: 'shop', step: ['charge', 'refund'] })
      money({ step }: TaskerEvents['step.failed']): void {
        heard.push(`money ${step}`);
        if (step === 'refund') throw new Error('broken');
      }

      @OnTaskerEvent('step.failed', { step: 'ship' })
      @OnTaskerEvent('task.completed')
      async rest(): Promise<void> {
        heard.push('rest');
        await Promise.reject(new Error('later'));
      }
    }
    const { bus } = await subscribe({ providers: [Watch] });
    bus.publish('step.failed', failed('charge'));
    bus.publish('step.failed', failed('charge', 'other'));
    bus.publish('step.failed', failed('refund'));
    bus.publish('step.failed', failed('ship'));
    bus.publish('task.completed', completed);
    bus.publish('task.failed', { ...completed, failure: null });
    await new Promise(setImmediate);
    expect(heard).toEqual(['money charge', 'money refund', 'rest', 'rest']);
    expect(errors).toEqual([new Error('broken'), new Error('later'), new Error('later')]);
    const counts = app.get(EventSubscriberExplorer).subscribers;
    expect(counts.map(({ subscriber, events, calls, failures }) => [subscriber, events, calls, failures])).toEqual([
      ['Watch.money', ['step.failed'], 2, 1],
      ['Watch.rest', ['task.completed'], 1, 1],
      ['Watch.rest', ['step.failed'], 1, 1],
    ]);
    expect(counts[0]?.lastFailureAt).toBeGreaterThan(0);
  });

  it('takes all subscriptions back', async () => {
    const { bus, off } = await subscribe({ providers: [Audit] });
    off();
    expect(bus.wants('task.completed')).toBe(false);
  });
});

function untilHeard(count: number): Promise<void> {
  return new Promise((resolve) => {
    onHeard = () => {
      if (heard.length >= count) resolve();
    };
  });
}
