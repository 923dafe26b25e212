import { AsyncLocalStorage } from 'node:async_hooks';
import type { INestApplicationContext } from '@nestjs/common';
import { OnTaskerEvent, runWithCorrelation, StepHandler, TaskerService, type StepContext } from '@tasker/nestjs';
import { DataSource, type EntityManager } from 'typeorm';
import { from, TestApps, type TestAppParts } from './support/boot-app';
import { capturing } from './support/capturing-logger';

/** The manner of transaction libraries: whoever writes below `transactional` writes in its transaction. */
const current = new AsyncLocalStorage<EntityManager>();
const tenant = new AsyncLocalStorage<string>();
let orders: DataSource;
const writeRow = async (text: string): Promise<void> => {
  await (current.getStore() ?? orders.manager).query('insert into written values ($1)', [text]);
};
const transactional = <T>(work: () => Promise<T>): Promise<T> =>
  orders.transaction((manager) => current.run(manager, work));

/** What steps and listeners found around them. */
const found: (string | undefined)[] = [];

@StepHandler('pay')
class Pay {
  async process(step: StepContext<{ order: number }>): Promise<void> {
    found.push(tenant.getStore());
    if (step.attempt === 1) throw new Error('the gateway is busy');
    await writeRow(`paid ${step.task.context.order} ${step.task.correlationId}`);
    step.logger.log('paid');
  }
}

class Mail {
  @OnTaskerEvent('task.completed')
  async sent(): Promise<void> {
    found.push(tenant.getStore());
    await writeRow('mailed');
  }
}

const template = {
  ...{ name: 'order', version: '1.0.0' },
  steps: [{ name: 'pay', handler: 'pay', backoff: { delaysMs: [10] } }],
};

const apps = new TestApps();
beforeEach(async () => {
  orders = new DataSource({ type: 'postgres', url: await apps.database() });
  await orders.initialize();
  await orders.query('create table written (text text)');
  found.splice(0);
});
afterEach(async () => {
  await orders.destroy();
  await apps.closeAll();
});

/** An application whose worker has nothing under way any more: then it runs the first step of a task by itself. */
async function atRest(parts: TestAppParts = {}): Promise<{ app: INestApplicationContext; tasker: TaskerService }> {
  const app = await apps.boot({ providers: [Pay, Mail], options: { templates: [template] }, ...parts });
  const tasker = from(app, TaskerService);
  const { taskId } = await tasker.create({ name: 'order', context: { order: 0 }, correlationId: 'first' });
  await tasker.waitFor(taskId, { timeoutMs: 20_000 });
  found.splice(0);
  return { app, tasker };
}

const written = async (): Promise<string[]> =>
  (await orders.query<{ text: string }[]>('select text from written order by text')).map(({ text }) => text);

describe('the async context of a caller', () => {
  it('is not that of the steps it asks for: its rollback takes back nothing of theirs', async () => {
    const { app, tasker } = await atRest();
    const taskIds: string[] = [];
    const rolledBack = transactional(async () => {
      for (const order of [1, 2, 3]) {
        const created = runWithCorrelation(`order-${order}`, () =>
          tasker.create({ name: 'order', context: { order } }),
        );
        taskIds.push((await created).taskId);
      }
      for (const taskId of taskIds) await tasker.waitFor(taskId, { timeoutMs: 20_000 });
      throw new Error('changed my mind');
    });
    await expect(rolledBack).rejects.toThrow('changed my mind');
    await app.close();
    expect(await written()).toEqual([
      ...['mailed', 'mailed', 'mailed', 'mailed'],
      ...['paid 0 first', 'paid 1 order-1', 'paid 2 order-2', 'paid 3 order-3'],
    ]);
  });

  it('is nobody else: the first tenant is in no work, and each caller has its own back', async () => {
    const { app, tasker } = await atRest();
    const runs = ['red', 'green', 'blue'].map((name) =>
      tenant.run(name, async () => {
        const { taskId } = await tasker.create({ name: 'order', context: { order: 1 } });
        await tasker.waitFor(taskId, { timeoutMs: 20_000 });
        return tenant.getStore();
      }),
    );
    await expect(Promise.all(runs)).resolves.toEqual(['red', 'green', 'blue']);
    await app.close();
    expect(found).toEqual(Array.from({ length: 9 }, () => undefined));
  });

  it('is in no line of the log but its own', async () => {
    const { prepare, lines } = capturing(() => tenant.getStore());
    const options = { templates: [template], logging: { level: 'debug' as const } };
    const { app, tasker } = await atRest({ options, prepare });
    await tenant.run('red', async () => {
      const { taskId } = await tasker.create({ name: 'order', context: { order: 1 } });
      await tasker.waitFor(taskId, { timeoutMs: 20_000 });
    });
    await app.close();
    expect(lines.map((line) => line.at(1)).join('\n')).toContain('paid');
    expect(lines.filter((line) => line.at(-1) !== undefined)).toEqual([]);
  });
});
