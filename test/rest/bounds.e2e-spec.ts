import { TASKER_DATA_SOURCE } from '@tasker/nestjs/runtime';
import type { DataSource } from 'typeorm';
import { from, TestApps } from '../module/support/boot-app';
import { restApp, type RestApp } from './support/rest-app';

const apps = new TestApps();
let rest: RestApp;
beforeAll(async () => {
  rest = await restApp(apps, { options: { role: 'api' } });
});
afterAll(() => apps.closeAll());

const write = (sql: string, values: unknown[] = []): Promise<unknown> =>
  from<DataSource>(rest.app, TASKER_DATA_SOURCE).query(sql, values);

describe('bulk operations that run at once', () => {
  const REQUEST = { command: { verb: 'pause' }, filter: { name: 'none', state: ['complete'] } };
  /** Held by a process that takes its time. */
  const running = (actor: string, count: number): Promise<unknown> =>
    write(
      `insert into tasker.bulk_operations (until_task_id, lease_expires_at, batch_size, command, filter, actor)
       select 0, 'infinity', 1, '{"verb":"pause"}', '{}', $1 from generate_series(1, $2::int)`,
      [actor, count],
    );
  const start = (caller: string) => rest.post('/bulk', REQUEST, { caller });
  afterEach(() => write('delete from tasker.bulk_operations'));

  it('are 25 of one actor', async () => {
    await running('ada', 24);
    expect((await start('ada')).status).toBe(202);
    await running('ada', 1);
    const refused = await start('ada');
    expect(refused).toMatchObject({ status: 503, body: { errorCode: 'TSK_SATURATED' } });
    expect(refused.headers.get('retry-after')).toBe('1');
    expect((await start('bob')).status).toBe(202);
  });

  it('are 100 of all', async () => {
    for (const actor of ['ann', 'bob', 'eve', 'joe']) await running(actor, 25);
    expect(await start('ada')).toMatchObject({ status: 503, body: { errorCode: 'TSK_SATURATED' } });
    await write(`delete from tasker.bulk_operations where id = (select min(id) from tasker.bulk_operations)`);
    expect((await start('ada')).status).toBe(202);
  });
});

describe('a filter', () => {
  it('has bounds for four attributes', async () => {
    const ask = (count: number) => {
      const ranges = Object.fromEntries(Array.from({ length: count }, (_, index) => [`a${index}`, { gte: index }]));
      return rest.get(`/tasks?attributes=${encodeURIComponent(JSON.stringify(ranges))}`);
    };
    expect((await ask(4)).status).toBe(200);
    expect(await ask(5)).toMatchObject({
      status: 400,
      body: { details: [{ path: 'attributes', message: 'must have bounds for at most 4 attributes' }] },
    });
  });
});

describe('a request', () => {
  it('leaves a step out once', async () => {
    expect(await rest.post('/tasks', { name: 'order', bypassSteps: ['a', 'a'] })).toMatchObject({
      status: 400,
      body: { details: [{ path: 'bypassSteps[1]', message: 'step "a" is named twice' }] },
    });
  });
});

describe('what is read of a task that was tried without end', () => {
  it('is its latest part, and says so', async () => {
    const { taskId } = (await rest.post('/tasks', { name: 'stuck' })).body;
    const { taskId: other } = (await rest.post('/tasks', { name: 'stuck' })).body;
    for (const id of [taskId, other]) await rest.post(`/tasks/${id}/pause`, { reason: 'first' });
    const earlier = (await rest.get(`/tasks/${taskId}/history`)).body.task.length as number;
    await write(
      `insert into tasker.task_history (task_id, at, worker_id, from_state, to_state, actor, reason, metadata)
       select task_id, at + n * interval '1 millisecond', worker_id, from_state, to_state, actor, 'time ' || n, metadata
         from (select * from tasker.task_history where task_id = $1 order by at desc limit 1) h, generate_series(1, 10000) n`,
      [taskId],
    );
    const { body: history } = await rest.get(`/tasks/${taskId}/history`);
    expect([earlier > 0, history.task.length, history.truncated]).toEqual([true, 10_000, true]);
    expect(history.task.at(-1).reason).toBe('time 10000');
    const { body: told } = await rest.get(`/tasks/${taskId}/explain`);
    expect([told.story.length, told.earlier]).toEqual([5_000, true]);
    expect(JSON.stringify(told.story.at(-1))).toContain('time 10000');

    expect((await rest.get(`/tasks/${other}/history`)).body).toMatchObject({ truncated: false });
    expect((await rest.get(`/tasks/${other}/explain`)).body).toMatchObject({ earlier: false });
  }, 60_000);
});

describe('lists that grow with the installation', () => {
  it('of workers and of paused steps end after a thousand, and say so', async () => {
    expect((await rest.get('/workers')).body).toEqual({ workers: [], truncated: false });
    await write(
      `insert into tasker.workers (lease_expires_at, pid, concurrency, name, host, version, lanes)
       select now(), n, 1, 'w' || n, 'h', '0.1.0', '{}' from generate_series(1, 1001) n`,
    );
    const { workers, truncated } = (await rest.get('/workers')).body;
    expect([workers.length, workers[0].name, truncated]).toEqual([1_000, 'w1001', true]);

    await write(
      `insert into tasker.step_pauses (namespace, name, step, actor)
       select case when n <= 1001 then 'default' else 'other' end, 'count', 's' || n, 'ada' from generate_series(1, 1003) n`,
    );
    const all = (await rest.get('/paused_steps')).body;
    expect([all.pausedSteps.length, all.truncated]).toEqual([1_000, true]);
    // Those of others take no room.
    const own = (await rest.get('/paused_steps', { caller: 'ada@other' })).body;
    expect([own.pausedSteps.length, own.truncated]).toEqual([2, false]);
  });
});
