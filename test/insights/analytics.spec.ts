import { PermanentError } from '@tasker/core';
import { engineHarness } from '../support/engine-harness';
import { step, template } from '../support/engine-templates';
import { readSide, type ReadSide } from './support/read-side';

const harness = engineHarness();
let read: ReadSide;
beforeAll(() => (read = readSide(harness)));

const HOUR = 3_600_000;
/** Every attempt of the database ran 10 ms, but for those of one task each that ran 1 to 100 s. */
const SPREAD = `update tasker.step_history h set started_at = h.at - x.ord * interval '1 second'
  from (select task_id, row_number() over (order by task_id) as ord from tasker.step_history where position = 0) x
 where h.task_id = x.task_id and h.position = 0`;

describe('what happened in a window', () => {
  it('has true percentiles: of 1 to 100 seconds, 50, 95 and 99', async () => {
    const plan = await harness.template(template('spread', [step('only')], { namespace: 'p' }));
    const worker = await harness.start();
    await harness.allFinished(await harness.createMany(worker, plan, 100));
    await harness.rows.query(SPREAD);
    const { groups, exact } = await read.analytics.performance({ namespace: 'p', groupBy: 'step' });
    expect(exact).toBe(true);
    expect(groups).toEqual([
      expect.objectContaining({
        ...{
          namespace: 'p',
          name: 'spread',
          version: '1.0.0',
          step: 'only',
          attempts: 100,
          failedAttempts: 0,
          taskDuration: null,
        },
        stepDuration: { count: 100, averageMs: 50_500, p50Ms: 50_000, p95Ms: 95_000, p99Ms: 99_000, maxMs: 100_000 },
      }),
    ]);
    const slow = await read.analytics.slowestSteps({ namespace: 'p', limit: 2 });
    expect(slow.map(({ durationMs, step: name, state }) => [durationMs, name, state])).toEqual([
      [100_000, 'only', 'complete'],
      [99_000, 'only', 'complete'],
    ]);
    const [worst] = await read.analytics.bottlenecks({ namespace: 'p' });
    expect(worst).toMatchObject({ step: 'only', attempts: 100, dependents: 0, share: 1, totalMs: 5_050_000 });
    expect(worst?.findings).toEqual(['100 % of all running time is spent in it.']);
  });

  it.each([
    ['hours', 5, 9],
    ['days', 60, 120],
  ])('answers the same from the rollup of %s, percentiles within 2 %%', async (unit, ago, window) => {
    const plan = await harness.template(template(unit, [step('only')], { namespace: 'r' }));
    const worker = await harness.start();
    await harness.allFinished(await harness.createMany(worker, plan, 100));
    await harness.rows.query(SPREAD);
    await harness.rows.query(
      `update tasker.tasks set requested_at = requested_at - interval '${ago} hours', finished_at = finished_at - interval '${ago} hours'`,
    );
    for (const table of ['step_history', 'task_history']) {
      await harness.rows.query(`update tasker.${table} set at = at - interval '${ago} hours'`);
    }
    await harness.rows.query(`update tasker.step_history set started_at = started_at - interval '${ago} hours'`);
    const query = { namespace: 'r', groupBy: 'all', since: new Date(Date.now() - window * HOUR) } as const;
    const before = await read.analytics.performance(query);
    expect(await read.analytics.rollUpHistory(100)).toBeGreaterThanOrEqual(ago - 1);
    expect(await read.analytics.rollUpHistory(100)).toBe(0);
    expect(await read.analytics.performance(query)).toEqual({ ...before, since: query.since, until: expect.any(Date) });
    // As many as 30,000 attempts: now the rollup answers.
    for (const table of ['history_rollup', 'history_rollup_days']) {
      await harness.rows.query(
        `update tasker.${table} set ended = ended * 1000, completed = completed * 1000, total_ms = total_ms * 1000,
                counts = array(select n * 1000 from unnest(counts) n)`,
      );
    }
    const { exact, groups } = await read.analytics.performance(query);
    expect(exact).toBe(false);
    expect(groups).toHaveLength(1);
    const { p50Ms, p95Ms, p99Ms, maxMs, averageMs, count } = groups[0]?.stepDuration ?? {};
    expect([count, maxMs, averageMs]).toEqual([100_000, 100_000, 50_500]);
    for (const [told, real] of [
      [p50Ms, 50_000],
      [p95Ms, 95_000],
      [p99Ms, 99_000],
    ] as const) {
      expect(Math.abs((told ?? 0) / real - 1)).toBeLessThanOrEqual(0.02);
    }
    await harness.rows.query('truncate tasker.history_rollup, tasker.history_rollup_days');
    await harness.rows.query('update tasker.rollup_progress set rolled_until = null');
  });

  it('groups by all, namespace, template, version and step', async () => {
    const steps = [step('a'), step('b', ['a'])];
    const one = await harness.template(template('one', steps, { namespace: 'g1' }));
    const two = await harness.template(template('one', steps, { namespace: 'g1', version: '1.1.0' }));
    const three = await harness.template(template('three', [step('a', [], { handler: 'bad' })], { namespace: 'g2' }));
    const worker = await harness.start({ handlers: { bad: () => Promise.reject(new PermanentError('no')) } });
    for (const plan of [one, two, three]) await harness.run(worker, plan);
    const of = async (groupBy: 'all' | 'namespace' | 'template' | 'version' | 'step') => {
      const { groups } = await read.analytics.performance({ groupBy });
      return groups.map((g) => [
        g.namespace,
        g.name,
        g.version,
        g.step,
        g.tasks,
        g.completedTasks,
        g.failedTasks,
        g.attempts,
        g.failedAttempts,
      ]);
    };
    expect(await of('all')).toEqual([[null, null, null, null, 3, 2, 1, 5, 1]]);
    expect(await of('namespace')).toEqual([
      ['g1', null, null, null, 2, 2, 0, 4, 0],
      ['g2', null, null, null, 1, 0, 1, 1, 1],
    ]);
    expect(await of('template')).toEqual([
      ['g1', 'one', null, null, 2, 2, 0, 4, 0],
      ['g2', 'three', null, null, 1, 0, 1, 1, 1],
    ]);
    expect(await of('version')).toHaveLength(3);
    expect(
      (await of('step')).map(([, name, version, stepName, tasks, , , attempts]) => [
        name,
        version,
        stepName,
        tasks,
        attempts,
      ]),
    ).toEqual([
      ['one', '1.0.0', 'a', 0, 1],
      ['one', '1.0.0', 'b', 0, 1],
      ['one', '1.1.0', 'a', 0, 1],
      ['one', '1.1.0', 'b', 0, 1],
      ['three', '1.0.0', 'a', 0, 1],
    ]);
    expect((await read.analytics.performance({ version: '1.1.0', groupBy: 'all' })).groups[0]).toMatchObject({
      tasks: 1,
      attempts: 2,
    });
    const slow = await read.analytics.slowestTasks({ namespace: ['g2'] });
    expect(slow).toEqual([
      expect.objectContaining({ name: 'three', state: 'error', steps: 1, completedSteps: 0, failedSteps: 1 }),
    ]);
  });

  it('is empty where nothing happened', async () => {
    const query = { since: '2001-01-01T00:00:00Z', until: '2001-02-01T00:00:00Z' };
    expect((await read.analytics.performance(query)).groups).toEqual([]);
    expect(await read.analytics.slowestSteps(query)).toEqual([]);
    expect(await read.analytics.slowestTasks({ namespace: 'nobody' })).toEqual([]);
    expect(await read.analytics.bottlenecks(query)).toEqual([]);
    expect(await read.analytics.failureGroups(query)).toEqual([]);
  });

  it('refuses what cannot be, all faults at once', async () => {
    const query = { since: 'yesterday', limit: 0, groupBy: 'day', nmae: 'x' } as never;
    await expect(read.analytics.performance(query)).rejects.toMatchObject({
      code: 'TSK_REQUEST_INVALID',
      details: [
        { path: 'nmae', message: 'unknown field; did you mean "name"?' },
        { path: 'since' },
        { path: 'limit' },
        { path: 'groupBy' },
      ],
    });
    await expect(
      read.analytics.slowestSteps({ since: '2002-01-01T00:00:00Z', until: '2001-01-01T00:00:00Z' }),
    ).rejects.toMatchObject({
      details: [{ path: 'since', message: 'must be before until' }],
    });
  });
});

