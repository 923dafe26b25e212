import { EventBus } from './event-bus';
import { EVENT_NAMES, type TaskerEventName, type TaskerEvents } from './event-catalogue';

const EVENT: TaskerEvents['task.failed'] = {
  ...{ taskId: '1', namespace: 'n', task: 't', version: '1', correlationId: 'c', at: 0 },
  ...{ durationMs: 1, steps: null, failure: null },
};

function busWithErrors(): { bus: EventBus; errors: [unknown, TaskerEventName][] } {
  const errors: [unknown, TaskerEventName][] = [];
  return { bus: new EventBus((error, name) => errors.push([error, name])), errors };
}

describe('the event bus', () => {
  it('calls the listeners of that name at once, in the order they came', () => {
    const { bus } = busWithErrors();
    const heard: unknown[] = [];
    bus.on('task.completed', (event) => void heard.push(['first', event]));
    bus.on('task.failed', () => void heard.push('another'));
    bus.on('task.completed', (event, name) => void heard.push(['second', event.taskId, name]));
    bus.publish('task.completed', EVENT);
    expect(heard).toEqual([
      ['first', EVENT],
      ['second', '1', 'task.completed'],
    ]);
  });

  it('tells who listens to the end alone at once, and asks for no more on their account', () => {
    const { bus } = busWithErrors();
    const heard: unknown[] = [];
    const stop = bus.onEnd('task.completed', ({ taskId }, name) => void heard.push([taskId, name]));
    expect(bus.wants('task.completed')).toBe(false);
    bus.publishEnd('task.completed', EVENT);
    bus.publish('task.completed', EVENT);
    stop();
    bus.publishEnd('task.completed', EVENT);
    expect(heard).toEqual([['1', 'task.completed']]);
  });

  it('reports what a listener throws and goes on with the next', () => {
    const { bus, errors } = busWithErrors();
    let reached = false;
    bus.on('task.failed', () => {
      throw new Error('no');
    });
    bus.on('task.failed', () => void (reached = true));
    bus.publish('task.failed', EVENT);
    expect(reached).toBe(true);
    expect(errors).toEqual([[new Error('no'), 'task.failed']]);
  });

  it('reports what a listener rejects with, and does not wait for it', async () => {
    const { bus, errors } = busWithErrors();
    bus.on('task.failed', () => Promise.reject(new Error('later')));
    bus.publish('task.failed', EVENT);
    expect(errors).toEqual([]);
    await Promise.resolve();
    expect(errors).toEqual([[new Error('later'), 'task.failed']]);
  });

  it('takes a subscription back', () => {
    const { bus } = busWithErrors();
    let heard = 0;
    const stop = bus.on('task.completed', () => void heard++);
    bus.publish('task.completed', EVENT);
    stop();
    stop();
    bus.publish('task.completed', EVENT);
    expect(heard).toBe(1);
  });

  it('knows which events nobody listens to', () => {
    const { bus } = busWithErrors();
    const stop = bus.on('step.ready', () => undefined);
    expect(EVENT_NAMES.filter((name) => bus.wants(name))).toEqual(['step.ready']);
    stop();
    expect(bus.wants('step.ready')).toBe(false);
  });
});
