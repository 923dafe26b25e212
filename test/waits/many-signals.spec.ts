import { normaliseTemplate, type NewSignal, type StepContext } from '@tasker/core';
import { engineHarness } from '../support/engine-harness';
import { stagedWaits } from './support/staged-waits';

const SIGNALS = 1_000;
const SENDERS = 10;

const to = (taskId: string, payload: unknown): NewSignal => ({
  ...{ namespace: null, name: 'item', taskId, key: null, payload: JSON.stringify(payload), id: null, ttlMs: null },
});

describe('signals of many senders to one task', () => {
  const harness = engineHarness();

  it('are taken once each, while the step waits again and again', async () => {
    const plan = await harness.template(
      normaliseTemplate({ name: 'collector', steps: [{ name: 'collect', handler: 'collect', suspends: true }] }),
    );
    const taken: number[] = [];
    const handlers = {
      collect: async (step: StepContext) => {
        const payload = step.woken?.signal?.payload;
        if (typeof payload === 'number') taken.push(payload);
        return taken.length < 200 ? step.suspend({ signal: 'item' }) : taken.length;
      },
    };
    const [first, ...others] = await Promise.all([
      harness.start({ handlers, suspends: 10_000, keptSignals: 10_000 }),
      harness.start({ handlers, suspends: 10_000, keptSignals: 10_000 }),
      harness.start({ role: 'api', keptSignals: 10_000 }),
    ]);
    const taskId = await harness.create(first, plan);
    const senders = [first, ...others];
    const sent = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const sender = senders[index % senders.length] ?? first;
        return (await sender.engine.signal(to(taskId, index))).outcome;
      }),
    );
    expect(sent.filter((outcome) => outcome !== 'kept' && outcome !== 'delivered')).toEqual([]);
    expect(await harness.finished(taskId, 60_000)).toBe('complete');
    expect(taken.toSorted((one, other) => one - other)).toEqual(Array.from({ length: 200 }, (_, index) => index));
  }, 90_000);
});

describe('waits that open while signals come', () => {
  const staged = stagedWaits();

  it('lose none and take none twice', async () => {
    const task = await staged.task(4);
    const accepted: number[] = [];
    const senders = Array.from({ length: SENDERS }, async (_, sender) => {
      for (let i = 0; i < SIGNALS / SENDERS / 10; i++) {
        const batch = Array.from({ length: 10 }, (_unused, n) => ({ task, payload: sender * 1_000 + i * 10 + n }));
        const outcomes = await staged.send(...batch);
        accepted.push(...batch.filter((_signal, n) => outcomes[n] !== 'full').map(({ payload }) => payload));
      }
    });
    const taken: unknown[] = [];
    const waiter = async (position: number): Promise<void> => {
      for (let round = 0; round < 40; round++) {
        await staged.wait(task, position, { signals: [{ name: 'paid', max: 5 }] });
        const read = await staged.read(task, position);
        if (read?.by === 'signal') taken.push(...(read.taken['paid'] ?? []));
        // Not woken: what comes until the next round opens is in the row, and is read there.
        else position = await untilWoken(position);
      }
    };
    const untilWoken = async (position: number): Promise<number> => {
      const rows = await staged.harness.rows.query<{ taken: { payload: unknown }[] }>(
        `with gone as (delete from tasker.wait_signals where task_id = $1 and position = $2 returning taken),
              wait as (delete from tasker.step_waits where task_id = $1 and position = $2)
         select taken from gone`,
        [task, position],
      );
      taken.push(...rows.flatMap((row) => row.taken.map(({ payload }) => payload)));
      return position;
    };
    await Promise.all([...senders, ...[0, 1, 2, 3].map(waiter)]);
    const kept = await staged.harness.rows.query<{ payload: unknown }>('select payload from tasker.kept_signals');
    const all = [...taken, ...kept.map(({ payload }) => payload)].map(Number).sort((one, other) => one - other);
    expect(accepted.length).toBeGreaterThan(100);
    expect(all).toEqual(accepted.sort((one, other) => one - other));
    const [box] = await staged.harness.rows.query<{ kept: number }>('select kept from tasker.signal_boxes');
    expect(box?.kept).toBe(kept.length);
  }, 60_000);
});
