import { normaliseTemplate, type StepTemplateInput } from '@tasker/core';
import { ApprovalStore, StepInsightStore } from '@tasker/postgres';
import { engineHarness } from '../support/engine-harness';
import type { EngineProcess } from '../support/engine-process';

const harness = engineHarness();
const planned = (name: string, ...steps: StepTemplateInput[]) => harness.template(normaliseTemplate({ name, steps }));
const after = { name: 'after', handler: 'noop', dependsOn: 'wait' };

const waiting = (taskId: string) => harness.event('step.waiting', (event) => event.taskId === taskId);
const signalTo = (by: EngineProcess, taskId: string, name: string, payload: unknown) =>
  by.engine.signal({
    ...{ namespace: null, name, taskId, key: null, payload: JSON.stringify(payload), id: null, ttlMs: null },
  });
const resultOf = async (taskId: string) => (await harness.rows.steps(taskId))[0]?.result;
const openWaits = async () => (await harness.rows.query('select 1 from tasker.step_waits')).length;

describe('a step that sleeps', () => {
  it('holds no worker, and goes on at its time', async () => {
    const plan = await planned('sleeper', { name: 'wait', sleepMs: 100 }, after);
    const process = await harness.start();
    const taskId = await harness.create(process, plan);
    await waiting(taskId);
    expect(await harness.rows.stepStates(taskId)).toEqual({ 0: 'waiting' });
    expect(await harness.finished(taskId)).toBe('complete');
    const [step] = await harness.rows.steps(taskId);
    // Two attempts, of which the one that began to wait does not count.
    expect(step).toMatchObject({ state: 'complete', attempt: 2, granted: 1, result: null });
    expect(await openWaits()).toBe(0);
  });

  it('until a time that has passed goes on at once', async () => {
    const plan = await planned('until', { name: 'wait', sleepUntil: 'context.at' }, after);
    const process = await harness.start();
    const taskId = await harness.run(process, plan, { contextOf: { at: '2020-01-01T00:00:00Z' } });
    expect(await harness.rows.taskState(taskId)).toBe('complete');
  });

  it('until what is no time fails for good', async () => {
    const plan = await planned('until-nothing', { name: 'wait', sleepUntil: 'context.at' }, after);
    const process = await harness.start();
    const taskId = await harness.run(process, plan, { contextOf: { at: 'tomorrow' } });
    expect(await harness.rows.failures(taskId)).toMatchObject([{ kind: 'permanent', code: 'TSK_EXPRESSION_FAILED' }]);
  });
});

