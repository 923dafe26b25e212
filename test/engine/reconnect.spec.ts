import type { HandlerInvoker } from '@tasker/core';
import { engineHarness } from '../support/engine-harness';
import { chain, fan, step, template } from '../support/engine-templates';
import { gate } from '../support/gate';

const harness = engineHarness();

const flaky: HandlerInvoker = ({ attempt, name }) =>
  attempt === 1 ? Promise.reject(new Error('again')) : Promise.resolve(name);

/** Ends every session of the engines, as a failover or an administrator would. */
async function endSessions(): Promise<number> {
  const rows = await harness.rows.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name like 'test-engine-%'`,
  );
  return rows.length;
}

describe('when the sessions of the engines are ended', () => {
  it('in the middle of the load, again and again, everything ends and nothing twice', async () => {
    const plan = await harness.template(
      template('load', [...fan(6), step('flaky', ['first'], { handler: 'flaky' }), step('end', ['flaky', 'last'])]),
    );
    const options = { handlers: { flaky }, pollMs: 200 };
    const creator = await harness.start({ role: 'api' });
    const tasks = await harness.createMany(creator, plan, 400);
    await Promise.all([harness.start({ ...options, concurrency: 4 }), harness.start({ ...options, concurrency: 4 })]);
    let ended = 0;
    for (const nth of [20, 100, 180, 260]) {
      await harness.finished(tasks[nth]?.taskId ?? '');
      ended += await endSessions();
    }
    expect(ended).toBeGreaterThan(10);
    expect(new Set(await harness.allFinished(tasks))).toEqual(new Set(['complete']));
  }, 60_000);

  it('while a handler runs, its outcome is kept and written afterwards', async () => {
    const plan = await harness.template(template('kept', chain(2, { handler: 'work' })));
    const [started, go] = [gate(), gate()];
    const worker = await harness.start({
      handlers: {
        work: async ({ name }) => {
          if (name !== 's0') return null;
          started.open();
          await go.opened;
          return 'kept';
        },
      },
    });
    const taskId = await harness.create(worker, plan);
    await started.opened;
    expect(await endSessions()).toBeGreaterThan(0);
    go.open();
    expect(await harness.finished(taskId)).toBe('complete');
    expect((await harness.rows.steps(taskId))[0]).toMatchObject({ attempt: 1, result: 'kept' });
  });

  it('while nothing runs, the next announcement is heard or the poll finds the work', async () => {
    const plan = await harness.template(template('idle', [step('only')]));
    await harness.start({ pollMs: 500 });
    const creator = await harness.start({ role: 'api' });
    await harness.run(creator, plan);
    await endSessions();
    const create = async (): Promise<string> =>
      harness.create(creator, plan, { identity: 'again' }).catch(() => create());
    expect(await harness.finished(await create())).toBe('complete');
  });

  it('before the lease ends, the worker keeps its id', async () => {
    const plan = await harness.template(template('same', [step('only')]));
    const worker = await harness.start();
    const before = worker.engine.workerId;
    await endSessions();
    await harness.run(await harness.start({ role: 'api' }), plan);
    expect(worker.engine.workerId).toBe(before);
    expect(worker.lines('warn')).not.toContainEqual(expect.stringContaining('lease'));
  });
});
