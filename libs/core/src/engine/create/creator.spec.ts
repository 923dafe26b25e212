import { EventBus } from '../../events/event-bus';
import type { ClaimedStep, EngineStore } from '../../ports/engine-store';
import { StoreRefusedError, StoreUnavailableError, WorkerLostError } from '../../ports/settlement';
import type { CreateBatch, CreatedTask } from '../../ports/task-creation';
import { compilePlan } from '../../rules/template/compile-plan';
import { normaliseTemplate } from '../../rules/template/step-defaults';
import type { Lease } from '../keep/lease';
import { Creator } from './creator';
import type { RootTaker } from './root-taker';
import type { TaskDraft } from './task-draft';

const steps = ['a', 'b'].map((name) => ({ name, handler: 'h' }));
const plan = compilePlan(normaliseTemplate({ name: 't', steps }), { templateId: 1, revision: 1, lanes: [4, 5] });

const draft = (changes: Partial<TaskDraft['task']> = {}): TaskDraft => ({
  plan,
  task: {
    ...{ context: '{}', identity: null, priority: 0, initiator: null, sourceSystem: null, reason: null },
    ...{ correlationId: 'c', traceParent: null, tags: [], bypass: [], attributes: [], ...changes },
  },
});

interface Call {
  readonly batch: CreateBatch;
  readonly answer: (duplicate?: boolean) => void;
  readonly fail: (error: Error) => void;
}

/** A creator whose statements wait until the test answers them. */
function creatorWith(changes: Partial<RootTaker> = {}) {
  const calls: Call[] = [];
  const taken: ClaimedStep[] = [];
  const [queued, failures]: [[number, number][], unknown[]] = [[], []];
  let reserved = 0;
  const store = {
    create: (batch: CreateBatch) =>
      new Promise<CreatedTask[]>((resolve, reject) => {
        const answer = (duplicate = false) =>
          resolve(batch.tasks.map((_, index) => ({ taskId: String(index + 1), duplicate, at: 3 })));
        calls.push({ batch, answer, fail: reject });
      }),
  } as unknown as EngineStore;
  const events = new EventBus(() => undefined);
  const roots: RootTaker = {
    lease: { workerId: 9 } as Lease,
    reserveRoot: () => false,
    rootsAnswered: (places) => (reserved -= places),
    takeUp: async (claimed) => void taken.push(...claimed),
    queued: (count, priority) => queued.push([count, priority]),
    failed: (error) => failures.push(error),
    ...changes,
  };
  const creator = new Creator({ store, events, roots });
  const room = (places: number) => () => reserved < places && ++reserved > 0;
  return { creator, calls, taken, queued, failures, events, room, reserved: () => reserved };
}

