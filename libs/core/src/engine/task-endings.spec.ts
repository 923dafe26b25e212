import { EventBus } from '../events/event-bus';
import type { TaskEnding } from '../ports/engine-store';
import { compilePlan } from '../rules/template/compile-plan';
import { normaliseTemplate } from '../rules/template/step-defaults';
import { TaskEndings, type EndEvent } from './task-endings';
import { taskEvent } from './engine-events';

const steps = ['a', 'b'].map((name) => ({ name, handler: 'h' }));
const plan = compilePlan(normaliseTemplate({ name: 't', steps }), { templateId: 1, revision: 1, lanes: [1, 1] });

/** Endings that tell a listener of all there is, and what they have read. */
function listened(ending?: Partial<TaskEnding>) {
  const [events, told, read] = [new EventBus(() => undefined), [] as object[], [] as string[]];
  const names: EndEvent[] = ['task.completed', 'task.failed'];
  for (const event of names) events.on(event, (payload, name) => void told.push({ name, ...payload }));
  const taskEndings = (ids: readonly string[]) => {
    read.push(...ids);
    const none = { durationMs: 0, completed: 0, failed: 0, lastFailure: null };
    return Promise.resolve(ending ? ids.map((taskId) => ({ ...none, taskId, ...ending })) : []);
  };
  const endings = new TaskEndings({ taskEndings }, events);
  const tell = (name: EndEvent, requestedAt?: number) =>
    endings.tell(name, taskEvent('7', 'c', plan, 1_500), plan, requestedAt);
  return { tell, told, read };
}

describe('the end of a task', () => {
  it('is told at once and unread when it is complete and the request is known', () => {
    const { tell, told, read } = listened();
    tell('task.completed', 1_200);
    expect(told).toMatchObject([
      { name: 'task.completed', durationMs: 300, steps: { total: 2, completed: 2, failed: 0, pending: 0 } },
    ]);
    expect(read).toEqual([]);
  });

  it('is never told to have come before the request, which another clock may have seen', () => {
    const { tell, told } = listened();
    tell('task.completed', 1_501);
    expect(told).toMatchObject([{ durationMs: 0 }]);
  });

  it.each<[EndEvent, number | undefined]>([
    ['task.failed', 1_200],
    ['task.completed', undefined],
  ])('is read before it is told otherwise (%s)', async (name, requestedAt) => {
    const { tell, told, read } = listened({ durationMs: 9, completed: 1 });
    tell(name, requestedAt);
    expect(told).toEqual([]);
    await new Promise(setImmediate);
    expect(told).toMatchObject([{ name, durationMs: 9, steps: { total: 2, completed: 1, pending: 1 } }]);
    expect(read).toEqual(['7']);
  });
});
