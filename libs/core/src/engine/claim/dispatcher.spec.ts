import type { StepPlan } from '../../rules/template/task-plan';
import { Dispatcher, type DispatcherDeps } from './dispatcher';
import { Hand } from './hand';

const root = { position: 0, lane: 4 } as StepPlan;

/** A dispatcher with room for two steps of lane 4, and nothing to claim. */
function dispatcherWith() {
  const lanes = {
    serves: (lane: number) => lane === 4,
    ofHandlers: { claimRange: () => ({ lanes: [], fromSeq: [], partial: false }) },
    ofEngine: { ids: () => [] },
  };
  const clock = { now: () => 0, monotonic: () => 0, after: () => ({ cancel: () => undefined }) };
  const host = { lease: { isValid: () => true } };
  return new Dispatcher({ hand: new Hand(), lanes, clock, concurrency: 1, host } as unknown as DispatcherDeps);
}

describe('first steps of a creation that claims', () => {
  it('are reserved a place as long as the worker is open, has room and serves their lane', () => {
    const dispatcher = dispatcherWith();
    expect(dispatcher.reserveRoot(root)).toBe(false);
    dispatcher.openUp();
    expect(dispatcher.reserveRoot({ ...root, lane: 5 })).toBe(false);
    expect([1, 2, 3].map(() => dispatcher.reserveRoot(root))).toEqual([true, true, false]);
    dispatcher.rootsAnswered(2);
    expect(dispatcher.reserveRoot(root)).toBe(true);
    dispatcher.close();
    expect(dispatcher.reserveRoot(root)).toBe(false);
  });

  it('count as a claim under way until the creation is answered', async () => {
    const dispatcher = dispatcherWith();
    dispatcher.openUp();
    await new Promise(setImmediate);
    expect(dispatcher.isClaiming).toBe(false);
    dispatcher.reserveRoot(root);
    expect(dispatcher.isClaiming).toBe(true);
    dispatcher.rootsAnswered(1);
    expect(dispatcher.isClaiming).toBe(false);
  });
});