describe('a step that waits for a signal', () => {
  it('goes on with what was sent', async () => {
    const plan = await planned('signalled', { name: 'wait', waitFor: { signal: 'paid' } }, after);
    const process = await harness.start();
    const taskId = await harness.create(process, plan);
    await waiting(taskId);
    expect(await signalTo(process, taskId, 'paid', { amount: 5 })).toEqual({ outcome: 'delivered', waits: 1 });
    expect(await harness.finished(taskId)).toBe('complete');
    expect(await resultOf(taskId)).toEqual({ amount: 5 });
  });

  it('takes what was sent before it began to wait', async () => {
    const first = { name: 'first', handler: 'gate' };
    const plan = await planned(
      'early',
      first,
      { name: 'wait', dependsOn: 'first', waitFor: { signal: 'paid', max: 5 } },
      after,
    );
    const creator = await harness.start({ role: 'api' });
    const taskId = await harness.create(creator, plan);
    for (const payload of [1, 2]) await signalTo(creator, taskId, 'paid', payload);
    await harness.start({ handlers: { gate: async () => null } });
    expect(await harness.finished(taskId)).toBe('complete');
    expect((await harness.rows.steps(taskId))[1]?.result).toEqual([1, 2]);
  });

  it('to a key reaches all that wait there', async () => {
    const waitFor = { signal: 'priced', correlation: 'context.sku' };
    const plan = await planned('keyed', { name: 'wait', waitFor }, after);
    const process = await harness.start();
    const ids = await Promise.all([1, 2].map(() => harness.create(process, plan, { contextOf: { sku: 'a-1' } })));
    await Promise.all(ids.map(waiting));
    const sent = {
      namespace: 'default',
      name: 'priced',
      taskId: null,
      key: 'a-1',
      payload: '7',
      id: null,
      ttlMs: null,
    };
    expect(await process.engine.signal(sent)).toEqual({ outcome: 'delivered', waits: 2 });
    await Promise.all(ids.map((id) => harness.finished(id)));
    expect(await Promise.all(ids.map(resultOf))).toEqual([7, 7]);
  });

  it('in vain is skipped, when it says so, and what depends on it runs', async () => {
    const waitFor = { signal: 'paid', timeoutMs: 50, onTimeout: 'skip' as const };
    const plan = await planned('in-vain', { name: 'wait', waitFor }, after);
    const process = await harness.start();
    const taskId = await harness.run(process, plan);
    expect(await harness.rows.stepStates(taskId)).toEqual({ 0: 'skipped', 1: 'complete' });
    expect(harness.seen.filter(({ name }) => name === 'step.skipped')).toMatchObject([
      { event: { skipReason: 'timeout' } },
    ]);
  });

  it('that does not satisfy its schema fails for good; a retry sees it again, a rerun waits anew', async () => {
    const waitFor = { signal: 'paid', payloadSchema: { type: 'object', required: ['amount'] } };
    const plan = await planned('checked', { name: 'wait', waitFor }, after);
    const process = await harness.start();
    const taskId = await harness.create(process, plan);
    await waiting(taskId);
    await signalTo(process, taskId, 'paid', {});
    await harness.finished(taskId);
    expect(await harness.rows.failures(taskId)).toMatchObject([{ kind: 'permanent', code: 'TSK_SIGNAL_INVALID' }]);
    harness.seen.splice(0);
    await harness.operators.act(taskId, { verb: 'retry' }, { actor: 'ann' });
    await harness.finished(taskId);
    expect(await harness.rows.failures(taskId)).toHaveLength(2);
    harness.seen.splice(0);
    await harness.operators.act(taskId, { verb: 'rerun', step: 'wait' }, { actor: 'ann' });
    await waiting(taskId);
    await signalTo(process, taskId, 'paid', { amount: 1 });
    expect(await harness.finished(taskId)).toBe('complete');
  });

  it('that is cancelled waits no more', async () => {
    const plan = await planned('cancelled', { name: 'wait', waitFor: { signal: 'paid' } }, after);
    const process = await harness.start();
    const taskId = await harness.create(process, plan);
    await waiting(taskId);
    await harness.operators.act(taskId, { verb: 'cancel' }, { actor: 'ann' });
    expect(await openWaits()).toBe(0);
    expect(await signalTo(process, taskId, 'paid', 1)).toEqual({ outcome: 'ended', waits: 0 });
  });
});

