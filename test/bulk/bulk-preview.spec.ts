import type { OperatorCommand, TaskFilter } from '@tasker/core';
import { bulkWorld } from './bulk-world';

const world = bulkWorld();

const FAIL = { context: { fail: 'no' } };
const ALL_STATES: TaskFilter = {
  state: ['pending', 'in_progress', 'complete', 'error', 'cancelled', 'resolved_manually'],
};

/** Everything stored, as text. */
async function contents(): Promise<string> {
  const parts = ['tasks', 'steps', 'step_history', 'task_history', 'queue', 'operated_tasks'].map(
    (table) => `(select coalesce(string_agg(x::text, E'\\n' order by x::text), '') from tasker.${table} x)`,
  );
  const [row] = await world.rows<{ all: string }>(`select concat_ws('|', ${parts.join(', ')}) as all`);
  return row?.all ?? '';
}

async function makeTasks(): Promise<void> {
  await world.ended({}, FAIL, {}, FAIL, { version: '2.0.0' });
  const [first] = await world.create({ name: 'idle' }, { name: 'idle' });
  await world.operator.act(first ?? '', { verb: 'cancel' }, { actor: 'eve' });
}

const COMMANDS: OperatorCommand[] = [
  { verb: 'retry' },
  { verb: 'cancel' },
  { verb: 'pause' },
  { verb: 'set_priority', priority: 5 },
  { verb: 'rerun', step: 'reserve' },
  { verb: 'skip_step', step: 'reserve', force: true },
  { verb: 'resolve' },
];

describe('a preview', () => {
  it.each(COMMANDS)('tells what then happens and changes nothing: $verb', async (command) => {
    await makeTasks();
    const before = await contents();
    const preview = await world.bulk.preview(ALL_STATES, command);
    expect(await contents()).toBe(before);
    const { matched, changed, unchanged, refused, reasons, samples } = await world.run(ALL_STATES, command);
    expect({ matched, changed, unchanged, refused, reasons, samples }).toEqual({
      ...{ matched: preview.matched, changed: preview.changed, unchanged: preview.unchanged, refused: preview.refused },
      ...{ reasons: preview.reasons, samples: preview.samples },
    });
    expect(preview.examined).toBe(7);
    expect(preview.changed).toBeGreaterThan(0);
  });

  it('names the steps that would run a second time, with what their templates say of repeating', async () => {
    await world.ended({}, {}, FAIL);
    const preview = await world.bulk.preview({ name: 'order' }, { verb: 'rerun', step: 'reserve' });
    const order = { namespace: 'default', task: 'order', version: '1.0.0' };
    expect(preview.repeats).toEqual([
      { ...order, step: 'charge', count: 2, idempotent: false },
      { ...order, step: 'reserve', count: 3, idempotent: true },
      { ...order, step: 'ship', count: 2, idempotent: null },
    ]);
    expect(preview).toMatchObject({ matched: 3, changed: 3, steps: 7 });
    const cancel = await world.bulk.preview({ name: 'order' }, { verb: 'cancel' });
    expect(cancel.repeats).toEqual([]);
  });

  it('counts refusals by reason and shows some', async () => {
    const [complete] = await world.ended({}, FAIL);
    const preview = await world.bulk.preview({ name: 'order' }, { verb: 'retry_step', step: 'reserve' });
    expect(preview).toMatchObject({ changed: 1, refused: 1 });
    expect(preview.reasons).toEqual([{ code: 'TSK_STATE_REFUSED', state: 'complete', count: 1 }]);
    expect(preview.samples).toEqual([
      {
        taskId: complete,
        code: 'TSK_STATE_REFUSED',
        message: expect.stringContaining('retry_step is not possible') as string,
      },
    ]);
  });

  it('refuses inputs that the template of a task does not allow', async () => {
    await world.ended(FAIL, { ...FAIL, version: '2.0.0' });
    const command = { verb: 'edit_inputs', step: 'reserve', inputs: { n: 'not a number' } } as const;
    const preview = await world.bulk.preview({ name: 'order' }, command);
    expect(preview).toMatchObject({ changed: 1, refused: 1, reasons: [{ code: 'TSK_CONTEXT_INVALID', count: 1 }] });
    expect(await world.run({ name: 'order' }, command)).toMatchObject({ changed: 1, refused: 1 });
  });
});

describe('what is refused before anything is done', () => {
  it('is told all at once', async () => {
    const start = world.bulk.start(
      { naem: 'x' } as never,
      { verb: 'cancel' },
      { actor: 'ann', ifVersion: 1 },
      {
        rate: 0,
        batchSize: 1_000,
      },
    );
    await expect(start).rejects.toMatchObject({
      code: 'TSK_REQUEST_INVALID',
      details: [
        { path: 'filter.naem', message: expect.stringContaining('name') as string },
        { path: 'ifVersion' },
        { path: 'rate' },
        { path: 'batchSize' },
      ],
    });
  });

  it.each<[string, TaskFilter, OperatorCommand]>([
    ['an empty filter', {}, { verb: 'cancel' }],
    ['an unknown verb', { name: 'order' }, { verb: 'destroy' } as never],
  ])('is %s', async (_what, filter, command) => {
    await expect(world.bulk.start(filter, command, { actor: 'ann' })).rejects.toMatchObject({
      code: 'TSK_REQUEST_INVALID',
    });
    await expect(world.bulk.preview(filter, command)).rejects.toMatchObject({ code: 'TSK_REQUEST_INVALID' });
  });
});
