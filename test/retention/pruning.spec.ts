import { KEEP_HOUR, DAY, HOUR, MINUTE, retentionWorld } from './retention-world';
import { step, template } from '../support/engine-templates';

const world = retentionWorld();
const { harness } = world;
const nothing = { tasks: 0, steps: 0, step_history: 0, task_history: 0, annotations: 0, attributes: 0 };

describe('a sweep', () => {
  it('deletes finished tasks whose time is over, with everything of theirs', async () => {
    const ids = await world.ended(await world.good(), 5, 2 * HOUR);
    await harness.rows.query(
      `with kind as (insert into tasker.annotation_types (name) values ('note') returning id)
       insert into tasker.task_annotations (task_id, annotation_type_id, annotation) select $1, id, '{}' from kind`,
      [ids[0]],
    );
    await harness.rows.query(
      "insert into tasker.task_attributes (task_id, name, text_value) select id, 'customer', 'c1' from tasker.tasks",
    );
    expect(await world.sweep()).toMatchObject({ pruned: 5, archived: 0, finished: true });
    expect(await world.rowsLeft()).toEqual(nothing);
  });

  it('leaves what is younger', async () => {
    await world.ended(await world.good(), 2, 2 * HOUR);
    const young = await world.ended(await world.good(), 3, HOUR - MINUTE);
    expect((await world.sweep())?.pruned).toBe(2);
    expect(await world.tasks()).toEqual(young);
  });

  it('counts from the end, not from the request', async () => {
    const ids = await world.ended(await world.good(), 1, 2 * HOUR);
    await harness.rows.query('update tasker.tasks set finished_at = now() where id = $1', [ids[0]]);
    expect((await world.sweep())?.pruned).toBe(0);
  });

  it('leaves what a newer engine alone understands', async () => {
    const ids = await world.ended(await world.good(), 2, 2 * HOUR);
    await harness.rows.query('update tasker.task_templates set level = 99');
    expect((await world.sweep())?.pruned ?? 0).toBe(0);
    expect(await world.tasks()).toEqual(ids);
    await harness.rows.query('update tasker.task_templates set level = 1');
    expect((await world.sweep())?.pruned).toBe(2);
  });

  it('never touches tasks that can still move', async () => {
    const plan = await world.endless();
    const running = await harness.create(world.process, plan);
    await harness.event('step.execution_requested');
    const waiting = await harness.create(await harness.start({ role: 'api' }), await harness.template(unheard));
    await world.age([running, waiting], 30 * DAY);
    expect((await world.sweep())?.pruned).toBe(0);
    expect(await world.tasks()).toEqual([running, waiting]);
  });

  it('keeps tasks in error unless told how long', async () => {
    const failed = await world.ended(await world.bad(), 2, 2 * DAY);
    expect((await world.sweep())?.pruned).toBe(0);
    expect(await world.tasks()).toEqual(failed);
    expect((await world.sweep({ ...KEEP_HOUR, keepErrorsMs: 3 * DAY }))?.pruned).toBe(0);
    expect((await world.sweep({ ...KEEP_HOUR, keepErrorsMs: DAY }))?.pruned).toBe(2);
  });

  it('leaves a cancelled task alone while a handler still ends in it', async () => {
    const plan = await world.endless();
    const id = await harness.create(world.process, plan);
    await harness.event('step.execution_requested');
    await world.age([id], 2 * HOUR);
    await harness.rows.query(
      "update tasker.tasks set state = tasker.task_cancelled(), finished_at = now() - interval '2 hours' where id = $1",
      [id],
    );
    expect((await world.sweep())?.pruned).toBe(0);
    await harness.rows.query(
      'update tasker.steps set state = tasker.step_cancelled(), finished_at = now() where task_id = $1',
      [id],
    );
    await harness.rows.query("update tasker.retention_stragglers set due_at = now() - interval '1 s'");
    expect((await world.sweep())?.pruned).toBe(1);
  });
});

const unheard = template('unheard', [step('only', [], { handler: 'nobody' })]);

describe('terms', () => {
  it('of a template, and before them those of its version, take the place of the others', async () => {
    const ids = {
      other: await world.ended(await world.good('other'), 1, 2 * DAY),
      old: await world.ended(await world.good('order', '1.0.0'), 1, 2 * DAY),
      new: await world.ended(await world.good('order', '2.0.0'), 1, 2 * DAY),
      audit: await world.ended(await world.good('audit'), 1, 2 * DAY),
    };
    const perTemplate = [
      { namespace: 'default', name: 'order', version: null, keepMs: 3 * DAY },
      { namespace: 'default', name: 'order', version: '2.0.0', keepMs: DAY },
      { namespace: 'default', name: 'audit', version: null, keepMs: null },
      { namespace: 'elsewhere', name: 'other', version: null, keepMs: null },
    ];
    expect((await world.sweep({ ...KEEP_HOUR, perTemplate }))?.pruned).toBe(2);
    expect(await world.tasks()).toEqual([...ids.old, ...ids.audit]);
  });

  it('that become shorter reach what an earlier policy has passed by', async () => {
    await world.ended(await world.good(), 3, 2 * DAY);
    const keepOrders = { namespace: 'default', name: 'good', version: null, keepMs: null };
    expect((await world.sweep({ ...KEEP_HOUR, perTemplate: [keepOrders] }))?.pruned).toBe(0);
    expect((await world.sweep())?.pruned).toBe(3);
  });
});

describe('a task that is pruned', () => {
  it('frees its identity', async () => {
    const plan = await world.good();
    const id = await harness.run(world.process, plan, { identity: 'one' });
    await world.age([id], 2 * HOUR);
    await world.sweep();
    const again = await world.process.engine.create(harness.draft(plan, { identity: 'one' }));
    expect(again.duplicate).toBe(false);
    await harness.finished(again.taskId);
  });
});