describe('a step that waits for a decision', () => {
  const inbox = () => new ApprovalStore(harness.handle.session, 1_000);

  it('goes on with it; the second decision is told of the first', async () => {
    const approval = { title: 'Pay?', assignees: ['role:boss'], form: { type: 'object', required: ['centre'] } };
    const plan = await planned('approved', { name: 'wait', approval }, after);
    const process = await harness.start();
    const taskId = await harness.create(process, plan);
    await waiting(taskId);
    const [open] = await inbox().list({ decidableBy: ['user:ann', 'role:boss'] });
    expect(open).toMatchObject({ taskId, step: 'wait', task: 'approved', state: 'open', title: 'Pay?' });
    const id = open?.id ?? '';
    const ann = { actor: 'ann', claims: ['user:ann', 'role:boss'] };
    await expect(inbox().decide(id, { decision: 'approve', actor: 'ben' })).rejects.toMatchObject({
      code: 'TSK_REQUEST_INVALID',
    });
    const answer = { centre: 7 };
    await expect(inbox().decide(id, { decision: 'approve', answer, actor: 'ben' })).rejects.toMatchObject({
      code: 'TSK_APPROVAL_NOT_ASSIGNED',
    });
    const { woken } = await inbox().decide(id, { decision: 'approve', answer, ...ann });
    process.engine.queued(woken);
    await expect(inbox().decide(id, { decision: 'reject', ...ann })).rejects.toMatchObject({
      ...{ code: 'TSK_APPROVAL_ENDED', data: { approval: { state: 'approved', actor: 'ann' } } },
    });
    expect(await harness.finished(taskId)).toBe('complete');
    expect(await resultOf(taskId)).toMatchObject({ decision: 'approved', by: 'ann', answer });
  });

  it('that is a rejection fails for good; a rerun asks anew', async () => {
    const plan = await planned('rejected', { name: 'wait', approval: { title: 'Pay?' } }, after);
    const process = await harness.start();
    const taskId = await harness.create(process, plan);
    await waiting(taskId);
    const [first] = await inbox().list({ state: 'open' });
    process.engine.queued((await inbox().decide(first?.id ?? '', { decision: 'reject', actor: 'ann' })).woken);
    await harness.finished(taskId);
    expect(await harness.rows.failures(taskId)).toMatchObject([{ kind: 'permanent', code: 'TSK_APPROVAL_REJECTED' }]);
    harness.seen.splice(0);
    await harness.operators.act(taskId, { verb: 'rerun', step: 'wait' }, { actor: 'ann' });
    await waiting(taskId);
    const [second] = await inbox().list({ state: 'open' });
    expect(second?.id).not.toBe(first?.id);
    process.engine.queued((await inbox().decide(second?.id ?? '', { decision: 'approve', actor: 'ben' })).woken);
    expect(await harness.finished(taskId)).toBe('complete');
  });

  it('that is rerun while it waits asks anew, and the old one is superseded', async () => {
    const plan = await planned(
      'rerun',
      { name: 'first', handler: 'noop' },
      { name: 'wait', dependsOn: 'first', approval: { title: 'Pay?' } },
    );
    const process = await harness.start();
    const taskId = await harness.create(process, plan);
    await waiting(taskId);
    harness.seen.splice(0);
    await harness.operators.act(taskId, { verb: 'rerun', step: 'first' }, { actor: 'ann' });
    await waiting(taskId);
    expect((await inbox().list({ taskId })).map(({ state }) => state)).toEqual(['open', 'superseded']);
  });

  it('is given to others, and then is over', async () => {
    const approval = {
      title: 'Pay?',
      assignees: ['user:a'],
      deadlineMs: 300,
      escalate: { afterMs: 50, to: ['user:b'] },
    };
    const plan = await planned('escalated', { name: 'wait', approval }, after);
    const process = await harness.start();
    const taskId = await harness.create(process, plan);
    await harness.finished(taskId);
    expect(await inbox().list({ taskId })).toMatchObject([
      { state: 'timed_out', assignees: ['user:b'], escalatedAt: expect.any(Date) as Date },
    ]);
    expect(await harness.rows.failures(taskId)).toMatchObject([{ code: 'TSK_APPROVAL_TIMEOUT' }]);
  });
});

