import { stagedWaits } from './support/staged-waits';

const staged = stagedWaits();
const DAY_MS = 86_400_000;

describe('a signal to a task', () => {
  it('wakes the step that waits for it', async () => {
    const task = await staged.task();
    await staged.wait(task, 0, { signals: [{ name: 'paid' }] });
    expect(await staged.queued()).toEqual([]);
    expect(await staged.send({ task, payload: { amount: 7 } })).toEqual(['delivered']);
    expect(await staged.queued()).toEqual([`${task}:0`]);
    expect(await staged.read(task)).toEqual({ by: 'signal', taken: { paid: [{ amount: 7 }] } });
  });

  it('that came before is taken when the step begins to wait', async () => {
    const task = await staged.task();
    expect(await staged.send({ task, payload: 1 }, { task, payload: 2 })).toEqual(['kept', 'kept']);
    expect(await staged.wait(task, 0, { signals: [{ name: 'paid' }] })).toBe(1);
    expect(await staged.queued()).toEqual([`${task}:0`]);
    expect(await staged.read(task)).toEqual({ by: 'signal', taken: { paid: [1] } });
    expect(await kept()).toEqual([2]);
  });

  it('is for one wait: the oldest, then the next', async () => {
    const task = await staged.task(2);
    await staged.wait(task, 1, { signals: [{ name: 'paid' }] });
    await staged.wait(task, 0, { signals: [{ name: 'paid' }] });
    expect(await staged.send({ task, payload: 1 }, { task, payload: 2 }, { task, payload: 3 })).toEqual([
      ...['delivered', 'delivered', 'kept'],
    ]);
    expect(await staged.queued()).toEqual([`${task}:1`, `${task}:0`]);
    expect(await staged.read(task, 1)).toEqual({ by: 'signal', taken: { paid: [1] } });
    expect(await staged.read(task, 0)).toEqual({ by: 'signal', taken: { paid: [2] } });
  });

  it('of another name, or to another task, wakes nobody', async () => {
    const [task, other] = [await staged.task(), await staged.task()];
    await staged.wait(task, 0, { signals: [{ name: 'paid' }] });
    expect(await staged.send({ task, name: 'shipped' }, { task: other })).toEqual(['kept', 'kept']);
    expect(await staged.queued()).toEqual([]);
  });

  it('that does not exist, or has ended, is refused', async () => {
    const task = await staged.task();
    await staged.harness.rows.query('update tasker.tasks set state = tasker.task_complete()');
    expect(await staged.send({ task }, { task: '999999' })).toEqual(['ended', 'no_task']);
  });

  it('is kept up to a limit, which what has expired does not fill', async () => {
    const task = await staged.task();
    const ten = Array.from({ length: 10 }, () => ({ task, ttlMs: 1_000 }));
    expect(new Set(await staged.send(...ten))).toEqual(new Set(['kept']));
    expect(await staged.send({ task })).toEqual(['full']);
    await staged.later(2_000);
    expect(await staged.send({ task, payload: 'new' })).toEqual(['kept']);
    expect(await kept()).toEqual(['new']);
  });
});

describe('a signal to a key', () => {
  it('reaches everybody who waits now', async () => {
    const tasks = [await staged.task(), await staged.task(), await staged.task()];
    for (const task of tasks.slice(0, 2)) await staged.wait(task, 0, { signals: [{ name: 'paid', key: 'order-1' }] });
    await staged.wait(tasks[2] ?? '', 0, { signals: [{ name: 'paid', key: 'order-2' }] });
    expect(await staged.send({ key: 'order-1', payload: 'x' })).toEqual(['delivered']);
    expect((await staged.queued()).sort()).toEqual(tasks.slice(0, 2).map((task) => `${task}:0`));
  });

  it('is kept for the first who comes, for its time', async () => {
    const [first, second] = [await staged.task(), await staged.task()];
    expect(await staged.send({ key: 'k', payload: 1, ttlMs: 1_000 })).toEqual(['kept']);
    await staged.wait(first, 0, { signals: [{ name: 'paid', key: 'k' }] });
    await staged.wait(second, 0, { signals: [{ name: 'paid', key: 'k' }] });
    expect(await staged.queued()).toEqual([`${first}:0`]);
    await staged.send({ key: 'late', ttlMs: 1_000 });
    await staged.later(2_000);
    await staged.wait(second, 0, { signals: [{ name: 'paid', key: 'late' }] });
    expect(await staged.queued()).toEqual([`${first}:0`]);
  });

  it('that nobody waits for is dropped when it is not to be kept', async () => {
    expect(await staged.send({ key: 'k', ttlMs: 0 })).toEqual(['dropped']);
    expect(await kept()).toEqual([]);
  });
});

