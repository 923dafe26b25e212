import { PermanentError, TaskerError, type TaskFilter } from '@tasker/core';
import { engineHarness } from '../support/engine-harness';
import { step, template } from '../support/engine-templates';
import {
  createContextIndex,
  dropContextIndex,
  Session,
  taskFilterSql,
  TaskReadStore,
  type TaskQuery,
} from '@tasker/postgres';
import { readSide, type ReadSide } from './support/read-side';

const harness = engineHarness();
let read: ReadSide;
beforeAll(() => (read = readSide(harness)));

/** Two templates in two namespaces: `shop` succeeds or fails as its context says, `billing` succeeds. */
async function scene() {
  const steps = [step('check', [], { handler: 'check' }), step('book', ['check'], { handler: 'noop' })];
  const shop = await harness.template(template('order', steps, { namespace: 'shop' }));
  const billing = await harness.template(
    template('invoice', [step('send', [], { handler: 'noop' })], { namespace: 'billing' }),
  );
  const worker = await harness.start({
    handlers: {
      check: async ({ task }) => {
        const { order } = task.context as { order: number };
        if (order >= 100) throw new PermanentError(`no stock of article ${order}`);
        return order;
      },
    },
  });
  const good = await harness.run(worker, shop, {
    contextOf: { order: 1, customer: { id: 'c1', vip: true } },
    ...{ tags: ['a', 'b'], attributes: [text('customer', 'c1'), number('total', 10), text('due', DUE)] },
  });
  const bad = await harness.run(worker, shop, {
    ...{ contextOf: { order: 100 }, tags: ['b'], initiator: 'ada' },
    attributes: [text('customer', 'c2'), number('total', 20.5)],
  });
  const other = await harness.run(worker, billing, {
    contextOf: { order: 2 },
    identity: 'invoice-2',
    correlationId: 'request-9',
  });
  return { worker, shop, good, bad, other };
}

const DUE = '2026-01-31T12:00:00.000Z';
const text = (name: string, value: string) => ({ name, text: value, number: null });
const number = (name: string, value: number) => ({ name, text: null, number: value });

const found = async (query: TaskQuery) => (await read.tasks.list(query)).tasks.map(({ id }) => id);

