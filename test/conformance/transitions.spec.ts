import {
  STEP_STATES,
  STEP_TRANSITIONS,
  StaleOutcomesError,
  TASK_STATES,
  TASK_TRANSITIONS,
  type SettlementBatch,
  type StepState,
  type TaskPlan,
  type TaskState,
} from '@tasker/core';
import { openStore, type PostgresEngineStore } from '@tasker/postgres';
import { EngineHarness } from '../support/engine-harness';
import { step, template } from '../support/engine-templates';

/** Which verb of the store makes a legal move; `operator` ones are made by verbs of operators, not of workers. */
type Mover = 'settle' | 'claim' | 'promote' | 'dependent' | 'operator';

/** A state or a move that is new in core's tables fails the tests below until it is listed here. */
const STEP_MOVERS: Record<StepState, Partial<Record<StepState, Mover>>> = {
  pending: {
    ...{ ready: 'dependent', in_progress: 'dependent' },
    ...{ skipped: 'operator', cancelled: 'operator', resolved_manually: 'operator' },
  },
  ready: { in_progress: 'claim', skipped: 'operator', cancelled: 'operator', resolved_manually: 'operator' },
  in_progress: {
    ...{ complete: 'settle', waiting_for_retry: 'settle', ready: 'settle', error: 'settle', skipped: 'settle' },
    ...{ cancelled: 'settle', resolved_manually: 'settle' },
  },
  waiting_for_retry: { ready: 'promote', skipped: 'operator', cancelled: 'operator', resolved_manually: 'operator' },
  complete: {},
  error: { ready: 'operator', skipped: 'operator', resolved_manually: 'operator', cancelled: 'operator' },
  skipped: {},
  cancelled: {},
  resolved_manually: {},
};

const TASK_MOVERS: Record<TaskState, Partial<Record<TaskState, Mover>>> = {
  pending: { in_progress: 'claim', error: 'settle', cancelled: 'operator', resolved_manually: 'operator' },
  in_progress: { complete: 'settle', error: 'settle', cancelled: 'operator', resolved_manually: 'operator' },
  complete: {},
  error: { in_progress: 'operator', resolved_manually: 'operator', cancelled: 'operator' },
  cancelled: {},
  resolved_manually: {},
};

const pairs = <S extends string>(states: readonly S[]): [S, S][] =>
  states.flatMap((from) => states.map((to): [S, S] => [from, to]));

const moved = <S extends string>(movers: Record<S, Partial<Record<S, Mover>>>, by: Mover): [S, S][] =>
  pairs(Object.keys(movers) as S[]).filter(([from, to]) => movers[from][to] === by);

const harness = new EngineHarness();
let store: PostgresEngineStore;
let plan: TaskPlan;
let joinPlan: TaskPlan;
let workerId: number;
let taskId: string;

beforeAll(async () => {
  await harness.open();
  plan = await harness.template(template('pair', [step('parent'), step('child', ['parent'])]));
  joinPlan = await harness.template(template('join', [step('a'), step('b'), step('child', ['a', 'b'])]));
  const connection = { connectionString: harness.url, schema: 'tasker', applicationName: 'test' };
  store = openStore({ ...connection, pooler: 'none', settleConnections: 1, leaseMs: 60_000 });
});
beforeEach(async () => {
  const lanes = (await store.lanes()).map((lane) => lane.id);
  const worker = { name: 'w', host: 'h', pid: 1, version: '0', lanes, concurrency: 1, leaseMs: 60_000 };
  workerId = await store.registerWorker(worker);
});
afterEach(() => harness.rows.clear());
afterAll(async () => {
  await store.close();
  await harness.close();
});

const stepCode = (state: StepState): number => STEP_STATES.indexOf(state);
const taskCode = (state: TaskState): number => TASK_STATES.indexOf(state);

