import { PermanentError, type TaskFilter } from '@tasker/core';
import { engineHarness } from '../support/engine-harness';
import { step, template } from '../support/engine-templates';
import type { TaskQuery } from '@tasker/postgres';
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
    tags: ['a', 'b'],
  });
  const bad = await harness.run(worker, shop, { contextOf: { order: 100 }, tags: ['b'], initiator: 'ada' });
  const other = await harness.run(worker, billing, {
    contextOf: { order: 2 },
    identity: 'invoice-2',
    correlationId: 'request-9',
  });
  return { worker, shop, good, bad, other };
}

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

  it('lets no value reach the statement as SQL', async () => {
    const nasty = `'); drop table tasker.tasks; --`;
    for (const filter of [
      ...[{ name: nasty }, { tags: [nasty] }, { context: { [nasty]: nasty } }, { identity: nasty }, { step: nasty }],
      ...[{ annotation: { type: nasty, contains: [nasty] } }, { errorFingerprint: nasty }, { correlationId: '$1' }],
    ]) {
      expect(await found(filter)).toEqual([]);
    }
    await expect(read.tasks.list({ cursor: nasty })).rejects.toMatchObject({ code: 'TSK_REQUEST_INVALID' });
  });
});
