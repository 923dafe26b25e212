import { EventBus } from '../../events/event-bus';
import type { Clock, Timer } from '../../ports/clock';
import type { ClaimedStep, RevokedStep, StepAttempt } from '../../ports/engine-store';
import { compilePlan } from '../../rules/template/compile-plan';
import { normaliseTemplate } from '../../rules/template/step-defaults';
import { Hand, type StepInHand } from '../claim/hand';
import type { WorkerHost } from '../worker-host';
import type { Lease } from './lease';
import { RevocationWatch } from './revocation-watch';

const steps = ['a', 'b'].map((name) => ({ name, handler: 'h' }));
const plan = compilePlan(normaliseTemplate({ name: 't', steps }), { templateId: 1, revision: 1, lanes: [1, 1] });

const claimed = (position: number, attempt = 1): ClaimedStep => ({
  ...{ taskId: '5', position, attempt, templateId: 1, priority: 0, correlationId: 'c', traceParent: null, bypass: [] },
  ...{ context: '{}', checkpoint: null, began: false, startedAt: 0, requestedAt: 0, waitedMs: 0, queued: null },
  ...{ granted: 0, generation: 0, inputs: null, lockVersion: 0 },
});

const taken = (position: number, attempt = 1): RevokedStep => ({
  ...{ taskId: '5', position, attempt, state: 'cancelled', actor: 'ann', reason: 'enough' },
});

/** A watch on two steps in hand, with a store that answers by hand and a clock of which only timers count. */
function watching() {
  const hand = new Hand();
  const [a, b] = [hand.take(claimed(0), plan), hand.take(claimed(1), plan)];
  const aborted: [string, Error][] = [];
  for (const step of [a, b]) step.abort = (reason) => void aborted.push([step.plan.name, reason]);
  const timers: { run: () => void; cancelled: boolean }[] = [];
  const clock: Clock & { time: number } = {
    time: 0,
    now: () => clock.time,
    monotonic: () => clock.time,
    after: (_delayMs, run): Timer => {
      const timer = { run, cancelled: false };
      timers.push(timer);
      return { cancel: () => void (timer.cancelled = true) };
    },
  };
  const asked: string[] = [];
  const answers: { resolve: (revoked: RevokedStep[]) => void; reject: (error: Error) => void }[] = [];
  const store = {
    revoked: (_workerId: number, attempts: readonly StepAttempt[]) => {
      asked.push(attempts.map(({ position, attempt }) => `${position}/${attempt}`).join(' '));
      return new Promise<RevokedStep[]>((resolve, reject) => answers.push({ resolve, reject }));
    },
  };
  const events = new EventBus(() => undefined);
  const published: string[] = [];
  events.on('step.aborted', (event) => void published.push(event.step));
  const failures: unknown[] = [];
  const host: WorkerHost = {
    workerId: 9,
    installation: 'here',
    lease: { workerId: 9, isValid: () => true } as Lease,
    failed: (error) => void failures.push(error),
    queued: () => undefined,
    wake: () => undefined,
  };
  const watch = new RevocationWatch({ store, hand, events, clock, host });
  watch.start();
  return { hand, a, b, aborted, timers, clock, asked, answers, published, failures, watch };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('steps that an operator takes away', () => {
  it('are stopped, dropped and let go, and told who did it and why', async () => {
    const { hand, a, b, aborted, asked, answers, published, watch } = watching();
    const looking = watch.lookAtAll();
    answers[0]?.resolve([taken(0)]);
    await looking;
    expect(asked).toEqual(['0/1 1/1']);
    expect([a.dropped, b.dropped, hand.step('5', 0), hand.step('5', 1)]).toEqual([true, false, undefined, b]);
    expect(aborted).toEqual([['a', expect.objectContaining({ code: 'TSK_STEP_STOPPED' })]]);
    expect(aborted[0]?.[1].message).toBe('"ann" took step "a" from its worker: enough');
    expect(published).toEqual(['a']);
  });

  it('are left alone when they have an outcome, or are another attempt by now', async () => {
    const { hand, a, aborted, answers, watch } = watching();
    const looking = watch.lookAtAll();
    a.concluded = true;
    hand.take(claimed(1, 2), plan);
    answers[0]?.resolve([taken(0), taken(1)]);
    await looking;
    expect(aborted).toEqual([]);
  });

  it('are not asked about with an outcome; nor, by the timer, while they are young', async () => {
    const { a, b, timers, clock, asked, answers, watch } = watching();
    timers[0]?.run();
    await turn();
    expect([asked, timers.length]).toEqual([[], 2]);
    clock.time = 250;
    a.concluded = true;
    timers[1]?.run();
    answers[0]?.resolve([]);
    await turn();
    expect(asked).toEqual(['1/1']);
    b.concluded = true;
    await watch.lookAtAll();
    expect(asked).toHaveLength(1);
  });

  it('are looked at once more when an operator acts during a look', async () => {
    const { asked, answers, watch } = watching();
    const looking = [watch.lookAtAll(), watch.lookAtAll(), watch.lookAtAll()];
    answers[0]?.resolve([]);
    await turn();
    answers[1]?.resolve([]);
    await Promise.all(looking);
    expect(asked).toHaveLength(2);
  });

  it('are found by the next look when this one fails', async () => {
    const { a, answers, failures, watch } = watching();
    const failing = watch.lookAtAll();
    const error = new Error('gone');
    answers[0]?.reject(error);
    await failing;
    expect([failures, a.dropped]).toEqual([[error], false]);
    const looking = watch.lookAtAll();
    answers[1]?.resolve([taken(0)]);
    await looking;
    expect(a.dropped).toBe(true);
  });

  it('are stopped when a later attempt of them comes, unless they have an outcome', () => {
    const { a, b, aborted, watch } = watching();
    b.concluded = true;
    for (const step of [a, b] as StepInHand[]) watch.superseded(step);
    expect([a.dropped, b.dropped]).toEqual([true, false]);
    expect(aborted[0]?.[1].message).toBe('Somebody took step "a" from its worker');
  });

  it('are looked at no more after the end, also when it came during a look', async () => {
    const { timers, clock, answers, watch } = watching();
    clock.time = 1_000;
    timers[0]?.run();
    watch.stop();
    answers[0]?.resolve([]);
    await turn();
    expect(timers).toHaveLength(1);
  });
});