describe('health counts', () => {
  it('count tasks by state, live steps, failures and workers', async () => {
    const steps = [step('a', [], { handler: 'a' }), step('b', ['a'])];
    const plan = await harness.template(template('health', steps));
    const stuck = await harness.template(template('stuck', [step('only', [], { handler: 'nobody' })]));
    const worker = await harness.start({
      handlers: {
        a: async ({ task }) => {
          if ((task.context as { bad?: boolean }).bad) throw new Error('bad');
          return null;
        },
      },
    });
    await harness.run(worker, plan);
    await harness.run(worker, plan, { contextOf: { bad: true } });
    const waiting = await harness.create(worker, stuck);
    const counts = await read.analytics.healthCounts();
    expect(counts).toMatchObject({
      ...{
        totalTasks: 3,
        exact: true,
        pendingTasks: 1,
        inProgressTasks: 0,
        completeTasks: 1,
        errorTasks: 1,
        cancelledTasks: 0,
      },
      ...{
        readySteps: 1,
        unservedSteps: 1,
        inProgressSteps: 0,
        waitingForRetrySteps: 0,
        errorSteps: 1,
        exhaustedSteps: 1,
      },
      ...{ workers: 1, drainingWorkers: 0, lostWorkers: 0, capacity: 10, parkedSteps: 0, pausedTasks: 0 },
    });
    expect(counts.oldestReadyMs).toBeGreaterThanOrEqual(0);
    expect(counts.maxConnections).toBeGreaterThan(0);
    await harness.rows.query('delete from tasker.queue where task_id = $1', [waiting]);
    await harness.rows.query('delete from tasker.tasks where id = $1', [waiting]);
  });

  it('are zero in an empty database', async () => {
    expect(await read.analytics.healthCounts()).toMatchObject({
      ...{
        totalTasks: 0,
        completeTasks: 0,
        errorTasks: 0,
        readySteps: 0,
        oldestReadyMs: null,
        workers: 0,
        capacity: 0,
      },
    });
  });
});
