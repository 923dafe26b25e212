import { arrangeAll, type Scenario } from '../audit/support/scenarios';
import { DONE, failed, Workbench, type TaskOnBench } from '../audit/support/workbench';

let bench: Workbench;
let tasks: Record<Scenario, TaskOnBench>;
beforeAll(async () => {
  bench = await Workbench.open();
  tasks = await arrangeAll(bench);
});
afterAll(() => bench.close());

interface Row extends Record<string, unknown> {
  at: Date;
  name: string;
  step: string;
  state: string;
  from_state: string | null;
  to_state: string;
  attempt: number;
}

const select = async (sql: string, task: TaskOnBench): Promise<Row[]> =>
  (await bench.client.query<Row>(sql, [task.id])).rows;

describe('task_list', () => {
  it('has each task with its template', async () => {
    const [row] = await select('select * from tasker.task_list where task_id = $1', tasks.done);
    expect(row).toMatchObject({
      ...{ task_id: tasks.done.id, namespace: 'bench', name: 'done', version: '1.0.0', revision: 1, state: 'complete' },
      ...{ initiator: 'someone', reason: 'a test', correlation_id: 'done', context: {} },
    });
  });

  it.each<[Scenario, string]>([
    ['fresh', 'pending'],
    ['running', 'in_progress'],
    ['waiting', 'in_progress'],
    ['failed', 'error'],
  ])('shows the %s task as %s', async (scenario, state) => {
    const rows = await select('select state from tasker.task_list where task_id = $1', tasks[scenario]);
    expect(rows).toEqual([{ state }]);
  });
});

describe('task_steps', () => {
  const steps = (task: TaskOnBench) =>
    select('select * from tasker.task_steps where task_id = $1 order by position', task);

  it.each<[Scenario, string]>([
    ['fresh', 'a:ready b:pending c:pending d:pending e:pending f:pending'],
    ['running', 'a:in_progress b:pending c:pending d:pending e:pending f:pending'],
    ['middle', 'a:complete b:complete c:ready d:pending e:pending f:ready'],
    ['waiting', 'a:waiting_for_retry b:pending c:pending d:pending e:pending f:pending'],
    ['lost', 'a:ready b:pending c:pending d:pending e:pending f:pending'],
    ['failed', 'a:complete b:error c:complete d:pending! e:pending! f:complete'],
    ['done', 'a:complete b:complete c:complete d:complete e:complete f:complete'],
  ])('of the %s task are %s (! is blocked)', async (scenario, expected) => {
    const shown = (await steps(tasks[scenario])).map((s) => `${s.name}:${s.state}${s['blocked'] ? '!' : ''}`);
    expect(shown.join(' ')).toBe(expected);
  });

  it('show what a step that has run came to', async () => {
    const rows = await steps(tasks.done);
    expect(rows[3]).toMatchObject({
      ...{ task_id: tasks.done.id, position: 3, name: 'd', state: 'complete', attempt: 1, retry_limit: 3 },
      ...{ retryable: true, skippable: true, parents: ['b', 'c'], next_retry_at: null, worker_id: bench.workerId },
      ...{ result: { ok: true }, last_error: null },
      ...{ started_at: expect.any(Date), finished_at: expect.any(Date) },
    });
  });

  it('show nothing of a run for a step that has not run', async () => {
    const [, b] = await steps(tasks.fresh);
    expect(b).toMatchObject({
      attempt: 0,
      parents: ['a'],
      started_at: null,
      finished_at: null,
      worker_id: null,
      result: null,
    });
  });

  it('show why a step waits for a retry, and until when', async () => {
    const [a] = await steps(tasks.waiting);
    expect(a).toMatchObject({ attempt: 1, last_error: { kind: 'error', message: 'it broke' } });
    expect(Number(a?.['next_retry_at'])).toBe(Number((await endOfAttempt(tasks.waiting)).at) + 300_000);
  });

  const endOfAttempt = async (task: TaskOnBench): Promise<Row> =>
    (await select(`select at from tasker.step_history where task_id = $1`, task))[0] as Row;

  it('show no step of a finished task as ready', async () => {
    const task = await bench.task('cancelled');
    await bench.client.query('update tasker.tasks set state = tasker.task_cancelled() where id = $1', [task.id]);
    expect((await steps(task))[0]).toMatchObject({ name: 'a', state: 'pending' });
    await bench.client.query('update tasker.tasks set state = tasker.task_pending() where id = $1', [task.id]);
  });

  it('of one task are found by keys alone', async () => {
    await bench.client.query('begin; set local enable_seqscan = off');
    const sql = 'explain select * from tasker.task_steps where task_id = $1';
    const plan = (await select(sql, tasks.done)).map((row) => row['QUERY PLAN']).join('\n');
    await bench.client.query('rollback');
    expect(plan).toMatch('delayed_steps_task');
    expect(plan).not.toMatch('Seq Scan');
  });
});

