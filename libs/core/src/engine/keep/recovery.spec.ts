import type { Clock } from '../../ports/clock';
import { StoreUnavailableError } from '../../ports/settlement';
import { Recovery, type RecoveryDeps } from './recovery';

const broken = new StoreUnavailableError(new Error('gone'));
const turn = (): Promise<void> => new Promise(setImmediate);

/** A recovery whose work ends when the test says so; timers of up to a second are run by `settle`. */
function recovering() {
  const [calls, timers]: [string[], (() => void)[]] = [[], []];
  let finish = (): void => undefined;
  const working = (name: string) => (): Promise<void> => {
    calls.push(name);
    return new Promise((resolve) => (finish = resolve));
  };
  const clock: Pick<Clock, 'after'> = {
    after: (delayMs, run) => {
      if (delayMs < 1_000) timers.push(run);
      return { cancel: () => void (timers.includes(run) && timers.splice(timers.indexOf(run), 1)) };
    },
  };
  const nothing = (): void => undefined;
  const recovery = new Recovery({
    clock,
    log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
    reconciler: { reconcile: working('reconcile') },
    settler: { isWriting: false, pause: nothing, resume: () => calls.push('resume'), abandon: nothing },
    dispatcher: { isClaiming: false, close: nothing, takeUnstarted: () => [], supplyStarved: () => Promise.resolve() },
    inside: { isWriting: false, pause: nothing, resume: nothing, abandon: nothing },
    hand: { size: 0, abandon: nothing },
    news: { ask: () => Promise.resolve(), isAwaited: false, close: nothing },
    worker: { register: working('register'), openUp: nothing, lease: { renew: () => Promise.resolve() } },
    settleDownMs: 1_000,
  } as unknown as RecoveryDeps);
  const settle = async (): Promise<void> => {
    while (timers.length > 0) timers.shift()?.();
    await turn();
  };
  return { recovery, calls, settle, finish: () => finish() };
}

describe('a worker that is brought back', () => {
  it('compares with the rows once more when a connection broke while it did', async () => {
    const { recovery, calls, settle, finish } = recovering();
    recovery.reconnect(broken);
    await settle();
    recovery.reconnect(broken);
    finish();
    await settle();
    await settle();
    expect([calls, recovery.isActive]).toEqual([['reconcile', 'reconcile'], true]);
    finish();
    await settle();
    expect([calls, recovery.isActive]).toEqual([['reconcile', 'reconcile', 'resume'], false]);
  });

  it('registers once when a connection broke while it did, and then compares', async () => {
    const { recovery, calls, settle, finish } = recovering();
    recovery.startOver();
    await settle();
    recovery.reconnect(broken);
    finish();
    await settle();
    await settle();
    expect(calls).toEqual(['register', 'reconcile']);
    finish();
    await settle();
    expect([calls, recovery.isActive]).toEqual([['register', 'reconcile', 'resume'], false]);
  });
});