describe('a handler that suspends its step', () => {
  it('holds no worker, and is called again with what it had kept and what it waited for', async () => {
    const plan = await planned('poller', { name: 'wait', handler: 'poll', suspends: true, retryLimit: 1 }, after);
    const calls: unknown[] = [];
    const process = await harness.start({
      handlers: {
        poll: async (step) => {
          calls.push([step.checkpoint.value, step.woken]);
          const round = Number(step.checkpoint.value ?? 0) + 1;
          if (round === 1) return step.suspend({ untilMs: 20, checkpoint: round });
          if (round === 2) return step.suspend({ signal: 'go', untilMs: 60_000, checkpoint: round });
          return 'done';
        },
      },
    });
    const taskId = await harness.create(process, plan);
    const second = (event: { taskId: string; attempt: number }) => event.taskId === taskId && event.attempt === 2;
    await harness.event('step.waiting', second);
    await signalTo(process, taskId, 'go', 'now');
    expect(await harness.finished(taskId)).toBe('complete');
    expect(calls).toEqual([
      [null, null],
      [1, { by: 'time', signal: null }],
      [2, { by: 'signal', signal: { payload: 'now', id: null, at: expect.any(Number) as number } }],
    ]);
    expect((await harness.rows.steps(taskId))[0]).toMatchObject({ attempt: 3, granted: 2, result: 'done' });
  });

  it('sees the same again when it fails after that', async () => {
    const plan = await planned('fails-once', {
      name: 'wait',
      handler: 'poll',
      suspends: true,
      backoff: { initialMs: 0 },
    });
    const woken: unknown[] = [];
    const process = await harness.start({
      handlers: {
        poll: async (step) => {
          if (step.woken === null) return step.suspend({ signal: 'go' });
          woken.push(step.woken.signal?.payload);
          if (woken.length === 1) throw new Error('once');
          return null;
        },
      },
    });
    const taskId = await harness.create(process, plan);
    await waiting(taskId);
    await signalTo(process, taskId, 'go', 7);
    expect(await harness.finished(taskId)).toBe('complete');
    expect(woken).toEqual([7, 7]);
  });

  it.each([
    ['without saying so', { suspends: false }, { untilMs: 1 }],
    ['for ever', { suspends: true }, {}],
    ['more often than may be', { suspends: true }, { untilMs: 0 }],
  ])('%s fails for good', async (_what, changes, options) => {
    const plan = await planned(`refused-${_what.length}`, { name: 'wait', handler: 'poll', when: 'true', ...changes });
    const process = await harness.start({ suspends: 3, handlers: { poll: async (step) => step.suspend(options) } });
    const taskId = await harness.run(process, plan);
    expect((await harness.rows.failures(taskId)).at(-1)).toMatchObject({ code: 'TSK_SUSPEND_REFUSED' });
  });
});

describe('why a step waits', () => {
  it('is told as data and as a sentence', async () => {
    const plan = await planned(
      'explained',
      { name: 'nap', sleepMs: 1.5 * 86_400_000 },
      { name: 'paid', waitFor: { signal: 'paid', correlation: '"k"', timeoutMs: 1.5 * 3_600_000 } },
      { name: 'sign', approval: { title: 'Pay?', assignees: ['role:boss'] } },
    );
    const process = await harness.start();
    const taskId = await harness.create(process, plan);
    await harness.event('step.waiting', (event) => event.taskId === taskId && event.step === 'nap');
    await harness.event('step.waiting', (event) => event.taskId === taskId && event.step === 'paid');
    await harness.event('step.waiting', (event) => event.taskId === taskId && event.step === 'sign');
    const [nap, paid, sign] = await new StepInsightStore(harness.handle.session).readiness(taskId);
    expect(nap?.reason).toMatchObject({ code: 'waiting', for: { kind: 'sleep', until: expect.any(Date) as Date } });
    expect(paid?.reason).toMatchObject({ for: { kind: 'signal', signals: ['paid'] } });
    expect(sign?.reason).toMatchObject({ for: { approval: { title: 'Pay?', assignees: ['role:boss'] } } });
    expect([nap?.why, paid?.why, sign?.why]).toEqual([
      expect.stringMatching(/^It sleeps, and goes on in 1 d\.$/) as string,
      expect.stringMatching(/^It waits for the signal "paid"; its time is over in .+\.$/) as string,
      'It waits for a decision: "Pay?", of "role:boss".',
    ]);
  });
});