describe('a signal with an id', () => {
  it('counts once at its address, for a week', async () => {
    const [task, other] = [await staged.task(), await staged.task()];
    expect(await staged.send({ task, id: 'a' }, { task, id: 'a' }, { task, id: 'b' })).toEqual([
      ...['kept', 'duplicate', 'kept'],
    ]);
    expect(await staged.send({ task, id: 'a' }, { task: other, id: 'a' })).toEqual(['duplicate', 'kept']);
    await staged.later(7 * DAY_MS + 1);
    expect(await staged.send({ task, id: 'a' })).toEqual(['kept']);
  });

  it('that was dropped or refused may be sent again', async () => {
    expect(await staged.send({ key: 'k', id: 'a', ttlMs: 0 }, { key: 'k', id: 'a' })).toEqual(['dropped', 'kept']);
  });
});

describe('a wait for several signals', () => {
  it('takes as many as there are, up to its limit', async () => {
    const task = await staged.task();
    await staged.send(...[1, 2, 3].map((payload) => ({ task, payload })));
    await staged.wait(task, 0, { signals: [{ name: 'paid', max: 2 }] });
    expect(await staged.read(task)).toEqual({ by: 'signal', taken: { paid: [1, 2] } });
    expect(await kept()).toEqual([3]);
  });

  it('goes on taking until somebody reads it', async () => {
    const task = await staged.task();
    await staged.wait(task, 0, { signals: [{ name: 'paid', max: 3 }] });
    await staged.send({ task, payload: 1 });
    await staged.send({ task, payload: 2 });
    expect(await staged.queued()).toEqual([`${task}:0`]);
    expect(await staged.read(task)).toEqual({ by: 'signal', taken: { paid: [1, 2] } });
    expect(await staged.send({ task, payload: 3 })).toEqual(['kept']);
    expect(await staged.read(task)).toEqual({ by: 'signal', taken: { paid: [1, 2] } });
  });

  it('of any ends with the first; what comes after is for whoever waits next', async () => {
    const task = await staged.task();
    await staged.wait(task, 0, { signals: [{ name: 'paid' }, { name: 'cancelled' }] });
    expect(await staged.send({ task, name: 'cancelled', payload: 1 }, { task, payload: 2 })).toEqual([
      ...['delivered', 'kept'],
    ]);
    expect(await staged.queued()).toEqual([`${task}:0`]);
    expect(await staged.read(task)).toEqual({ by: 'signal', taken: { paid: [], cancelled: [1] } });
  });

  it('of any takes one of those that are kept', async () => {
    const task = await staged.task();
    await staged.send({ task, payload: 1 }, { task, name: 'cancelled', payload: 2 });
    await staged.wait(task, 0, { signals: [{ name: 'paid' }, { name: 'cancelled' }] });
    expect(await staged.read(task)).toEqual({ by: 'signal', taken: { paid: [1], cancelled: [] } });
    expect(await kept()).toEqual([2]);
  });

  it('of all ends with the last', async () => {
    const task = await staged.task();
    await staged.send({ task, payload: 1 });
    await staged.wait(task, 0, { all: true, signals: [{ name: 'paid' }, { name: 'packed' }] });
    expect(await staged.queued()).toEqual([]);
    await staged.send({ task, payload: 'again' }, { task, name: 'packed', payload: 2 });
    expect(await staged.queued()).toEqual([`${task}:0`]);
    expect(await staged.read(task)).toEqual({ by: 'signal', taken: { paid: [1], packed: [2] } });
  });
});

