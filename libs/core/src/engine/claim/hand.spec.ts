import type { ClaimedStep } from '../../ports/engine-store';
import { compilePlan } from '../../rules/template/compile-plan';
import { normaliseTemplate } from '../../rules/template/step-defaults';
import { Hand } from './hand';

const steps = ['a', 'b', 'c'].map((name) => ({ name, handler: 'h' }));
const plan = compilePlan(normaliseTemplate({ name: 't', steps }), { templateId: 1, revision: 1, lanes: [1, 1, 1] });

const claimed = (taskId: string, position = 0, attempt = 1): ClaimedStep => ({
  ...{ taskId, position, attempt, templateId: 1, priority: 0, correlationId: 'c', traceParent: null, bypass: [] },
  ...{
    context: '{}',
    checkpoint: null,
    granted: 0,
    generation: 0,
    inputs: null,
    lockVersion: 0,
    began: false,
    startedAt: 0,
    waitedMs: 0,
    requestedAt: 0,
    queued: null,
  },
});

describe('what a worker holds', () => {
  it('is counted by step and gathered by task', () => {
    const hand = new Hand();
    const [first, second] = [hand.take(claimed('1'), plan), hand.take(claimed('1', 1), plan)];
    hand.take(claimed('2'), plan);
    expect(hand.size).toBe(3);
    expect(first.task).toBe(second.task);
    expect([...hand.all()].map((step) => `${step.task.id}${step.plan.name}`)).toEqual(['1a', '1b', '2a']);
    expect([hand.step('1', 1), hand.step('1', 2), hand.step('9', 0)]).toEqual([second, undefined, undefined]);
  });

  it('keeps a task, and the results known of it, as long as one step of it is in hand', () => {
    const hand = new Hand();
    const first = hand.take(claimed('1'), plan);
    first.task.results.set(0, '"x"');
    hand.continue(first.task, 1, 5);
    hand.release(first);
    expect(hand.task('1')?.results.get(0)).toBe('"x"');
    const second = hand.step('1', 1);
    expect(second).toMatchObject({ attempt: 1, startedAt: 5 });
    if (second) hand.release(second);
    expect([hand.task('1'), hand.size]).toEqual([undefined, 0]);
  });

  it('counts a step once, also when its next attempt comes before the last one is let go', () => {
    const hand = new Hand();
    const first = hand.take(claimed('1', 0, 1), plan);
    const second = hand.take(claimed('1', 0, 2), plan);
    expect(hand.size).toBe(1);
    hand.release(first);
    expect([hand.size, hand.step('1', 0)]).toEqual([1, second]);
    hand.release(second);
    hand.release(second);
    expect(hand.size).toBe(0);
  });

  it('counts apart what has its outcome and no dependents, until it is let go', () => {
    const chain = [
      { name: 'a', handler: 'h' },
      { name: 'b', handler: 'h', dependsOn: ['a'] },
    ];
    const two = compilePlan(normaliseTemplate({ name: 't', steps: chain }), {
      templateId: 2,
      revision: 1,
      lanes: [1, 1],
    });
    const hand = new Hand();
    const [first, last] = [hand.take(claimed('1'), two), hand.take(claimed('1', 1), two)];
    hand.conclude(first);
    expect([hand.size, hand.staying]).toEqual([2, 2]);
    hand.conclude(last);
    expect([hand.size, hand.staying]).toEqual([2, 1]);
    const again = hand.take(claimed('1', 1, 2), two);
    expect([hand.size, hand.staying]).toEqual([2, 2]);
    hand.release(last);
    hand.conclude(again);
    hand.release(again);
    expect([hand.size, hand.staying]).toEqual([1, 1]);
    hand.conclude(hand.take(claimed('2'), plan));
    hand.abandon(new Error('lost'));
    expect([hand.size, hand.staying]).toEqual([0, 0]);
  });

  it('knows the lowest task id, by number and not by text', () => {
    const hand = new Hand();
    expect(hand.minTaskId()).toBeNull();
    for (const id of ['10', '9007199254740993', '9']) hand.take(claimed(id), plan);
    expect(hand.minTaskId()).toBe('9');
  });

  it('is dropped whole when the lease is lost, and its handlers are told', () => {
    const hand = new Hand();
    const [one, two] = [hand.take(claimed('1'), plan), hand.take(claimed('2'), plan)];
    const told: Error[] = [];
    one.abort = (reason) => told.push(reason);
    const reason = new Error('lost');
    hand.abandon(reason);
    expect([one.dropped, two.dropped, told, hand.size, [...hand.all()]]).toEqual([true, true, [reason], 0, []]);
    hand.release(one);
    expect(hand.size).toBe(0);
  });

  it('refuses a step that the template does not have', () => {
    expect(() => new Hand().take(claimed('1', 7), plan)).toThrow('no step at 7');
  });
});
