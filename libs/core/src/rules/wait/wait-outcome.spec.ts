import { normaliseStep, type StepTemplateInput } from '../template/step-defaults';
import type { StepWait } from './step-wait';
import { waitOutcome } from './wait-outcome';

const outcome = (step: Partial<StepTemplateInput>, wait: Partial<StepWait>) =>
  waitOutcome(normaliseStep({ name: 's', ...step }), {
    ...{ kind: 'signal', wokenBy: 'signal', signals: [], approval: null },
    ...wait,
  });
const result = (value: unknown) => ({ kind: 'completed', result: JSON.stringify(value) });
const failure = (code: string) => ({ kind: 'failed', failure: expect.objectContaining({ kind: 'permanent', code }) });
const came = (name: string, ...payloads: unknown[]) => ({
  name,
  taken: payloads.map((payload) => ({ payload, id: null, at: 0 })),
});
const decided = (state: 'approved' | 'rejected' | 'timed_out'): Partial<StepWait> => ({
  ...{ kind: 'approval', wokenBy: state === 'timed_out' ? 'time' : 'decision' },
  approval: { state, by: 'ann', answer: { ok: true }, at: 0 },
});

describe('what a wait that is over means', () => {
  it('of a sleep is nothing more', () => {
    expect(outcome({ sleepMs: 1 }, { kind: 'sleep', wokenBy: 'time' })).toEqual(result(null));
  });

  it('of a signal is what was sent; of up to several, a list', () => {
    expect(outcome({ waitFor: { signal: 'a' } }, { signals: [came('a', { x: 1 })] })).toEqual(result({ x: 1 }));
    expect(outcome({ waitFor: { signal: 'a', max: 5 } }, { signals: [came('a', 1, 2)] })).toEqual(result([1, 2]));
  });

  it('of any is the one that came; of all, what came by name', () => {
    const any = [{ signal: 'a' }, { signal: 'b' }, { sleepMs: 5 }];
    expect(outcome({ waitFor: { any } }, { signals: [came('a'), came('b', 7)] })).toEqual(
      result({ name: 'b', payload: 7 }),
    );
    expect(outcome({ waitFor: { any } }, { wokenBy: 'time', signals: [came('a'), came('b')] })).toEqual(
      result({ name: 'sleep', payload: null }),
    );
    expect(outcome({ waitFor: { all: any.slice(0, 2) } }, { signals: [came('a', 1), came('b', 2)] })).toEqual(
      result({ a: 1, b: 2 }),
    );
  });

  it.each<[Parameters<typeof outcome>[0]['waitFor'] extends infer W ? W : never, object]>([
    [{ signal: 'a', timeoutMs: 1 }, failure('TSK_SIGNAL_TIMEOUT')],
    [{ signal: 'a', timeoutMs: 1, onTimeout: 'fail' }, failure('TSK_SIGNAL_TIMEOUT')],
    [
      { signal: 'a', timeoutMs: 1, onTimeout: 'skip' },
      { kind: 'skipped', reason: 'timeout' },
    ],
    [{ signal: 'a', timeoutMs: 1, onTimeout: { result: 0 } }, result(0)],
  ])('of one in vain is what the step says: %j', (waitFor, expected) => {
    expect(outcome({ waitFor }, { wokenBy: 'time', signals: [came('a')] })).toEqual(expected);
  });

  it('of a decision is the decision, with who made it and what he answered', () => {
    expect(outcome({ approval: { title: 't' } }, decided('approved'))).toEqual(
      result({ decision: 'approved', by: 'ann', at: '1970-01-01T00:00:00.000Z', answer: { ok: true } }),
    );
  });

  it('of a rejection is a failure that no attempt mends, or a result like any other', () => {
    expect(outcome({ approval: { title: 't' } }, decided('rejected'))).toEqual({
      ...failure('TSK_APPROVAL_REJECTED'),
      retryAfterMs: undefined,
    });
    expect(outcome({ approval: { title: 't', onReject: 'complete' } }, decided('rejected'))).toMatchObject({
      kind: 'completed',
    });
  });

  it('of a decision that nobody has made in time is what the step says', () => {
    expect(outcome({ approval: { title: 't' } }, decided('timed_out'))).toMatchObject(failure('TSK_APPROVAL_TIMEOUT'));
    expect(outcome({ approval: { title: 't', onTimeout: 'skip' } }, decided('timed_out'))).toEqual({
      kind: 'skipped',
      reason: 'timeout',
    });
  });
});