/** A task in this state, without steps or queue entries. */
async function taskIn(state: TaskState, of: TaskPlan = plan): Promise<void> {
  const draft = harness.draft(of).task;
  const [made] = await store.create({ tasks: [{ ...draft, templateId: of.templateId, roots: [] }], workerId: null });
  taskId = made?.taskId ?? '';
  await harness.rows.query('update tasker.tasks set state = $2 where id = $1', [taskId, taskCode(state)]);
}

/** A row of a step as some attempt of our worker would have left it. */
async function stepIn(state: StepState, position = 0, need = 0): Promise<void> {
  await harness.rows.query(
    `insert into tasker.steps (task_id, position, state, attempt, worker_id, started_at, need, met)
     values ($1, $2, $3, 1, $4, now(), $5, $6)`,
    [taskId, position, stepCode(state), workerId, need, Math.max(need - 1, 0)],
  );
}

const stateOf = async (position = 0): Promise<StepState | undefined> =>
  (await harness.rows.stepStates(taskId))[position];

const EMPTY: SettlementBatch = {
  ...{ workerId: 0, forLost: false, outcomes: [], reruns: [], next: [], joins: [], finished: [] },
  stepCounts: new Map(),
};

/** An outcome of the step at 0, as its worker would settle it. */
function settle(to: StepState, changes: Partial<SettlementBatch> = {}, attempt = 1) {
  const result = to === 'complete' ? '{}' : null;
  const outcome = { taskId, position: 0, attempt, keepAttempt: attempt, state: to, result, error: null };
  return store.settle({ ...EMPTY, workerId, outcomes: [outcome], ...changes });
}

const enqueue = (fresh: boolean, position = 0): Promise<unknown> =>
  harness.rows.query(
    `insert into tasker.queue (lane_id, rank, task_id, template_id, position, fresh, ready_at)
     values ($1, 0, $2, $3, $4, $5, now())`,
    [plan.steps[0]?.lane, taskId, plan.templateId, position, fresh],
  );

const delay = (): Promise<unknown> =>
  harness.rows.query(
    `insert into tasker.delayed_steps (run_at, task_id, template_id, lane_id, rank, position)
     values (now() - interval '1 second', $1, $2, $3, 0, 0)`,
    [taskId, plan.templateId, plan.steps[0]?.lane],
  );

const claim = () =>
  store.claim({ workerId, lanes: plan.steps.map((s) => s.lane), fromSeq: plan.steps.map(() => '0'), limit: 10 });

describe('the tables of legal moves', () => {
  it('list for each move of a step the verb that makes it', () => {
    const listed = pairs(STEP_STATES).filter(([from, to]) => STEP_MOVERS[from][to] !== undefined);
    expect(listed).toEqual(pairs(STEP_STATES).filter(([from, to]) => STEP_TRANSITIONS[from].includes(to)));
  });

  it('list for each move of a task the verb that makes it', () => {
    const listed = pairs(TASK_STATES).filter(([from, to]) => TASK_MOVERS[from][to] !== undefined);
    expect(listed).toEqual(pairs(TASK_STATES).filter(([from, to]) => TASK_TRANSITIONS[from].includes(to)));
  });
});

