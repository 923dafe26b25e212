import {
  ATTEMPT_ENDS,
  STEP_STATES,
  STEP_TRANSITIONS,
  StaleOutcomesError,
  type SettlementBatch,
  type StepState,
} from '@tasker/core';
import { moved, pairs, STEP_MOVERS } from './support/movers';
import { EMPTY_BATCH, stagedStore } from './support/staged-store';

const staged = stagedStore();

describe('the table of legal moves', () => {
  it('lists for each move the verb that makes it', () => {
    const listed = pairs(STEP_STATES).filter(([from, to]) => STEP_MOVERS[from][to] !== undefined);
    expect(listed).toEqual(pairs(STEP_STATES).filter(([from, to]) => STEP_TRANSITIONS[from].includes(to)));
  });
});

describe('settling a step', () => {
  it.each(moved(STEP_MOVERS, 'settle'))('moves it from %s to %s and records that', async (from, to) => {
    await staged.taskIn('in_progress');
    await staged.stepIn(from);
    await staged.settle(to);
    expect(await staged.stateOf()).toBe(to);
    expect(await staged.rows.history(staged.taskId)).toEqual([
      expect.objectContaining({ from, to, attempt: 1, workerId: staged.workerId }),
    ]);
  });

  const ours = pairs(STEP_STATES).filter(([from]) => from === 'in_progress');
  it.each(ours.filter(([from, to]) => STEP_MOVERS[from][to] !== 'settle'))(
    'never moves it from %s to %s',
    async (from, to) => {
      await staged.taskIn('in_progress');
      await staged.stepIn(from);
      await expect(async () => staged.settle(to)).rejects.toThrow(RangeError);
      expect(await staged.stateOf()).toBe(from);
    },
  );

  it.each(pairs(STEP_STATES).filter(([from]) => from !== 'in_progress'))(
    'refuses it as stale when it is %s, so it does not become %s',
    async (from, to) => {
      await staged.taskIn('in_progress');
      await staged.stepIn(from);
      await expect(async () => staged.settle(to)).rejects.toThrow(
        ATTEMPT_ENDS.includes(to) ? StaleOutcomesError : RangeError,
      );
      expect(await staged.stateOf()).toBe(from);
      expect(await staged.rows.history(staged.taskId)).toEqual([]);
    },
  );

  it('refuses another attempt, another worker and a step without a row', async () => {
    await staged.taskIn('in_progress');
    await expect(staged.settle('complete')).rejects.toThrow(StaleOutcomesError);
    await staged.stepIn('in_progress');
    await expect(staged.settle('complete', {}, { attempt: 2 })).rejects.toThrow(StaleOutcomesError);
    const [other] = await staged.rows.query<{ id: number }>(
      `insert into tasker.workers (name, host, pid, version, lanes, concurrency, lease_expires_at)
       values ('o', 'h', 2, '0', '{}', 1, now() + interval '1 minute') returning id`,
    );
    await expect(staged.settle('complete', {}, { worker: other?.id ?? 0 })).rejects.toThrow(StaleOutcomesError);
    expect(await staged.stateOf()).toBe('in_progress');
  });

  it('names the stale outcomes of a batch and records none of it', async () => {
    await staged.taskIn('in_progress');
    await staged.stepIn('in_progress', 0);
    await staged.stepIn('complete', 1);
    const outcome = {
      taskId: staged.taskId,
      attempt: 1,
      granted: false,
      state: 'complete',
      result: null,
      error: null,
      worker: staged.workerId,
    } as const;
    const outcomes = [
      { ...outcome, position: 1 },
      { ...outcome, position: 0 },
      { ...outcome, position: 0, attempt: 5 },
    ];
    const settling = staged.store.settle({ ...EMPTY_BATCH, outcomes });
    await expect(settling).rejects.toMatchObject({ name: 'StaleOutcomesError', indexes: [0, 2] });
    expect(await staged.stateOf(0)).toBe('in_progress');
  });
});

describe('settling frees dependents', () => {
  const join = (mine: boolean): Partial<SettlementBatch> => {
    const place = {
      taskId: staged.taskId,
      position: 2,
      templateId: staged.joinPlan.templateId,
      lane: staged.joinPlan.steps[2]?.lane ?? 0,
      rank: 0,
    };
    return {
      joins: [{ ...place, worker: mine ? staged.workerId : null, need: 2, met: 1, blocked: false }],
      stepCounts: [{ taskId: staged.taskId, steps: 3 }],
    };
  };

  it.each(moved(STEP_MOVERS, 'dependent'))('from %s to %s', async (from, to) => {
    await staged.taskIn('in_progress', staged.joinPlan);
    await staged.stepIn('in_progress', 0);
    await staged.stepIn(from, 2, 2);
    await staged.settle('complete', join(to === 'in_progress'));
    expect(await staged.stateOf(2)).toBe(to);
    expect(await staged.rows.count('queue')).toBe(to === 'ready' ? 1 : 0);
  });

  async function touch(from: StepState, mine: boolean) {
    await staged.taskIn('in_progress', staged.joinPlan);
    await staged.stepIn('in_progress', 0);
    await staged.stepIn(from, 2, 2);
    const { started, ready, queued } = await staged.settle('complete', join(mine));
    return { started, ready, queued, state: await staged.stateOf(2) };
  }
  const untouched = STEP_STATES.filter((state) => state !== 'pending');

  it.each(untouched)('but leaves one that is %s as it is', async (from) => {
    const nothing = { started: [], ready: [], queued: 0, state: from };
    expect([await touch(from, true), await touch(from, false)]).toEqual([nothing, nothing]);
    expect(await staged.rows.count('queue')).toBe(0);
  });
});

describe('claiming', () => {
  it.each(moved(STEP_MOVERS, 'claim'))('moves a queued step from %s to %s', async (from, to) => {
    await staged.taskIn('in_progress');
    await staged.stepIn(from);
    await staged.enqueue(false);
    expect(await staged.claim()).toEqual([expect.objectContaining({ taskId: staged.taskId, position: 0, attempt: 2 })]);
    expect(await staged.stateOf()).toBe(to);
  });

  it.each(STEP_STATES.filter((state) => state !== 'ready' && state !== 'waiting'))(
    'drops a stale entry of a step that is %s',
    async (from) => {
      await staged.taskIn('in_progress');
      await staged.stepIn(from);
      await staged.enqueue(false);
      await staged.enqueue(true);
      expect(await staged.claim()).toEqual([]);
      expect(await staged.stateOf()).toBe(from);
      expect(await staged.rows.count('queue')).toBe(0);
    },
  );
});

describe('promoting delayed steps', () => {
  it.each(moved(STEP_MOVERS, 'promote'))('moves a step that is due from %s to %s', async (from, to) => {
    await staged.taskIn('in_progress');
    await staged.stepIn(from);
    await staged.delay();
    expect((await staged.store.promoteDelayed(10)).promoted).toHaveLength(1);
    expect(await staged.stateOf()).toBe(to);
    expect(await staged.rows.count('queue')).toBe(1);
  });

  it.each(STEP_STATES.filter((state) => state !== 'waiting_for_retry'))(
    'drops a stale entry of a step that is %s',
    async (from) => {
      await staged.taskIn('in_progress');
      await staged.stepIn(from);
      await staged.delay();
      expect((await staged.store.promoteDelayed(10)).promoted).toEqual([]);
      expect(await staged.stateOf()).toBe(from);
      expect([await staged.rows.count('queue'), await staged.rows.count('delayed_steps')]).toEqual([0, 0]);
    },
  );
});
