import { KEEP_HOUR, HOUR, retentionWorld } from './retention-world';

const world = retentionWorld();
const { harness } = world;

interface ArchivedRow {
  task_id: string;
  name: string;
  state: string;
  identity: string | null;
  document: Record<'task' | 'transitions', Record<string, unknown>> & Record<'steps' | 'annotations', unknown[]>;
}

const archived = () => harness.rows.query<ArchivedRow>('select * from tasker.archived_tasks order by task_id');

/** What the public views say of a task, as JSON. */
const shown = async (view: string, id: string, order: string) =>
  (
    await harness.rows.query<{ row: Record<string, unknown> }>(
      `select to_jsonb(v) - 'task_id' as row from tasker.${view} v where task_id = $1 order by ${order}`,
      [id],
    )
  ).map(({ row }) => row);

describe('archiving', () => {
  it('keeps a document with all that the public views showed', async () => {
    const id = await harness.run(world.process, await world.good(), { identity: 'kept', contextOf: { n: 1 } });
    await world.age([id], 2 * HOUR);
    await harness.rows.query(
      `with kind as (insert into tasker.annotation_types (name) values ('ticket') returning id)
       insert into tasker.task_annotations (task_id, annotation_type_id, annotation, actor)
       select $1, id, '{"ref": 7}', 'ann' from kind`,
      [id],
    );
    const steps = await shown('task_steps', id, 'position');
    const taskMoves = await shown('task_transitions', id, 'ordinal');
    const stepMoves = await shown('step_transitions', id, 'ordinal');
    expect(await world.sweep({ ...KEEP_HOUR, mode: 'archive' })).toMatchObject({ pruned: 1, archived: 1 });
    const [row] = await archived();
    expect(row).toMatchObject({ task_id: id, name: 'good', state: 'complete', identity: 'kept' });
    expect(row?.document.task).toMatchObject({ context: { n: 1 }, state: 'complete' });
    expect(row?.document.steps).toEqual(steps);
    expect(row?.document.transitions).toEqual({ task: taskMoves, steps: stepMoves });
    expect([steps.length, taskMoves.length, stepMoves.length].every((count) => count > 0)).toBe(true);
    expect(row?.document.annotations).toMatchObject([{ type: 'ticket', annotation: { ref: 7 }, actor: 'ann' }]);
    expect(await world.rowsLeft()).toMatchObject({ tasks: 0, steps: 0, step_history: 0, annotations: 0 });
  });

  it('is a choice of each template', async () => {
    const [kept] = await world.ended(await world.good('kept'), 1, 2 * HOUR);
    await world.ended(await world.good('dropped'), 1, 2 * HOUR);
    const perTemplate = [{ namespace: 'default', name: 'kept', version: null, mode: 'archive' as const }];
    expect(await world.sweep({ ...KEEP_HOUR, perTemplate })).toMatchObject({ pruned: 2, archived: 1 });
    expect((await archived()).map((row) => row.task_id)).toEqual([kept]);
  });
});
