import type { INestApplicationContext } from '@nestjs/common';
import { StepHandler, TaskBulk, TaskerService, TaskInsights } from '@tasker/nestjs';
import { from, oneStep, TestApps } from '../module/support/boot-app';
import { gate, type Gate } from '../support/gate';
import { Line } from '../support/line';

/** What a read may take: five seconds until somebody wonders, five for the question, and a margin for a busy machine. */
const READ_MS = 15_000;
const TEST_MS = 60_000;

const apps = new TestApps();
let line: Line;
let running: Gate;
let go: Gate;

@StepHandler('greet')
class Greet {
  async process(): Promise<void> {
    running.open();
    await go.opened;
  }
}

async function boot(role: 'all' | 'api' | 'worker', worker = {}): Promise<INestApplicationContext> {
  [running, go] = [gate(), gate()];
  line = new Line(await apps.database());
  const options = { role, templates: [oneStep('greet')], worker: { leaseMs: 3_000, shutdownGraceMs: 500, ...worker } };
  return apps.boot({ providers: [Greet], options }, await line.open());
}

afterEach(async () => {
  await apps.closeAll();
  await line.cut();
}, TEST_MS);

async function tookMs(work: Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work.catch(() => undefined);
  return performance.now() - from;
}

describe('when the line falls silent', () => {
  it.each(['silent', 'open'] as const)(
    'reads end within their bound, and are answered when it is well again; new connections: %s',
    async (newOnes) => {
      const app = await boot('api');
      const [tasker, insights] = [from(app, TaskerService), from(app, TaskInsights)];
      const { taskId } = await tasker.create({ name: 'greet' });
      await Promise.all([tasker.get(taskId), insights.explain(taskId)]);
      line.fallSilent(newOnes);
      const reads = [tasker.get(taskId), insights.explain(taskId), insights.healthCounts()];
      const startedAt = performance.now();
      const codes = (await Promise.allSettled(reads)).map((answer) =>
        answer.status === 'rejected' ? (answer.reason as { code?: string }).code : 'answered',
      );
      expect(codes.filter((code) => code !== 'answered' && code !== 'TSK_DATABASE_UNAVAILABLE')).toEqual([]);
      expect(performance.now() - startedAt).toBeLessThan(READ_MS);
      await line.open();
      await expect(tasker.get(taskId)).resolves.toMatchObject({ id: taskId });
    },
    TEST_MS,
  );

  it('the limit of waitFor holds over the whole call', async () => {
    const app = await boot('api');
    const tasker = from(app, TaskerService);
    const { taskId } = await tasker.create({ name: 'greet' });
    line.fallSilent();
    const waiting = tasker.waitFor(taskId, { timeoutMs: 200 });
    expect(await tookMs(waiting)).toBeLessThan(2_000);
    await expect(waiting).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it.each(['all', 'api', 'worker'] as const)(
    'a process of role %s closes within its bound',
    async (role) => {
      const app = await boot(role);
      const tasker = from(app, TaskerService);
      const { taskId } = await tasker.create({ name: 'greet' });
      if (role !== 'api') await running.opened;
      await tasker.get(taskId);
      line.fallSilent();
      const [waiting, reading] = [tasker.waitFor(taskId), tasker.list()];
      const bulk = from(app, TaskBulk).start({ name: 'greet' }, { verb: 'pause' }, { actor: 'ann' });
      bulk.catch(() => undefined);
      reading.catch(() => undefined);
      const closing = app.close();
      await expect(waiting).rejects.toMatchObject({ code: 'TSK_SHUTTING_DOWN' });
      // Grace, a third of the lease, and five seconds for the rest.
      expect(await tookMs(closing)).toBeLessThan((role === 'api' ? 0 : 1_500) + 5_000 + 3_000);
    },
    TEST_MS,
  );
});

describe('at shutdown', () => {
  it('who waits for a task that runs elsewhere is answered at once', async () => {
    const app = await boot('api');
    const tasker = from(app, TaskerService);
    const { taskId } = await tasker.create({ name: 'greet' });
    const waiting = tasker.waitFor(taskId);
    waiting.catch(() => undefined);
    await tasker.get(taskId);
    await app.close();
    await expect(waiting).rejects.toMatchObject({
      code: 'TSK_SHUTTING_DOWN',
      hint: expect.stringContaining('another'),
    });
  });

  it('who waits for a task that ends in the drain is told how it ended', async () => {
    const app = await boot('all', { shutdownGraceMs: 20_000 });
    const tasker = from(app, TaskerService);
    const { taskId } = await tasker.create({ name: 'greet' });
    await running.opened;
    const waiting = tasker.waitFor(taskId);
    const closing = app.close();
    go.open();
    await expect(waiting).resolves.toMatchObject({ id: taskId, state: 'complete' });
    await closing;
  });
});