describe('search', () => {
  it('finds by every field of the filter, and counts the same', async () => {
    const { good, bad, other } = await scene();
    await harness.rows.query(
      `with kind as (insert into tasker.annotation_types (name) values ('note') on conflict (name) do update set name = excluded.name returning id)
       insert into tasker.task_annotations (task_id, annotation_type_id, annotation) select $1, id, '{"ticket": 7, "open": true}' from kind`,
      [bad],
    );
    const [group] = await read.analytics.failureGroups({ namespace: 'shop' });
    const newest = [other, bad, good];
    const cases: [TaskFilter, string[]][] = [
      [{}, newest],
      [{ ids: [good, other] }, [other, good]],
      [{ state: 'complete' }, [other, good]],
      [{ state: ['error', 'cancelled'] }, [bad]],
      [{ state: ['pending', 'in_progress'] }, []],
      [{ namespace: 'shop' }, [bad, good]],
      [{ namespace: ['shop', 'billing'] }, newest],
      [{ name: 'invoice', version: '1.0.0' }, [other]],
      [{ version: '2.0.0' }, []],
      [{ hold: true }, []],
      [{ hold: false }, newest],
      [{ tags: ['b'] }, [bad, good]],
      [{ tags: ['b', 'a'] }, [good]],
      [{ identity: 'invoice-2' }, [other]],
      [{ correlationId: 'request-9' }, [other]],
      [{ initiator: 'ada' }, [bad]],
      [{ sourceSystem: 'nobody' }, []],
      [{ context: { customer: { vip: true } } }, [good]],
      [{ context: { order: 100 } }, [bad]],
      [{ attributes: { customer: 'c1' } }, [good]],
      [{ attributes: { customer: 'c1', total: 10 } }, [good]],
      [{ attributes: { customer: 'c1', total: 20.5 } }, []],
      [{ attributes: { total: '10' } }, []],
      [{ attributes: { total: { gte: 10, lt: 20.5 } } }, [good]],
      [{ attributes: { total: { gt: 10 } } }, [bad]],
      [{ attributes: { total: { lte: 20.5 } } }, [bad, good]],
      [{ attributes: { customer: { gt: 'c1' } } }, [bad]],
      [{ attributes: { due: new Date(DUE) } }, [good]],
      [{ attributes: { due: '2026-01-31T13:00:00+01:00' } }, [good]],
      [{ attributes: { due: { gte: '2026-01-31T12:00:00Z', lt: '2026-02-01T00:00:00+02:00' } } }, [good]],
      [{ attributes: { due: { gt: new Date(DUE) } } }, []],
      [{ attributes: { nobody: 'c1' } }, []],
      [{ attributes: { customer: 'c2' }, state: 'error', context: { order: 100 } }, [bad]],
      [{ annotation: { type: 'note' } }, [bad]],
      [{ annotation: { type: 'note', contains: { ticket: 7 } } }, [bad]],
      [{ annotation: { type: 'note', contains: { ticket: 8 } } }, []],
      [{ annotation: { type: 'other' } }, []],
      [{ step: 'send' }, [other]],
      [{ step: 'check', stepState: 'error' }, [bad]],
      [{ step: 'check', stepState: ['complete', 'error'] }, [bad, good]],
      [{ step: 'book', stepState: 'pending' }, [bad]],
      [{ step: 'book', stepState: ['ready', 'in_progress'] }, []],
      [{ errorKind: 'permanent' }, [bad]],
      [{ errorKind: 'timeout' }, []],
      [{ errorFingerprint: group?.fingerprint ?? 'none', step: 'check' }, [bad]],
      [{ errorFingerprint: group?.fingerprint ?? 'none', step: 'book' }, []],
      [{ requestedAfter: '2020-01-01T00:00:00Z', finishedAfter: new Date('2020-01-01') }, newest],
      [{ requestedBefore: '2020-01-01T00:00:00+02:00' }, []],
      [{ finishedBefore: '2020-01-01T00:00:00Z' }, []],
      [{ namespace: 'shop', state: 'error', tags: ['b'], context: { order: 100 }, errorKind: 'permanent' }, [bad]],
    ];
    for (const [filter, ids] of cases) {
      expect([filter, await found(filter)]).toEqual([filter, ids]);
      expect([filter, await read.tasks.count(filter)]).toEqual([filter, { count: ids.length, exact: true }]);
    }
  });

  it('pages in both directions without losing or repeating one, also among equal times', async () => {
    const { worker, shop } = await scene();
    await harness.allFinished(
      await worker.engine.createMany(
        Array.from({ length: 20 }, () => harness.draft(shop, { contextOf: { order: 1 } })),
      ),
    );
    for (const order of ['desc', 'asc'] as const) {
      for (const query of [{}, { tags: ['b'] }, { namespace: 'shop' }, { state: 'complete' }] as const) {
        const all = await found({ ...query, order, limit: 500 });
        const pages: string[] = [];
        let cursor: string | null = null;
        do {
          const page = await read.tasks.list({ ...query, order, limit: 3, ...(cursor === null ? {} : { cursor }) });
          pages.push(...page.tasks.map(({ id }) => id));
          cursor = page.nextCursor;
        } while (cursor !== null);
        expect(pages).toEqual(all);
        expect(pages).toEqual([...pages].sort((a, b) => (order === 'asc' ? 1 : -1) * (Number(a) - Number(b))));
      }
    }
  });

  it('finds live tasks: queued, waiting for a retry, running', async () => {
    const plan = await harness.template(template('live', [step('only', [], { handler: 'nobody' })]));
    const api = await harness.start({ role: 'api' });
    const taskId = await harness.create(api, plan);
    expect(await found({ state: 'pending' })).toEqual([taskId]);
    expect(await found({ step: 'only', stepState: 'ready' })).toEqual([taskId]);
    expect(await read.tasks.count({ state: 'pending' })).toEqual({ count: 1, exact: true });
    await harness.start({ handlers: { nobody: async () => null } });
    await harness.allEnded();
    expect(await found({ state: ['pending', 'in_progress'] })).toEqual([]);
  });

  it('answers a summary with what an optimistic lock needs', async () => {
    const { good } = await scene();
    expect(await read.tasks.summary(good)).toMatchObject({ id: good, hold: false, lockVersion: 0, tags: ['a', 'b'] });
    expect(await read.tasks.summary('0')).toBeNull();
    const detail = await read.tasks.find(good);
    expect(detail?.steps[0]).toMatchObject({
      ...{ name: 'check', retryLimit: 3, granted: 0, skippable: false, inputs: null, workerId: expect.any(Number) },
    });
  });

  it('finds the same by context with the index and without', async () => {
    const { good } = await scene();
    const filter = { context: { customer: { id: 'c1' } } };
    expect(await found(filter)).toEqual([good]);
    await createContextIndex({ connectionString: harness.url, schema: 'tasker' });
    expect(await found(filter)).toEqual([good]);
    await dropContextIndex({ connectionString: harness.url, schema: 'tasker' });
  });

  it('finds by a search attribute through its index, whether it is a value or a range', async () => {
    await harness.rows.query(
      `insert into tasker.task_attributes (task_id, name, text_value, number_value)
       select 1000000 + i, case when i % 2 = 0 then 'customer' else 'total' end,
              case when i % 2 = 0 then 'c' || i end, case when i % 2 = 1 then i end
         from generate_series(1, 20000) i`,
    );
    await harness.rows.query('analyze tasker.task_attributes');
    const planOf = async (filter: TaskFilter): Promise<string> => {
      const values: unknown[] = [];
      const sql = `explain select 1 from tasker.tasks t join tasker.task_templates m on m.id = t.template_id
        cross join lateral tasker.task_now_v1(t.id, t.state, t.started_at) y where ${taskFilterSql(filter, values)}`;
      const lines = await harness.rows.query<{ 'QUERY PLAN': string }>(sql, values);
      return lines.map((line) => line['QUERY PLAN']).join(' ');
    };
    expect(await planOf({ attributes: { customer: 'c40' } })).toContain('task_attributes_text');
    expect(await planOf({ attributes: { total: { gte: 10, lt: 20 } } })).toContain('task_attributes_number');
    await harness.rows.query('delete from tasker.task_attributes where task_id > 1000000');
  });

  it('says what to do when a search by context takes too long for want of an index', async () => {
    const slow = new TaskerError('TSK_SATURATED', 'The database took too long over this.');
    const session = new Session(async (sql, values) => {
      if (/^(select t\.id|explain)/.test(sql)) throw slow;
      return harness.rows.query(sql, values);
    }, 'tasker');
    const tasks = new TaskReadStore(session);
    const hint = expect.stringContaining('declare a search attribute') as string;
    await expect(tasks.list({ context: { a: 1 } })).rejects.toMatchObject({ code: 'TSK_SATURATED', hint });
    await expect(tasks.count({ context: { a: 1 } })).rejects.toMatchObject({ code: 'TSK_SATURATED', hint });
    await expect(tasks.list({ tags: ['a'] })).rejects.toBe(slow);
  });

  it('lets no value reach the statement as SQL', async () => {
    const nasty = `'); drop table tasker.tasks; --`;
    for (const filter of [
      ...[{ name: nasty }, { tags: [nasty] }, { context: { [nasty]: nasty } }, { identity: nasty }, { step: nasty }],
      ...[{ attributes: { [nasty]: nasty } }, { attributes: { [nasty]: { lt: nasty } } }],
      ...[{ annotation: { type: nasty, contains: [nasty] } }, { errorFingerprint: nasty }, { correlationId: '$1' }],
    ]) {
      expect(await found(filter)).toEqual([]);
    }
    await expect(read.tasks.list({ cursor: nasty })).rejects.toMatchObject({ code: 'TSK_REQUEST_INVALID' });
  });
});
