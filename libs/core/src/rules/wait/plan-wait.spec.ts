import { normaliseStep, type StepTemplateInput } from '../template/step-defaults';
import { planWait } from './plan-wait';

const planned = (step: Partial<StepTemplateInput>, values: Record<string, unknown> = {}) =>
  planWait(normaliseStep({ name: 's', ...step }), (expression) => Promise.resolve(values[expression]));

const NOTHING = { signals: [], all: false, due: null, interim: null, approval: null };
const failed = expect.objectContaining({ code: 'TSK_EXPRESSION_FAILED' }) as Error;

describe('what a step begins to wait for', () => {
  it('is a time from now', async () => {
    expect(await planned({ sleepMs: 400 * 86_400_000 })).toEqual({
      ...NOTHING,
      kind: 'sleep',
      due: { inMs: 400 * 86_400_000 },
    });
  });

  it.each([new Date('2030-01-01T00:00:00Z'), '2030-01-01T00:00:00Z', '2030-01-01T01:00:00+01:00'])(
    'is a time that an expression gives: %s',
    async (time) => {
      const { due } = await planned({ sleepUntil: 'context.at' }, { 'context.at': time });
      expect(due).toEqual({ at: Date.UTC(2030, 0, 1) });
    },
  );

  it.each([undefined, null, 'tomorrow', 5, {}, new Date(NaN)])('is no time: %j', async (time) => {
    await expect(planned({ sleepUntil: 'context.at' }, { 'context.at': time })).rejects.toEqual(failed);
  });

  it('is a signal to the task, or to a key', async () => {
    expect(await planned({ waitFor: { signal: 'paid', timeoutMs: 5 } })).toEqual({
      ...NOTHING,
      ...{ kind: 'signal', signals: [{ name: 'paid', key: null, max: 1 }], due: { inMs: 5 } },
    });
    const toKey = { signal: 'paid', correlation: 'order', max: 7 };
    expect((await planned({ waitFor: toKey }, { order: 12 })).signals).toEqual([{ name: 'paid', key: '12', max: 7 }]);
  });

  it.each(['', '@x', 'x'.repeat(256), null, true, 'a\0b'])('is no key: %j', async (order) => {
    await expect(planned({ waitFor: { signal: 'paid', correlation: 'order' } }, { order })).rejects.toEqual(failed);
  });

  it('is the first of several things: a sleep among them is the end', async () => {
    const any = [{ signal: 'paid' }, { signal: 'cancelled', correlation: 'order' }, { sleepMs: 9 }];
    expect(await planned({ waitFor: { any } }, { order: 'k' })).toEqual({
      ...NOTHING,
      kind: 'signal',
      signals: [
        { name: 'paid', key: null, max: 1 },
        { name: 'cancelled', key: 'k', max: 1 },
      ],
      due: { inMs: 9 },
    });
  });

  it('is all of several things: a sleep among them is one of them', async () => {
    expect(await planned({ waitFor: { all: [{ signal: 'paid' }, { sleepMs: 9 }], timeoutMs: 50 } })).toMatchObject({
      ...{ all: true, due: { inMs: 50 }, interim: { inMs: 9 }, signals: [{ name: 'paid' }] },
    });
  });

  it('is a decision', async () => {
    const escalate = { afterMs: 5, to: ['role:boss'] };
    expect(await planned({ approval: { title: 'Pay?', assignees: ['user:ann'], deadlineMs: 9, escalate } })).toEqual({
      ...NOTHING,
      ...{ kind: 'approval', due: { inMs: 9 }, interim: { inMs: 5 } },
      approval: {
        ...{ title: 'Pay?', description: null, form: null, assignees: ['user:ann'], notInitiator: false },
        escalateTo: ['role:boss'],
      },
    });
  });
});