/** The creator lets one turn of the event loop pass after each answer; this lets two. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
}

describe('creating tasks', () => {
  it('writes the first at once and what comes meanwhile together', async () => {
    const { creator, calls, queued } = creatorWith();
    const first = creator.create(draft());
    const others = [1, 2, 3].map((priority) => creator.create(draft({ priority })));
    expect(calls.map(({ batch }) => batch.tasks.length)).toEqual([1]);
    calls[0]?.answer();
    await first;
    await settled();
    expect(calls.map(({ batch }) => batch.tasks.length)).toEqual([1, 3]);
    calls[1]?.answer();
    expect((await Promise.all(others)).map(({ taskId }) => taskId)).toEqual(['1', '2', '3']);
    expect(queued).toEqual([
      [2, 0],
      [6, 3],
    ]);
  });

  it('writes together what callers ask for as soon as they have their answers', async () => {
    const { creator, calls } = creatorWith();
    const caller = async (): Promise<void> => {
      for (let count = 0; count < 3; count++) await creator.create(draft());
    };
    const callers = Promise.all(Array.from({ length: 16 }, caller));
    for (let index = 0; index < 4; index++) {
      calls[index]?.answer();
      await settled();
    }
    await callers;
    expect(calls.map(({ batch }) => batch.tasks.length)).toEqual([1, 16, 16, 15]);
  });

  it('writes at most 500 in one statement', async () => {
    const { creator, calls } = creatorWith();
    void creator.create(draft());
    const many = Array.from({ length: 501 }, () => creator.create(draft()));
    for (let index = 0; index < 3; index++) {
      calls[index]?.answer();
      await settled();
    }
    await Promise.all(many);
    expect(calls.map(({ batch }) => batch.tasks.length)).toEqual([1, 500, 1]);
  });

  it('tears no call apart that fits into one statement', async () => {
    const { creator, calls } = creatorWith();
    const creating = [400, 200, 1, 1_200].map((count) =>
      creator.createMany(Array.from({ length: count }, () => draft())),
    );
    for (let index = 0; index < 6; index++) {
      calls[index]?.answer();
      await settled();
    }
    await Promise.all(creating);
    expect(calls.map(({ batch }) => batch.tasks.length)).toEqual([400, 201, 500, 500, 200]);
  });

  it('claims roots for which this worker has room, and takes them up', async () => {
    const deps = { reserve: (): boolean => false };
    const made = creatorWith({ reserveRoot: () => deps.reserve() });
    deps.reserve = made.room(1);
    const creating = made.creator.create(draft());
    expect(made.reserved()).toBe(1);
    const [task] = made.calls[0]?.batch.tasks ?? [];
    expect([made.calls[0]?.batch.workerId, task?.roots]).toEqual([
      9,
      [
        { position: 0, lane: 4, mine: true },
        { position: 1, lane: 5, mine: false },
      ],
    ]);
    made.calls[0]?.answer();
    await creating;
    await settled();
    expect(made.taken).toEqual([expect.objectContaining({ taskId: '1', position: 0, attempt: 1, startedAt: 3 })]);
    expect([made.queued, made.reserved()]).toEqual([[[1, 0]], 0]);
  });

  it('publishes nothing about a duplicate and takes nothing up', async () => {
    const made = creatorWith({ reserveRoot: () => true, rootsAnswered: () => undefined });
    const heard: string[] = [];
    made.events.on('task.initialize_requested', () => void heard.push('created'));
    const creating = made.creator.create(draft({ identity: 'x' }));
    made.calls[0]?.answer(true);
    expect(await creating).toMatchObject({ duplicate: true });
    await settled();
    expect([heard, made.taken, made.queued]).toEqual([[], [], []]);
  });

  it('says that it is unknown whether a task exists when the database did not answer', async () => {
    const { creator, calls, failures } = creatorWith();
    const [first, second] = [creator.create(draft()), creator.create(draft())];
    const lost = new StoreUnavailableError(new Error('x'));
    calls[0]?.fail(lost);
    await expect(first).rejects.toMatchObject({ code: 'TSK_DATABASE_UNAVAILABLE', cause: lost });
    expect(failures).toEqual([lost]);
    await settled();
    calls[1]?.answer();
    await expect(second).resolves.toMatchObject({ taskId: '1' });
  });

  it('hands on why the database refused', async () => {
    const { creator, calls } = creatorWith();
    const creating = creator.create(draft());
    const refused = new StoreRefusedError(new Error('no'), true);
    calls[0]?.fail(refused);
    await expect(creating).rejects.toMatchObject({ code: 'TSK_REQUEST_INVALID', cause: refused });
  });

  it('lets no neighbour suffer for what the database refuses', async () => {
    const { creator, calls } = creatorWith();
    const first = creator.create(draft());
    const bad = draft({ reason: 'bad' });
    const singles = [creator.create(draft()), creator.create(bad), creator.createMany([draft(), draft()])];
    const settling = Promise.allSettled([first, ...singles]);
    for (let next = 0; next < 20; next++) {
      const call = calls[next];
      if (call?.batch.tasks.some(({ reason }) => reason === 'bad'))
        call.fail(new StoreRefusedError(new Error('no'), true));
      else call?.answer();
      await settled();
    }
    expect((await settling).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(calls.map(({ batch }) => batch.tasks.length)).toEqual([1, 4, 2, 1, 1, 2]);
  });

  it('answers for each of many by itself', async () => {
    const { creator, calls } = creatorWith();
    const creating = creator.createEach([draft(), draft({ reason: 'bad' })]);
    calls[0]?.fail(new StoreRefusedError(new Error('no'), true));
    await settled();
    calls[1]?.answer();
    await settled();
    calls[2]?.fail(new StoreRefusedError(new Error('no'), true));
    expect((await creating).map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });

  it('creates without claiming when the worker has lost its lease', async () => {
    let lost = false;
    const made = creatorWith({
      reserveRoot: () => !lost,
      rootsAnswered: () => undefined,
      failed: () => (lost = true),
    });
    const creating = made.creator.create(draft());
    made.calls[0]?.fail(new WorkerLostError(9));
    await settled();
    expect(made.calls[1]?.batch.workerId).toBeNull();
    made.calls[1]?.answer();
    await expect(creating).resolves.toMatchObject({ duplicate: false });
    expect(made.queued).toEqual([[2, 0]]);
  });
});
