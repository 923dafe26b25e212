import { PermanentError, type TaskFilter } from '@tasker/core';
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

  it('answers the same from the rollup, percentiles within 2 %', async () => {
    const plan = await harness.template(template('rolled', [step('only')], { namespace: 'r' }));
    const worker = await harness.start();
    await harness.allFinished(await harness.createMany(worker, plan, 100));
    await harness.rows.query(SPREAD);
    await harness.rows.query(
      `update tasker.tasks set requested_at = requested_at - interval '5 hours', finished_at = finished_at - interval '5 hours'`,
    );
    for (const table of ['step_history', 'task_history']) {
      await harness.rows.query(`update tasker.${table} set at = at - interval '5 hours'`);
    }
    await harness.rows.query(`update tasker.step_history set started_at = started_at - interval '5 hours'`);
    const query = { namespace: 'r', groupBy: 'all', since: new Date(Date.now() - 9 * HOUR) } as const;
    const before = await read.analytics.performance(query);
    expect(await read.analytics.rollUpHistory(100)).toBeGreaterThanOrEqual(4);
    expect(await read.analytics.rollUpHistory(100)).toBe(0);
    expect(await read.analytics.performance(query)).toEqual({ ...before, since: query.since, until: expect.any(Date) });
    // As many as 30,000 attempts: now the rollup answers.
    await harness.rows.query(
      'update tasker.history_rollup set ended = ended * 1000, completed = completed * 1000, counts = array(select n * 1000 from unnest(counts) n), total_ms = total_ms * 1000',
    );
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
    await harness.rows.query('truncate tasker.history_rollup');
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

describe('failure groups', () => {
  it('gather failures of one cause, whatever differs in their messages', async () => {
    const plan = await harness.template(
      template('groups', [step('call', [], { handler: 'call', retryLimit: 2 })], { namespace: 'f' }),
    );
    let calls = 0;
    const worker = await harness.start({
      handlers: {
        call: async ({ task }) => {
          const { kind } = task.context as { kind: string };
          if (kind === 'gone')
            throw new PermanentError(`order 'A-${task.id}' of 3f2504e0-4f89-11d3-9a0c-0305e82c3301 not found`);
          if (++calls % 2 === 1) throw new Error(`can't connect to 10.0.0.${task.id}:5432`);
          return null;
        },
      },
    });
    for (const kind of ['gone', 'gone', 'flaky']) await harness.run(worker, plan, { contextOf: { kind } });
    const groups = await read.analytics.failureGroups({ namespace: 'f' });
    expect(groups).toEqual([
      expect.objectContaining({
        ...{
          step: 'call',
          kind: 'permanent',
          errorName: 'PermanentError',
          pattern: 'order ? of ? not found',
          versions: ['1.0.0'],
        },
        ...{ failures: 2, tasks: 2, openTasks: 2, sampleMessage: expect.stringMatching(/^order 'A-\d+' of 3f2504e0/) },
      }),
      expect.objectContaining({ pattern: "can't connect to ?", failures: 1, tasks: 1, openTasks: 0 }),
    ]);
    const [gone, flaky] = groups;
    expect(gone && gone.firstAt < gone.lastAt).toBe(true);
    const of = async (filter: TaskFilter) => (await read.tasks.list(filter)).tasks.length;
    expect(await of({ errorFingerprint: gone?.fingerprint ?? '' })).toBe(2);
    expect(await of({ errorFingerprint: flaky?.fingerprint ?? '' })).toBe(0);
  });

  it.each([
    ['plain words', 'plain words'],
    ['user 42 has 3.5 of 1,000', 'user ? has ? of ?'],
    ['id 3F2504E0-4F89-11D3-9A0C-0305E82C3301', 'id ?'],
    ['at 0xDEADBEEF in deadbeef01 but not in deadbeef', 'at ? in ? but not in deadbeef'],
    [`no "thing" named 'x y' or \`z\``, 'no ? named ? or ?'],
    [`can't find it, won't try`, `can't find it, won't try`],
    ['lines\n  and\tspaces ', 'lines and spaces'],
    ['retry2 of step_3', 'retry? of step_?'],
  ])('sees in %j the pattern %j', async (message, pattern) => {
    const [row] = await harness.rows.query<{ pattern: string }>('select tasker.error_pattern_v1($1) as pattern', [
      message,
    ]);
    expect(row?.pattern).toBe(pattern);
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