describe('settling a step', () => {
  it.each(moved(STEP_MOVERS, 'settle'))('moves it from %s to %s and records that', async (from, to) => {
    await taskIn('in_progress');
    await stepIn(from);
    await settle(to);
    expect(await stateOf()).toBe(to);
    expect(await harness.rows.history(taskId)).toEqual([expect.objectContaining({ from, to, attempt: 1, workerId })]);
  });

  const ours = pairs(STEP_STATES).filter(([from]) => from === 'in_progress');
  it.each(ours.filter(([from, to]) => STEP_MOVERS[from][to] !== 'settle'))(
    'never moves it from %s to %s',
    async (from, to) => {
      await taskIn('in_progress');
      await stepIn(from);
      await expect(async () => settle(to)).rejects.toThrow(RangeError);
      expect(await stateOf()).toBe(from);
    },
  );

  it.each(pairs(STEP_STATES).filter(([from]) => from !== 'in_progress'))(
    'refuses it as stale when it is %s, so it does not become %s',
    async (from, to) => {
      await taskIn('in_progress');
      await stepIn(from);
      await expect(async () => settle(to)).rejects.toThrow(
        STEP_TRANSITIONS.in_progress.includes(to) ? StaleOutcomesError : RangeError,
      );
      expect(await stateOf()).toBe(from);
      expect(await harness.rows.history(taskId)).toEqual([]);
    },
  );

  it('refuses another attempt, another worker and a step without a row', async () => {
    await taskIn('in_progress');
    await expect(settle('complete')).rejects.toThrow(StaleOutcomesError);
    await stepIn('in_progress');
    await expect(settle('complete', {}, 2)).rejects.toThrow(StaleOutcomesError);
    const [other] = await harness.rows.query<{ id: number }>(
      `insert into tasker.workers (name, host, pid, version, lanes, concurrency, lease_expires_at)
       values ('o', 'h', 2, '0', '{}', 1, now() + interval '1 minute') returning id`,
    );
    await expect(settle('complete', { workerId: other?.id ?? 0 })).rejects.toThrow(StaleOutcomesError);
    expect(await stateOf()).toBe('in_progress');
  });

  it('names the stale outcomes of a batch and records none of it', async () => {
    await taskIn('in_progress');
    await stepIn('in_progress', 0);
    await stepIn('complete', 1);
    const outcome = { taskId, attempt: 1, keepAttempt: 1, state: 'complete', result: null, error: null } as const;
    const outcomes = [
      { ...outcome, position: 1 },
      { ...outcome, position: 0 },
      { ...outcome, position: 0, attempt: 5 },
    ];
    const settling = store.settle({ ...EMPTY, workerId, outcomes });
    await expect(settling).rejects.toMatchObject({ name: 'StaleOutcomesError', indexes: [0, 2] });
    expect(await stateOf(0)).toBe('in_progress');
  });
});

describe('settling frees dependents', () => {
  const join = (mine: boolean): Partial<SettlementBatch> => {
    const place = { taskId, position: 2, templateId: joinPlan.templateId, lane: joinPlan.steps[2]?.lane ?? 0, rank: 0 };
    return { joins: [{ ...place, mine, need: 2, met: 1, blocked: false }], stepCounts: new Map([[taskId, 3]]) };
  };

  it.each(moved(STEP_MOVERS, 'dependent'))('from %s to %s', async (from, to) => {
    await taskIn('in_progress', joinPlan);
    await stepIn('in_progress', 0);
    await stepIn(from, 2, 2);
    await settle('complete', join(to === 'in_progress'));
    expect(await stateOf(2)).toBe(to);
    expect(await harness.rows.count('queue')).toBe(to === 'ready' ? 1 : 0);
  });

  async function touch(from: StepState, mine: boolean) {
    await taskIn('in_progress', joinPlan);
    await stepIn('in_progress', 0);
    await stepIn(from, 2, 2);
    const { started, ready, queued } = await settle('complete', join(mine));
    return { started, ready, queued, state: await stateOf(2) };
  }
  const untouched = STEP_STATES.filter((state) => state !== 'pending' && state !== 'ready');

  it.each(untouched)('but leaves one that is %s as it is', async (from) => {
    const nothing = { started: [], ready: [], queued: 0, state: from };
    expect([await touch(from, true), await touch(from, false)]).toEqual([nothing, nothing]);
    expect(await harness.rows.count('queue')).toBe(0);
  });

  // settle_steps_v1 takes every touched join that is ready for one that has just become so, and queues it again.
  it.failing('but leaves one that is ready as it is', async () => {
    expect(await touch('ready', true)).toEqual({ started: [], ready: [], queued: 0, state: 'ready' });
  });
});

