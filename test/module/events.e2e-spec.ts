import { EventEmitter2, EventEmitterModule, OnEvent } from '@nestjs/event-emitter';
import { OnTaskerEvent, StepHandler, TaskerService, type StepContext, type TaskerEvents } from '@tasker/nestjs';
import { EVENT_NAMES } from '@tasker/core';
import { TASKER_LOG, TaskerEventCatalogue } from '@tasker/nestjs/runtime';
import { TaskerEventEmitterModule } from '../../src/event-emitter/index';
import { gate, within } from '../support/gate';
import { from, TestApps } from './support/boot-app';

const apps = new TestApps();
afterEach(() => apps.closeAll());

@StepHandler('ship')
class Ship {
  process(step: StepContext): void {
    if (step.attempt === 1) throw new Error('the truck is late');
    step.publish('order.shipped', { parcel: 'p-1' });
  }
}

const template = {
  ...{ name: 'order', version: '1.0.0' },
  steps: [{ name: 'ship', handler: 'ship', customEvents: ['order.shipped'], backoff: { delaysMs: [0] } }],
};
const options = { templates: [template] };

describe('events', () => {
  it('reach methods of providers, with their payload', async () => {
    const ended = gate();
    const heard: unknown[] = [];
    class Audit {
      @OnTaskerEvent('step.retry_requested', 'custom')
      note(
        { step, attempt, ...event }: TaskerEvents['step.retry_requested'] | TaskerEvents['custom'],
        name: string,
      ): void {
        heard.push({ name, step, attempt, error: 'error' in event ? event.error.message : event.payload });
      }

      @OnTaskerEvent('step.completed', 'step.failed', { step: 'ship', namespace: 'default' })
      shipped({ step }: TaskerEvents['step.completed'] | TaskerEvents['step.failed'], name: string): void {
        heard.push({ name, step });
      }

      @OnTaskerEvent('step.completed', 'step.failed', { step: 'another' })
      another(): void {
        heard.push('another');
      }

      @OnTaskerEvent('task.completed')
      end(): void {
        ended.open();
      }
    }
    const app = await apps.boot({ providers: [Ship, Audit], options });
    await from(app, TaskerService).create({ name: 'order' });
    await within(10_000, 'the task to end', ended.opened);
    expect(heard).toEqual([
      { name: 'step.failed', step: 'ship' },
      { name: 'step.retry_requested', step: 'ship', attempt: 1, error: 'the truck is late' },
      { name: 'custom', step: 'ship', attempt: 2, error: { parcel: 'p-1' } },
      { name: 'step.completed', step: 'ship' },
    ]);
  });

  it('are in a catalogue that a running process can be asked for, those of its templates included', async () => {
    class Listening {
      @OnTaskerEvent('task.failed')
      note(): void {}
    }
    const app = await apps.boot({ providers: [Ship, Listening], options });
    const catalogue = from(app, TaskerEventCatalogue);
    const names = catalogue.list().map(({ name }) => name);
    expect(names).toEqual([...EVENT_NAMES, 'order.shipped']);
    expect(catalogue.find('task.failed')).toMatchObject({
      ...{ kind: 'tasker', isHeard: true, description: expect.stringContaining('error') },
      payload: { taskId: 'string', durationMs: 'number | null' },
    });
    expect(catalogue.find('order.shipped')).toMatchObject({ kind: 'custom', publishers: ['default.order/ship'] });
    expect(catalogue.find('order.lost')).toBeUndefined();
  });

  it('that a listener breaks on are logged and harm nothing', async () => {
    const errors: unknown[] = [];
    const told = gate();
    const error = (...line: unknown[]): void => {
      errors.push(line);
      told.open();
    };
    const log = { debug() {}, info() {}, warn() {}, error };
    class Broken {
      @OnTaskerEvent('task.completed')
      async end(): Promise<void> {
        throw new Error('the pager is down');
      }
    }
    const prepare: Parameters<TestApps['boot']>[0]['prepare'] = (builder) =>
      builder.overrideProvider(TASKER_LOG).useValue(log);
    const app = await apps.boot({ providers: [Ship, Broken], options, prepare });
    const tasker = from(app, TaskerService);
    const { taskId } = await tasker.create({ name: 'order' });
    await expect(tasker.waitFor(taskId, { timeoutMs: 10_000 })).resolves.toMatchObject({ state: 'complete' });
    await within(10_000, 'the line', told.opened);
    expect(errors).toEqual([
      ['A listener of "task.completed" failed.', { event: 'task.completed', error: new Error('the pager is down') }],
    ]);
  });

  it("go on to the host's EventEmitter2 as tasker.*", async () => {
    const ended = gate();
    const heard: string[] = [];
    class Listener {
      @OnEvent('tasker.step.failed')
      failed({ step }: { step: string }): void {
        heard.push(`failed ${step}`);
      }

      @OnEvent('tasker.custom.order.shipped')
      shipped({ payload }: TaskerEvents['custom']): void {
        heard.push(`shipped ${String(payload['parcel'])}`);
      }

      @OnEvent('tasker.task.completed')
      completed(): void {
        ended.open();
      }
    }
    const imports = [EventEmitterModule.forRoot(), TaskerEventEmitterModule];
    const app = await apps.boot({ imports, providers: [Ship, Listener], options });
    await from(app, TaskerService).create({ name: 'order' });
    await within(10_000, 'the event of the end', ended.opened);
    expect(heard).toEqual(['failed ship', 'shipped p-1']);
    expect(from(app, EventEmitter2)).toBeInstanceOf(EventEmitter2);
  });
});
