import { TaskerError } from '@tasker/core';
import { PostgresEngineStore } from '@tasker/postgres';
import { Client } from 'pg';
import { until } from '../chaos/support/wait';
import { engineHarness } from '../support/engine-harness';
import { step, template } from '../support/engine-templates';

const harness = engineHarness();
const LEASE_MS = 700;
const plain = template('plain', [step('only')]);

describe('a claim that commits after its worker was declared lost', () => {
  it('leaves its steps to a second look of the rescuer', async () => {
    const plan = await harness.template(plain);
    const store = new PostgresEngineStore(harness.handle);
    const lanes = (await store.lanes()).map(({ id }) => id);
    const self = { name: 'slow', host: 'x', pid: 1, version: 'x', concurrency: 1, leaseMs: LEASE_MS, lanes, level: 2 };
    const slow = await store.registerWorker(self);
    // Its claim need not lower the floor, and so touches no row that those who declare it lost would wait for.
    await harness.rows.query('update tasker.workers set min_task_id = 0 where id = $1', [slow]);
    const creator = await harness.start({ role: 'api' });
    const taskId = await harness.create(creator, plan);
    const client = new Client({ connectionString: harness.url });
    await client.connect();
    await client.query('begin');
    await client.query(
      'select tasker.claim_steps_v1($1, $2, array_fill(0::bigint, array[cardinality($2::int[])]), 1, false)',
      [...[slow, lanes]],
    );
    await harness.start({ leaseMs: 5_000, pollMs: 100 });
    const { event } = await harness.event('worker.lost', ({ workerId }) => workerId === slow);
    expect(event.steps).toBe(0);
    await client.query('commit');
    await client.end();
    expect(await harness.finished(taskId)).toBe('complete');
    expect((await harness.rows.failures(taskId)).map(({ kind }) => kind)).toEqual(['worker_lost']);
  });
});

describe('steps whose plan cannot be had', () => {
  const refused = (): Promise<never> => Promise.reject(new TaskerError('TSK_TEMPLATE_NOT_FOUND', 'refused'));

  it('are taken up when it can, and the others that came with them at once', async () => {
    const hidden = await harness.template(template('hidden', [step('only')]));
    const plan = await harness.template(plain);
    const creator = await harness.start({ role: 'api' });
    const tasks = [await harness.create(creator, hidden), await harness.create(creator, plan)];
    const worker = await harness.start({ pollMs: 100, knows: [plan] });
    const load = jest.spyOn(worker.store, 'loadPlan').mockImplementation(refused);
    expect(await harness.finished(tasks[1]!)).toBe('complete');
    expect(await harness.rows.taskState(tasks[0]!)).not.toBe('complete');
    load.mockRestore();
    expect(await harness.finished(tasks[0]!)).toBe('complete');
    expect((await harness.rows.history(tasks[0]!)).map(({ attempt }) => attempt)).toEqual([1]);
  });

  it('are left to the others when the worker ends before', async () => {
    const hidden = await harness.template(template('hidden', [step('only')]));
    const creator = await harness.start({ role: 'api' });
    const worker = await harness.start({ pollMs: 100, leaseMs: 1_500, knows: [] });
    jest.spyOn(worker.store, 'loadPlan').mockImplementation(refused);
    const taskId = await harness.create(creator, hidden);
    await until('it is claimed', 10_000, async () => (await harness.rows.steps(taskId)).length > 0);
    await worker.stop();
    expect(worker.lines('warn').join('\n')).toContain('in the name of this worker');
    await harness.start({ pollMs: 100 });
    expect(await harness.finished(taskId)).toBe('complete');
  });
});