describe('claiming', () => {
  it.each(moved(STEP_MOVERS, 'claim'))('moves a queued step from %s to %s', async (from, to) => {
    await taskIn('in_progress');
    await stepIn(from);
    await enqueue(false);
    expect(await claim()).toEqual([expect.objectContaining({ taskId, position: 0, attempt: 2 })]);
    expect(await stateOf()).toBe(to);
  });

  it.each(STEP_STATES.filter((state) => state !== 'ready'))(
    'drops a stale entry of a step that is %s',
    async (from) => {
      await taskIn('in_progress');
      await stepIn(from);
      await enqueue(false);
      await enqueue(true);
      expect(await claim()).toEqual([]);
      expect(await stateOf()).toBe(from);
      expect(await harness.rows.count('queue')).toBe(0);
    },
  );
});

describe('promoting delayed steps', () => {
  it.each(moved(STEP_MOVERS, 'promote'))('moves a step that is due from %s to %s', async (from, to) => {
    await taskIn('in_progress');
    await stepIn(from);
    await delay();
    expect((await store.promoteDelayed(10)).promoted).toHaveLength(1);
    expect(await stateOf()).toBe(to);
    expect(await harness.rows.count('queue')).toBe(1);
  });

  it.each(STEP_STATES.filter((state) => state !== 'waiting_for_retry'))(
    'drops a stale entry of a step that is %s',
    async (from) => {
      await taskIn('in_progress');
      await stepIn(from);
      await delay();
      expect((await store.promoteDelayed(10)).promoted).toEqual([]);
      expect(await stateOf()).toBe(from);
      expect([await harness.rows.count('queue'), await harness.rows.count('delayed_steps')]).toEqual([0, 0]);
    },
  );
});

describe('a task', () => {
  /** The outcome of its last step, which ends the task in this state. */
  function settleLast(to: 'complete' | 'error') {
    if (to === 'complete') return settle('complete', { finished: [taskId] });
    const end = { taskId, position: -1, templateId: plan.templateId, lane: 0, rank: 0, mine: false };
    const child = { ...end, position: 1, need: 1, met: 0, blocked: true };
    return settle('error', {
      joins: [{ ...end, need: 1, met: 0, blocked: true }, child],
      stepCounts: new Map([[taskId, 2]]),
    });
  }

  it.each(moved(TASK_MOVERS, 'claim'))('is moved from %s to %s by the claim of its first step', async (from, to) => {
    await taskIn(from);
    await enqueue(true);
    expect(await claim()).toEqual([expect.objectContaining({ began: true })]);
    expect(await harness.rows.taskState(taskId)).toBe(to);
  });

  it.each(TASK_STATES.filter((state) => state !== 'pending'))(
    'that is %s stays so when a step is claimed',
    async (from) => {
      await taskIn(from);
      await enqueue(true);
      expect(await claim()).toEqual([expect.objectContaining({ began: false })]);
      expect(await harness.rows.taskState(taskId)).toBe(from);
    },
  );

  const ends = ['complete', 'error'] as const;
  it.each(moved(TASK_MOVERS, 'settle') as [TaskState, 'complete' | 'error'][])(
    'is moved from %s to %s by its last settlement',
    async (from, to) => {
      await taskIn(from);
      await stepIn('in_progress');
      expect((await settleLast(to)).ended).toEqual([{ taskId, state: to }]);
      expect(await harness.rows.taskState(taskId)).toBe(to);
    },
  );

  // settle_steps_v1 completes a task from 0 and 1 alike; only "no step settles unclaimed" keeps that from happening.
  it.failing('that is pending is not made complete by a last settlement', async () => {
    await taskIn('pending');
    await stepIn('in_progress');
    await settleLast('complete');
    expect(await harness.rows.taskState(taskId)).toBe('pending');
  });

  const finished = TASK_STATES.filter((state) => !['pending', 'in_progress'].includes(state));
  it.each(finished.flatMap((from) => ends.map((to) => [from, to] as const)))(
    'that is %s is not made %s by a last settlement',
    async (from, to) => {
      await taskIn(from);
      await stepIn('in_progress');
      await settleLast(to);
      expect(await harness.rows.taskState(taskId)).toBe(from);
      expect(await harness.rows.query('select * from tasker.task_history')).toEqual([]);
    },
  );
});
