import { StoreUnavailableError, type EngineStore } from '@tasker/core';
import { engineHarness } from '../support/engine-harness';
import { step, template } from '../support/engine-templates';
import { gate } from '../support/gate';
import { HandlerCalls } from '../support/handler-calls';
import { interposed } from '../support/interposed-store';

const harness = engineHarness();

const LEASE_MS = 600;
const OPTIONS = { leaseMs: LEASE_MS, pollMs: 100 };
const work = template('work', [step('only', [], { handler: 'work' })]);

const calls = (): HandlerCalls => new HandlerCalls(() => harness.rows);

/** Renewals of the worker's first life hang from when `cut` says so. */
const cutOff = (store: EngineStore, cut: () => boolean): EngineStore => {
  let first: number | undefined;
  return interposed(store, {
    heartbeat: (beat, renew) =>
      beat.workerId === (first ??= beat.workerId) && cut() ? new Promise(() => undefined) : renew(beat),
  });
};

/** Keeps the event loop to itself. */
function block(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

describe('no handler starts without a lease', () => {
  it('when the event loop was blocked past the lease with steps in hand', async () => {
    const plan = await harness.template(work);
    const seen = calls();
    const creator = await harness.start({ role: 'api' });
    const tasks = await harness.createMany(creator, plan, 6);
    await harness.start({
      ...OPTIONS,
      concurrency: 2,
      handlers: {
        work: seen.recorded(async () => {
          if (seen.made.length === 2) block(2 * LEASE_MS);
        }),
      },
    });
    expect(new Set(await harness.allFinished(tasks))).toEqual(new Set(['complete']));
    const [first] = seen.made;
    // Two places, two calls: what it had in hand beyond them was not started after the block.
    expect(seen.made.filter(({ workerId }) => workerId === first?.workerId)).toHaveLength(2);
    expect([await seen.afterSettlement(), seen.repeated()]).toEqual([[], []]);
  });

  it('when a claim is answered after others have run what it brings', async () => {
    const plan = await harness.template(work);
    const seen = calls();
    const [claimed, answered] = [gate(), gate()];
    let held = false;
    const slow = await harness.start({
      ...OPTIONS,
      handlers: { work: seen.recorded(async () => null) },
      wrap: (store) =>
        interposed(
          cutOff(store, () => held),
          {
            claim: async (request, claim) => {
              const steps = await claim(request);
              if (held || steps.length === 0) return steps;
              held = true;
              claimed.open();
              await answered.opened;
              return steps;
            },
          },
        ),
    });
    const creator = await harness.start({ role: 'api' });
    const taskId = await harness.create(creator, plan);
    await claimed.opened;
    await harness.start({ ...OPTIONS, handlers: { work: seen.recorded(async () => null) } });
    await harness.finished(taskId);
    answered.open();
    await harness.run(slow, plan);
    expect(seen.made.filter((call) => call.taskId === taskId).map(({ attempt }) => attempt)).toEqual([2]);
    expect(await seen.afterSettlement()).toEqual([]);
  });

  it('when the reconciler is answered after others have run what was in hand', async () => {
    const plan = await harness.template(work);
    const quick = await harness.template(template('quick', [step('only')]));
    const seen = calls();
    const [started, asked, answered] = [gate(), gate(), gate()];
    let [settlements, held] = [0, false];
    const cut = await harness.start({
      ...OPTIONS,
      handlers: {
        work: seen.recorded(({ attempt }) => {
          started.open();
          return attempt === 1 ? new Promise(() => undefined) : Promise.resolve(null);
        }),
      },
      wrap: (store) =>
        interposed(
          cutOff(store, () => held),
          {
            settle: async (batch, settle) => {
              const receipt = await settle(batch);
              if (++settlements === 1) throw new StoreUnavailableError(new Error('the answer was lost'));
              return receipt;
            },
            stepsInHand: async (workerId, limit, list) => {
              const steps = await list(workerId, limit);
              if (held) return steps;
              held = true;
              asked.open();
              await answered.opened;
              return steps;
            },
          },
        ),
    });
    const taskId = await harness.create(cut, plan);
    await started.opened;
    await harness.create(cut, quick);
    await asked.opened;
    await harness.start({ ...OPTIONS, handlers: { work: seen.recorded(async () => null) } });
    await harness.finished(taskId);
    answered.open();
    await harness.run(cut, quick);
    expect(seen.made.map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect([await seen.afterSettlement(), seen.repeated()]).toEqual([[], []]);
  });
});
