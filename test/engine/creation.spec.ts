import { randomUUID } from 'node:crypto';
import {
  queuedTask,
  StoreUnavailableError,
  TaskDrafter,
  TemplateRegistry,
  type TaskDraft,
  type TaskPlan,
  type TaskRequest,
} from '@tasker/core';
import { Client } from 'pg';
import { engineHarness } from '../support/engine-harness';
import { chain, step, template } from '../support/engine-templates';
import { gate } from '../support/gate';
import { interposed } from '../support/interposed-store';

const harness = engineHarness();

function drafter(plan: TaskPlan, identity: 'unique' | 'hash' = 'unique'): (request: TaskRequest) => TaskDraft {
  const templates = new TemplateRegistry();
  templates.add(plan);
  const drafts = new TaskDrafter(templates, { identity, contextBytes: 100_000 });
  return (request) => drafts.draft(request);
}

describe('creating tasks', () => {
  it('stores everything the request says', async () => {
    const plan = await harness.template(template('full', [step('only', [], { skippable: true })]));
    const creator = await harness.start({ role: 'api' });
    const draft = drafter(plan)({
      name: 'full',
      context: { order: { lines: [1, 2] }, note: 'ü😀"\\' },
      ...{ identity: 'order-7', priority: -3, initiator: 'ann', sourceSystem: 'shop', reason: 'test' },
      ...{ tags: ['a', 'b,"c"'], bypassSteps: ['only'], correlationId: 'c-1', traceParent: '00-aa-bb-01' },
    });
    const { taskId } = await creator.engine.create(draft);
    const rows = await harness.rows.query('select * from tasker.tasks where id = $1', [taskId]);
    expect(rows).toEqual([
      expect.objectContaining({
        ...{ state: 0, priority: -3, identity: 'order-7', initiator: 'ann', source_system: 'shop', reason: 'test' },
        ...{ tags: ['a', 'b,"c"'], bypass: [0], correlation_id: 'c-1', trace_parent: '00-aa-bb-01' },
        ...{ context: { order: { lines: [1, 2] }, note: 'ü😀"\\' }, template_id: plan.templateId, started_at: null },
      }),
    ]);
  });

  it('answers thousands in the order asked for', async () => {
    const plan = await harness.template(template('bulk', [step('only')]));
    const creator = await harness.start({ role: 'api' });
    const drafts = Array.from({ length: 3_000 }, (_, n) => harness.draft(plan, { contextOf: { n } }));
    const created = await creator.engine.createMany(drafts);
    const rows = await harness.rows.query<{ id: string; n: number }>(
      `select id, (context->>'n')::int as n from tasker.tasks order by n`,
    );
    expect(rows.map((row) => row.id)).toEqual(created.map((task) => task.taskId));
    expect(await harness.rows.count('queue')).toBe(3_000);
  });

  it('creates what fits into one statement together or not at all', async () => {
    const plan = await harness.template(template('cut', [step('only')]));
    let statements = 0;
    const cut = new StoreUnavailableError(new Error('the connection was cut'));
    const creator = await harness.start({
      role: 'api',
      wrap: (store) =>
        interposed(store, { create: (batch, create) => (++statements > 1 ? Promise.reject(cut) : create(batch)) }),
    });
    const created = await harness.createMany(creator, plan, 300);
    expect(new Set(created.map(({ taskId }) => taskId)).size).toBe(300);
    await expect(harness.createMany(creator, plan, 300)).rejects.toMatchObject({ code: 'TSK_DATABASE_UNAVAILABLE' });
    expect([statements, await harness.rows.count('queue')]).toEqual([2, 300]);
  });

  it('leaves out bypassed steps; their dependents see null', async () => {
    const plan = await harness.template(
      template('bypass', [
        step('a'),
        step('b', ['a'], { skippable: true, handler: 'never' }),
        step('c', ['b'], { handler: 'echo' }),
        step('d', ['b', 'a'], { handler: 'echo' }),
      ]),
    );
    const worker = await harness.start({
      handlers: {
        never: () => Promise.reject(new Error('it ran')),
        echo: async ({ parents }) => parents,
      },
    });
    const { taskId } = await worker.engine.create(drafter(plan)({ name: 'bypass', bypassSteps: ['b'] }));
    expect(await harness.finished(taskId)).toBe('complete');
    expect((await harness.rows.steps(taskId)).map(({ state, result }) => [state, result])).toEqual([
      ['complete', null],
      ['skipped', null],
      ['complete', { b: null }],
      ['complete', { b: null, a: null }],
    ]);
  });

  it('makes a task of bypassed steps alone complete', async () => {
    const plan = await harness.template(template('allskipped', chain(2, { skippable: true, handler: 'never' })));
    const worker = await harness.start({ handlers: { never: () => Promise.reject(new Error('it ran')) } });
    const taskId = await harness.create(worker, plan, { bypass: [0, 1] });
    expect(await harness.finished(taskId)).toBe('complete');
  });
});

