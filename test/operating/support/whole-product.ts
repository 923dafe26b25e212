import type { INestApplication } from '@nestjs/common';
import { StepHandler, TaskBulk, TaskerService, TaskInsights, TaskRetention, type StepContext } from '@tasker/nestjs';
import { ApiKeyStore, TaskerDatabase } from '@tasker/postgres';
import { Registry } from 'prom-client';
import { DataSource } from 'typeorm';
import { TaskerHealthModule } from '../../../src/health/index';
import { TaskerMetricsModule } from '../../../src/metrics/index';
import { TaskerRestModule } from '../../../src/rest/index';
import { from, type TestApps } from '../../module/support/boot-app';

const ACT = { actor: 'ann', reason: 'to see' };
const WAIT = { timeoutMs: 20_000 };

@StepHandler('pass')
class Pass {
  process({ name, parents }: StepContext): unknown {
    return { name, heard: Object.keys(parents) };
  }
}

/** Fails once, and keeps a checkpoint meanwhile. */
@StepHandler('flaky')
class Flaky {
  async process({ attempt, checkpoint }: StepContext): Promise<unknown> {
    if (attempt > 1) return checkpoint.value;
    await checkpoint.save({ kept: true });
    throw new Error('again');
  }
}

@StepHandler('broken')
class Broken {
  process(): never {
    throw new Error('no');
  }
}

const RETRY = { retryLimit: 2, backoff: { initialMs: 1, jitter: 0 } };
const DIAMOND = {
  ...{ name: 'diamond', version: '1.0.0' },
  steps: [
    { name: 'a', handler: 'pass' },
    { name: 'b', handler: 'flaky', dependsOn: ['a'], ...RETRY },
    { name: 'c', handler: 'pass' },
    { name: 'd', handler: 'pass', dependsOn: ['b', 'c'] },
  ],
};
const DOOMED = { name: 'doomed', version: '1.0.0', steps: [{ name: 'only', handler: 'broken', retryLimit: 1 }] };

/** An application with everything on. */
export async function bootWhole(apps: TestApps, url: string): Promise<INestApplication> {
  const compiled = await apps.compile(
    {
      providers: [Pass, Flaky, Broken],
      imports: [
        TaskerRestModule.register({ access: 'public' }),
        TaskerHealthModule.register({ status: { access: 'public', cacheMs: 0 } }),
        TaskerMetricsModule.register({ registry: new Registry(), access: 'public', gaugesMaxAgeMs: 0 }),
      ],
      options: { templates: [DIAMOND, DOOMED], identity: { strategy: 'hash' }, retention: { keepMs: 3_600_000 } },
    },
    url,
  );
  const app = apps.keep(compiled.createNestApplication({ logger: false }));
  await app.listen(0, '127.0.0.1');
  return app;
}

/** What a user of the product does, from creation to close; everything it answers is looked at. */
export async function expectWhole(apps: TestApps, url: string): Promise<void> {
  const app = await bootWhole(apps, url);
  const tasker = from(app, TaskerService);
  const created = await tasker.create({ name: 'diamond', context: { n: 1 } });
  expect(created).toMatchObject({ taskId: expect.stringMatching(/^\d+$/), duplicate: false, at: expect.any(Number) });
  await runsToItsEnd(app, created.taskId);
  await createsInside(tasker, url);
  await isOperated(app);
  await answersEverything(app, created.taskId);
  await app.close();
}

async function runsToItsEnd(app: INestApplication, id: string): Promise<void> {
  const task = await from(app, TaskerService).waitFor(id, WAIT);
  expect(task).toMatchObject({ id, state: 'complete', context: { n: 1 } });
  for (const at of [task.requestedAt, task.startedAt, task.finishedAt]) {
    expect(Math.abs(Number(at) - Date.now())).toBeLessThan(120_000);
  }
  const byName = Object.fromEntries(task.steps.map((step) => [step.name, step]));
  expect(byName['b']).toMatchObject({ state: 'complete', attempt: 2, result: { kept: true } });
  expect(byName['d']).toMatchObject({ state: 'complete', result: { name: 'd', heard: ['b', 'c'] } });
}

