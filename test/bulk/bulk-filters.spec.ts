import type { TaskFilter } from '@tasker/core';
import { bulkWorld } from './bulk-world';

const world = bulkWorld();

type Names = Readonly<Record<string, string>>;

/** Tasks that differ in every way a filter can tell. */
async function makeTasks(): Promise<Names> {
  const [plain, tagged, bySomebody, failed] = await world.ended(
    { correlationId: 'story-1', context: { n: 1 } },
    { tags: ['red', 'big'], identity: 'the-one', context: { n: 2 } },
    { initiator: 'bob', sourceSystem: 'shop', version: '2.0.0' },
    { context: { fail: 'card 12 refused' } },
  );
  const [abroad] = await world.ended({ namespace: 'eu', name: 'invoice' });
  const [waiting, paused] = await world.create({ name: 'idle' }, { name: 'idle' });
  const names = { plain, tagged, bySomebody, failed, abroad, waiting, paused } as Names;
  await world.operator.act(names['paused'] ?? '', { verb: 'pause' }, { actor: 'eve' });
  await world.operator.annotate(names['plain'] ?? '', { type: 'ticket', annotation: { ref: 7 } }, { actor: 'eve' });
  await world.rows("update tasker.tasks set requested_at = requested_at - interval '2 days' where id = $1", [
    names['plain'],
  ]);
  await world.rows("update tasker.tasks set finished_at = finished_at - interval '1 day' where id = $1", [
    names['tagged'],
  ]);
  return names;
}

const hourAgo = new Date(Date.now() - 3_600_000).toISOString();
const soon = new Date(Date.now() + 3_600_000);

const CASES: [what: string, filter: (names: Names) => TaskFilter, expected: string[]][] = [
  ['ids', ({ plain, failed }) => ({ ids: [plain, failed] as string[] }), ['plain', 'failed']],
  ['state', () => ({ state: 'error' }), ['failed']],
  ['states', () => ({ state: ['error', 'pending'] }), ['failed', 'waiting', 'paused']],
  ['namespace', () => ({ namespace: 'eu' }), ['abroad']],
  ['name', () => ({ name: 'idle' }), ['waiting', 'paused']],
  ['version', () => ({ name: 'order', version: '2.0.0' }), ['bySomebody']],
  ['hold', () => ({ hold: true }), ['paused']],
  ['no hold', () => ({ hold: false, name: 'idle' }), ['waiting']],
  ['tags', () => ({ tags: ['red'] }), ['tagged']],
  ['identity', () => ({ identity: 'the-one' }), ['tagged']],
  ['correlationId', () => ({ correlationId: 'story-1' }), ['plain']],
  ['initiator', () => ({ initiator: 'bob' }), ['bySomebody']],
  ['sourceSystem', () => ({ sourceSystem: 'shop' }), ['bySomebody']],
  ['requestedBefore', () => ({ requestedBefore: hourAgo }), ['plain']],
  ['requestedAfter', () => ({ requestedAfter: hourAgo, namespace: 'eu' }), ['abroad']],
  ['finishedBefore', () => ({ finishedBefore: hourAgo }), ['tagged']],
  [
    'finishedAfter, a Date',
    () => ({ finishedAfter: new Date(hourAgo), state: ['error'], finishedBefore: soon }),
    ['failed'],
  ],
  ['context', () => ({ context: { n: 2 } }), ['tagged']],
  ['attributes', () => ({ attributes: { n: { gte: 2, lt: 9 } } }), ['tagged']],
  ['annotation', () => ({ annotation: { type: 'ticket' } }), ['plain']],
  ['annotation with content', () => ({ annotation: { type: 'ticket', contains: { ref: 8 } } }), []],
  ['step', () => ({ step: 'send' }), ['abroad']],
  ['stepState', () => ({ step: 'reserve', stepState: 'error' }), ['failed']],
  ['errorKind', () => ({ errorKind: 'permanent' }), ['failed']],
];

describe('a bulk operation', () => {
  it('touches what its filter means and nothing else, for every kind of filter', async () => {
    const names = await makeTasks();
    const nameOf = new Map(Object.entries(names).map(([name, id]) => [id, name]));
    const touched: Record<string, string[]> = {};
    for (const [what, filter] of CASES) {
      const operation = await world.run(filter(names), { verb: 'edit', taskReason: what });
      const rows = await world.rows<{ id: string }>('select id::text from tasker.tasks where reason = $1 order by id', [
        what,
      ]);
      touched[what] = rows.map(({ id }) => nameOf.get(id) ?? id);
      expect([what, operation.state, operation.changed]).toEqual([what, 'complete', touched[what].length]);
    }
    expect(touched).toEqual(Object.fromEntries(CASES.map(([what, , expected]) => [what, expected])));
  });

  it('selects a failure group by its fingerprint', async () => {
    const [one, , other] = await world.ended(
      { context: { fail: 'card 12 refused' } },
      { context: { fail: 'out of stock' } },
      { context: { fail: 'card 99 refused' } },
    );
    const [row] = await world.rows<{ fingerprint: string }>(
      'select fingerprint from tasker.step_history where task_id = $1 and fingerprint is not null',
      [one],
    );
    await world.run({ errorFingerprint: row?.fingerprint ?? '' }, { verb: 'edit', taskReason: 'group' });
    const rows = await world.rows<{ id: string }>(
      "select id::text from tasker.tasks where reason = 'group' order by id",
    );
    expect(rows.map(({ id }) => id)).toEqual([one, other]);
  });
});