describe('a task with the identity of an existing one', () => {
  it('is a duplicate and changes nothing', async () => {
    const plan = await harness.template(template('same', [step('only')]));
    const worker = await harness.start();
    const first = await worker.engine.create(harness.draft(plan, { identity: 'x', contextOf: { n: 1 } }));
    const second = await worker.engine.create(harness.draft(plan, { identity: 'x', contextOf: { n: 2 } }));
    expect(first.duplicate).toBe(false);
    expect(second).toMatchObject({ duplicate: true, taskId: first.taskId });
    await harness.finished(first.taskId);
    const third = await worker.engine.create(harness.draft(plan, { identity: 'x' }));
    expect(third).toMatchObject({ duplicate: true, taskId: first.taskId });
    expect(await harness.rows.query('select context from tasker.tasks')).toEqual([{ context: { n: 1 } }]);
    expect(harness.eventNames(first.taskId).filter((name) => name === 'task.initialize_requested')).toHaveLength(1);
  });

  it('is found within one batch', async () => {
    const plan = await harness.template(template('batch', [step('only')]));
    const worker = await harness.start();
    const drafts = ['a', 'b', 'a', null, 'b', 'a'].map((identity) => harness.draft(plan, { identity }));
    const created = await worker.engine.createMany(drafts);
    expect(created.map(({ duplicate }) => duplicate)).toEqual([false, false, true, false, true, true]);
    const ids = created.map(({ taskId }) => taskId);
    expect([ids[2], ids[4], ids[5]]).toEqual([ids[0], ids[1], ids[0]]);
    await harness.allFinished(created);
  });

  it('is made once, whoever creates it at the same time, in whatever order', async () => {
    const plan = await harness.template(template('race', [step('only')]));
    const creators = await Promise.all([1, 2, 3].map(() => harness.start()));
    const identities = Array.from({ length: 100 }, (_, n) => `id-${n}`);
    const rounds = await Promise.all(
      creators.flatMap((creator) =>
        [identities, [...identities].reverse()].map((order) =>
          creator.engine.createMany(order.map((identity) => harness.draft(plan, { identity }))),
        ),
      ),
    );
    const answers = rounds.flat();
    expect(answers.filter(({ duplicate }) => !duplicate)).toHaveLength(100);
    expect(new Set(answers.map(({ taskId }) => taskId)).size).toBe(100);
    expect(await harness.rows.count('tasks')).toBe(100);
    await harness.allFinished(answers);
  });

  it('is recognised by its meaning with the hash strategy', async () => {
    const plan = await harness.template(template('hash', [step('only')]));
    const creator = await harness.start({ role: 'api' });
    const draft = drafter(plan, 'hash');
    const create = async (request: Omit<TaskRequest, 'name'>) =>
      (await creator.engine.create(draft({ name: 'hash', ...request }))).taskId;
    const first = await create({ context: { a: 1, b: { c: 2, d: 3 } } });
    expect(await create({ context: { b: { d: 3, c: 2 }, a: 1 }, correlationId: randomUUID(), priority: 5 })).toBe(
      first,
    );
    expect(await create({ context: { a: 1, b: { c: 2, d: 4 } } })).not.toBe(first);
    expect(await create({ context: { a: 1, b: { c: 2, d: 3 } }, reason: 'again' })).not.toBe(first);
    expect(await create({ context: { a: 1, b: { c: 2, d: 3 } }, identity: 'own' })).not.toBe(first);
  });
});

describe("creation in the caller's transaction", () => {
  async function inTransaction<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const client = new Client({ connectionString: harness.url });
    await client.connect();
    try {
      await client.query('begin');
      return await work(client);
    } finally {
      await client.end();
    }
  }
  const runOn = (client: Client) => async (sql: string, values: unknown[]) => (await client.query(sql, values)).rows;

  it('leaves nothing behind when that rolls back', async () => {
    const plan = await harness.template(template('rolledback', [step('only')]));
    const worker = await harness.start({ pollMs: 50 });
    const { task } = harness.draft(plan);
    const rolledBack = await inTransaction(async (client) => {
      const mine = queuedTask({ plan, task: { ...task, identity: 'mine' } });
      const [made] = await worker.store.createInTransaction(runOn(client), [mine]);
      expect(await harness.rows.count('tasks')).toBe(0);
      await client.query('rollback');
      return made;
    });
    expect(rolledBack).toMatchObject({ duplicate: false });
    expect([await harness.rows.count('tasks'), await harness.rows.count('queue')]).toEqual([0, 0]);
    // The identity is free again.
    expect(await worker.engine.create(harness.draft(plan, { identity: 'mine' }))).toMatchObject({ duplicate: false });
  });

  it('wakes a worker when that commits, which does not wait for its poll', async () => {
    const plan = await harness.template(template('committed', [step('only'), step('other')]));
    const worker = await harness.start({ pollMs: 60_000 });
    const warmedUp = gate();
    worker.events.on('task.completed', () => warmedUp.open());
    await harness.create(worker, plan);
    await warmedUp.opened;
    const draft = harness.draft(plan);
    const made = await inTransaction(async (client) => {
      const [created] = await worker.store.createInTransaction(runOn(client), [queuedTask(draft)]);
      await client.query('commit');
      return created;
    });
    expect(await harness.finished(made?.taskId ?? '', 5_000)).toBe('complete');
  });

  it('publishes the events of creation once the caller says that it has committed', async () => {
    const plan = await harness.template(template('told', [step('only')]));
    const worker = await harness.start({ pollMs: 60_000 });
    const draft = harness.draft(plan);
    const made = await inTransaction(async (client) => {
      const [created] = await worker.store.createInTransaction(runOn(client), [queuedTask(draft)]);
      await client.query('commit');
      return created;
    });
    if (!made) throw new Error('nothing was created');
    worker.engine.committed(draft, made);
    worker.engine.committed(draft, { ...made, duplicate: true });
    await harness.finished(made.taskId);
    expect(harness.eventNames(made.taskId).filter((name) => name === 'task.initialize_requested')).toHaveLength(1);
  });
});