/** In a transaction of the host, with the driver as the host has it. */
async function createsInside(tasker: TaskerService, url: string): Promise<void> {
  const patient = { statement_timeout: 60_000, query_timeout: 60_000 };
  const host = await new DataSource({ type: 'postgres', url, extra: patient }).initialize();
  const request = { name: 'diamond', context: { n: 2 }, onDuplicate: 'return' } as const;
  const [first, second] = await host.transaction(async (manager) => [
    await tasker.create(request, { manager }),
    await tasker.create(request, { manager }),
  ]);
  expect(first).toMatchObject({ taskId: expect.stringMatching(/^\d+$/), duplicate: false });
  expect(Math.abs((first?.at ?? 0) - Date.now())).toBeLessThan(120_000);
  expect(second).toMatchObject({ taskId: first?.taskId, duplicate: true });
  expect(await tasker.waitFor(first?.taskId ?? '', WAIT)).toMatchObject({ state: 'complete' });
  await host.destroy();
}

async function isOperated(app: INestApplication): Promise<void> {
  const [tasker, bulk] = [from(app, TaskerService), from(app, TaskBulk)];
  const { taskId } = await tasker.create({ name: 'doomed' });
  expect(await tasker.waitFor(taskId, WAIT)).toMatchObject({ state: 'error' });
  expect(await tasker.retry(taskId, ACT)).toMatchObject({ changed: true });
  expect(await tasker.waitFor(taskId, WAIT)).toMatchObject({ state: 'error' });
  expect(await tasker.resolveStep(taskId, 'only', { by: 'hand' }, ACT)).toMatchObject({ changed: true });
  expect(await tasker.annotate(taskId, { type: 'note', annotation: { a: 1 } }, ACT)).toMatchObject({
    createdAt: expect.any(Date),
  });
  expect(await tasker.annotations(taskId)).toMatchObject([{ annotation: { a: 1 } }]);
  const edit = { verb: 'edit', taskReason: 'seen' } as const;
  expect(await bulk.preview({ name: 'diamond' }, edit)).toMatchObject({ matched: 2 });
  const { id } = await bulk.start({ name: 'diamond' }, edit, ACT, { rate: null });
  while ((await bulk.find(id)).state === 'running') await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await bulk.find(id)).toMatchObject({ state: 'complete', changed: 2 });
  expect(await from(app, TaskRetention).sweep()).toMatchObject({ pruned: 0 });
  const keys = new ApiKeyStore(from(app, TaskerDatabase).session);
  const { key } = await keys.create({ name: 'k', namespaces: ['default'], permissions: ['*'], createdBy: 'ann' });
  expect(await keys.verify(key)).toMatchObject({ valid: true, key: { namespaces: ['default'] } });
}

async function answersEverything(app: INestApplication, id: string): Promise<void> {
  const [tasker, insights] = [from(app, TaskerService), from(app, TaskInsights)];
  expect((await tasker.list({ limit: 1 })).nextCursor).not.toBeNull();
  const { tasks } = await tasker.list();
  expect(tasks.map(({ id: one }) => one)).toContain(id);
  expect(tasks).toHaveLength(3);
  const { steps, task } = await tasker.history(id);
  expect([...steps, ...task].every(({ at }) => at instanceof Date && !Number.isNaN(at.getTime()))).toBe(true);
  expect(await insights.explain(id)).toMatchObject({ task: { id, requestedAt: expect.any(Date) } });
  expect(await insights.healthCounts()).toBeDefined();
  expect(await insights.slowestSteps()).not.toEqual([]);
  const base = await app.getUrl();
  for (const path of [
    ...[
      '/tasker/tasks',
      `/tasker/tasks/${id}`,
      `/tasker/tasks/${id}/workflow_steps`,
      '/tasker/workers',
      '/tasker/bulk',
    ],
    ...[
      '/tasker/analytics/performance',
      '/tasker/analytics/bottlenecks',
      '/tasker/health/status',
      '/tasker/health/ready',
    ],
    '/metrics',
  ]) {
    const answer = await fetch(`${base}${path}`);
    expect(`${path} ${answer.status}`).toBe(`${path} 200`);
    expect(await answer.text()).not.toMatch(/Invalid Date|NaN[^a-z]/);
  }
}