describe('the time', () => {
  it('wakes what is due, and says when the next is', async () => {
    const [soon, late] = [await staged.task(), await staged.task()];
    await staged.wait(soon, 0, { kind: 'sleep', dueMs: 1_000 });
    await staged.wait(late, 0, { kind: 'sleep', dueMs: 400 * DAY_MS });
    expect(await staged.wake()).toMatchObject({ woken: 0 });
    await staged.later(1_000);
    const { woken, next } = await staged.wake();
    expect(woken).toBe(1);
    expect(next).toBeGreaterThan(399 * DAY_MS);
    expect(await staged.queued()).toEqual([`${soon}:0`]);
    expect(await staged.read(soon)).toEqual({ by: 'time', taken: {} });
    expect(await staged.wake()).toMatchObject({ woken: 0 });
  });

  it('ends a wait for a signal; the signal that comes later is kept', async () => {
    const task = await staged.task();
    await staged.wait(task, 0, { signals: [{ name: 'paid' }], dueMs: 1_000 });
    await staged.later(1_000);
    await staged.wake();
    expect(await staged.send({ task })).toEqual(['kept']);
    expect(await staged.read(task)).toEqual({ by: 'time', taken: { paid: [] } });
  });

  it('is one of all the things a step waits for', async () => {
    const [first, second] = [await staged.task(), await staged.task()];
    for (const task of [first, second]) {
      await staged.wait(task, 0, { all: true, signals: [{ name: 'paid' }], interimMs: 1_000, dueMs: 9_000 });
    }
    await staged.send({ task: first });
    expect(await staged.queued()).toEqual([]);
    await staged.later(1_000);
    expect(await staged.wake()).toMatchObject({ woken: 1 });
    expect(await staged.queued()).toEqual([`${first}:0`]);
    expect(await staged.read(first)).toMatchObject({ by: 'signal' });
    await staged.send({ task: second });
    expect(await staged.queued()).toEqual([`${first}:0`, `${second}:0`]);
  });
});

describe('a step that waits on', () => {
  it('is queued again when it has been woken meanwhile', async () => {
    const task = await staged.task();
    await staged.wait(task, 0, { signals: [{ name: 'paid' }] });
    expect(await staged.wait(task, 0, null)).toBe(0);
    await staged.send({ task });
    expect(await staged.wait(task, 0, null)).toBe(1);
    expect(await staged.queued()).toEqual([`${task}:0`, `${task}:0`]);
  });

  it('that has ended waits no more', async () => {
    const task = await staged.task();
    await staged.wait(task, 0, { signals: [{ name: 'paid' }] });
    await staged.wait(task, 0, null, 'tasker.step_complete()');
    expect(await staged.read(task)).toBeUndefined();
    expect(await staged.send({ task })).toEqual(['kept']);
  });

  it('and was cancelled by an operator meanwhile waits for nothing', async () => {
    const task = await staged.task();
    await staged.harness.rows.query('update tasker.steps set state = tasker.step_cancelled()');
    await staged.wait(task, 0, { signals: [{ name: 'paid' }] });
    expect(await staged.read(task)).toBeUndefined();
  });
});

async function kept(): Promise<unknown[]> {
  const rows = await staged.harness.rows.query<{ payload: unknown }>(
    'select payload from tasker.kept_signals order by id',
  );
  const [count] = await staged.harness.rows.query<{ kept: number }>(
    'select coalesce(sum(kept), 0)::int as kept from tasker.signal_boxes',
  );
  expect(count?.kept).toBe(rows.length);
  return rows.map(({ payload }) => payload);
}