describe('step_transitions', () => {
  const transitions = (task: TaskOnBench) =>
    select('select * from tasker.step_transitions where task_id = $1 order by ordinal', task);
  const shown = (rows: Row[]) => rows.map((t) => `${t.step} ${t.from_state ?? ''}>${t.to_state} ${t.attempt}`);

  it('tell the whole way of each step, parents before children', async () => {
    const rows = await transitions(tasks.middle);
    const way = (step: string) => [`${step} >ready 1`, `${step} ready>in_progress 1`, `${step} in_progress>complete 1`];
    expect(shown(rows)).toEqual([...way('a'), ...way('b')]);
    expect(rows.map((t) => Number(t['ordinal']))).toEqual([1, 2, 3, 4, 5, 6]);
    expect(rows.map((t) => t['worker_id'])).toEqual([null, 1, 1, null, 1, 1].map((id) => id && bench.workerId));
  });

  it('tell the start of a step that is running', async () => {
    expect(shown(await transitions(tasks.running))).toEqual(['a >ready 1', 'a ready>in_progress 1']);
  });

  it('tell every attempt, with the error of those that failed', async () => {
    const task = await bench.task('attempts');
    await task.run('a', failed('error'));
    await bench.client.query('update tasker.delayed_steps set run_at = now() where task_id = $1', [task.id]);
    await bench.store.promoteDelayed(10);
    await task.run('a', { kind: 'released' });
    await task.run('a', failed('worker_lost'));
    await task.run('a', DONE);
    const rows = await transitions(task);
    expect(shown(rows)).toEqual([
      ...['a >ready 1', 'a ready>in_progress 1', 'a in_progress>waiting_for_retry 1'],
      ...['a waiting_for_retry>ready 2', 'a ready>in_progress 2', 'a in_progress>ready 2'],
      ...['a ready>in_progress 3', 'a in_progress>ready 3'],
      ...['a ready>in_progress 4', 'a in_progress>complete 4'],
    ]);
    const kinds = rows.map((t) => (t['error'] as { kind: string } | null)?.kind);
    expect(kinds.filter(Boolean)).toEqual(['error', 'worker_lost']);
    expect([kinds[2], kinds[7]]).toEqual(['error', 'worker_lost']);
  });

  it('put the end of a parent before the start of the child that is continued in place at the same time', async () => {
    const task = await bench.task('in-place', { z: ['y'], y: [] });
    await task.settle(await task.claim('y'), DONE, true);
    const rows = await transitions(task);
    expect(shown(rows).slice(2)).toEqual(['y in_progress>complete 1', 'z >ready 1', 'z ready>in_progress 1']);
    expect(new Set(rows.slice(2).map((t) => Number(t.at))).size).toBe(1);
  });

  it('tell what an operator did, and why', async () => {
    const task = await bench.task('operated');
    await bench.client.query('begin');
    await bench.client.query(
      `insert into tasker.step_history (task_id, at, position, attempt, from_state, to_state, actor, reason)
       values ($1, now(), 1, 0, 0, 12, 'ann', 'not needed')`,
      [task.id],
    );
    const rows = await transitions(task);
    await bench.client.query('rollback');
    expect(rows).toMatchObject([
      { step: 'b', from_state: 'pending', to_state: 'skipped', actor: 'ann', reason: 'not needed', worker_id: null },
    ]);
  });

  it('of one task are found by keys alone', async () => {
    await bench.client.query('begin; set local enable_seqscan = off');
    const sql = 'explain select * from tasker.step_transitions where task_id = $1 order by ordinal';
    const plan = (await select(sql, tasks.done)).map((row) => row['QUERY PLAN']).join('\n');
    await bench.client.query('rollback');
    expect(plan).toMatch('step_history_default_task_id_idx');
    expect(plan).not.toMatch('Seq Scan');
  });
});

describe('task_transitions', () => {
  const transitions = (task: TaskOnBench) =>
    select('select * from tasker.task_transitions where task_id = $1 order by ordinal', task);

  it('tell the way of a task and who asked for it', async () => {
    expect(await transitions(tasks.failed)).toMatchObject([
      { from_state: null, to_state: 'pending', actor: 'someone', reason: 'a test', worker_id: null, ordinal: '1' },
      { from_state: 'pending', to_state: 'in_progress', actor: null, reason: null, worker_id: null, ordinal: '2' },
      { from_state: 'in_progress', to_state: 'error', actor: null, worker_id: bench.workerId, ordinal: '3' },
    ]);
  });

  it('of a task that has not started are its creation', async () => {
    expect(await transitions(tasks.fresh)).toMatchObject([{ from_state: null, to_state: 'pending' }]);
  });

  it('of one task are found by keys alone', async () => {
    await bench.client.query('begin; set local enable_seqscan = off');
    const sql = 'explain select * from tasker.task_transitions where task_id = $1 order by ordinal';
    const plan = (await select(sql, tasks.done)).map((row) => row['QUERY PLAN']).join('\n');
    await bench.client.query('rollback');
    expect(plan).toMatch('task_history_default_task_id_idx');
    expect(plan).not.toMatch('Seq Scan');
  });
});

it('every view says what it is', async () => {
  const { rows } = await bench.client.query<{ name: string }>(
    `select c.relname as name from pg_class c
      where c.relnamespace = 'tasker'::regnamespace and c.relkind = 'v' and obj_description(c.oid, 'pg_class') is null`,
  );
  expect(rows).toEqual([]);
});
