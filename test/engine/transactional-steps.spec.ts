import { CommitUnansweredError, PermanentError, type HandlerInvoker, type StepDatabase } from '@tasker/core';
import { engineHarness } from '../support/engine-harness';
import { chain, step, template } from '../support/engine-templates';
import { gate } from '../support/gate';
import { interposed } from '../support/interposed-store';

const harness = engineHarness();

beforeAll(async () => {
  await harness.rows.query('create table receipts (task_id bigint, step text, attempt int)');
  await harness.rows.query(
    'create table strict (id int primary key, other int references strict deferrable initially deferred)',
  );
});
beforeEach(async () => {
  await harness.rows.query('truncate receipts, strict');
});

const managerOf = (step: unknown): StepDatabase => (step as { manager: StepDatabase }).manager;
const write: HandlerInvoker = async (step) => {
  const values = [step.task.id, step.name, step.attempt];
  await managerOf(step).query('insert into receipts values ($1, $2, $3)', values);
  return { wrote: step.name };
};
const receipts = (): Promise<{ step: string; attempt: number }[]> =>
  harness.rows.query('select step, attempt from receipts order by task_id, step, attempt');
const pay = (changes: object = {}) => step('pay', [], { handler: 'write', transactional: true, ...changes });

describe('a transactional step', () => {
  it('commits what its handler writes together with its outcome, and its dependents go on', async () => {
    const plan = await harness.template(template('paid', [pay(), step('mail', ['pay'], { handler: 'read' })]));
    const seen: unknown[] = [];
    const worker = await harness.start({
      handlers: { write, read: async ({ parents }) => void seen.push(parents) },
    });
    const taskId = await harness.run(worker, plan);
    expect(await receipts()).toEqual([{ step: 'pay', attempt: 1 }]);
    expect(seen).toEqual([{ pay: { wrote: 'pay' } }]);
    expect(harness.eventNames(taskId)).toEqual(expect.arrayContaining(['step.completed', 'task.completed']));
  });

  it('runs along chains and in many tasks at once, no more at a time than it has connections', async () => {
    const plan = await harness.template(template('many', chain(3, { handler: 'write', transactional: true })));
    let [open, most] = [0, 0];
    const worker = await harness.start({
      transactionalConnections: 2,
      handlers: {
        write: async (context) => {
          most = Math.max(most, ++open);
          const result = await write(context);
          open--;
          return result;
        },
      },
    });
    const states = await harness.allFinished(await harness.createMany(worker, plan, 30));
    expect(new Set(states)).toEqual(new Set(['complete']));
    expect(await receipts()).toHaveLength(90);
    expect(most).toBe(2);
  });

  it('leaves nothing of an attempt that fails, and runs again', async () => {
    const plan = await harness.template(template('again', [pay({ handler: 'flaky' })]));
    const worker = await harness.start({
      handlers: {
        flaky: async (context) => {
          await write(context);
          if (context.attempt < 3) throw new Error('not yet');
        },
      },
    });
    const taskId = await harness.run(worker, plan);
    expect(await receipts()).toEqual([{ step: 'pay', attempt: 3 }]);
    expect(await harness.rows.failures(taskId)).toHaveLength(2);
  });

  it('leaves nothing of a step that ends in error', async () => {
    const plan = await harness.template(template('refused', [pay({ handler: 'refuse' })]));
    const worker = await harness.start({
      handlers: {
        refuse: async (context) => {
          await write(context);
          throw new PermanentError('never');
        },
      },
    });
    const taskId = await harness.create(worker, plan);
    expect(await harness.finished(taskId)).toBe('error');
    expect(await receipts()).toEqual([]);
  });

  it('is rolled back when its time is over, also in the middle of a statement', async () => {
    const next = await harness.template(template('next', [pay()]));
    const plan = await harness.template(template('slow', [pay({ handler: 'slow', timeoutMs: 100, retryLimit: 1 })]));
    const worker = await harness.start({
      handlers: {
        write,
        slow: async (context) => {
          await write(context);
          await managerOf(context).query('select pg_sleep(60)');
        },
      },
    });
    const taskId = await harness.create(worker, plan);
    expect(await harness.finished(taskId)).toBe('error');
    expect((await harness.rows.failures(taskId)).map(({ kind }) => kind)).toEqual(['timeout']);
    expect(await receipts()).toEqual([]);
    expect(
      await harness.rows.query(
        `select 1 from pg_stat_activity where query ~ 'pg_sleep' and state = 'active' and pid <> pg_backend_pid()`,
      ),
    ).toEqual([]);
    await harness.run(worker, next);
  });

  it.each([
    ['commits', 'commit', 1],
    ['rolls back', 'rollback', 0],
    ['commits and begins another transaction', 'commit; begin', 1],
  ])('fails for good when its handler %s itself', async (_, sql, left) => {
    const plan = await harness.template(template('own', [pay({ handler: 'own' })]));
    const worker = await harness.start({
      handlers: {
        own: async (context) => {
          await write(context);
          await managerOf(context).query(sql);
        },
      },
    });
    const taskId = await harness.create(worker, plan);
    expect(await harness.finished(taskId)).toBe('error');
    expect(await harness.rows.failures(taskId)).toMatchObject([{ kind: 'permanent', code: 'TSK_TRANSACTION_ENDED' }]);
    expect(await receipts()).toHaveLength(left);
  });

  it('runs again when its handler swallowed the error of a statement', async () => {
    const plan = await harness.template(template('swallows', [pay({ handler: 'swallow' })]));
    const worker = await harness.start({
      handlers: {
        swallow: async (context) => {
          await write(context);
          if (context.attempt === 1)
            await managerOf(context)
              .query('select 1/0')
              .catch(() => undefined);
        },
      },
    });
    const taskId = await harness.run(worker, plan);
    expect(await harness.rows.failures(taskId)).toMatchObject([{ kind: 'error', code: 'TSK_TRANSACTION_ABORTED' }]);
    expect(await receipts()).toEqual([{ step: 'pay', attempt: 2 }]);
  });

  it('fails when the commit is refused', async () => {
    const plan = await harness.template(template('deferred', [pay({ handler: 'point' })]));
    const worker = await harness.start({
      handlers: {
        point: async (context) => {
          await write(context);
          await managerOf(context).query('insert into strict values ($1, $2)', [
            context.attempt,
            context.attempt + (context.attempt === 1 ? 1 : 0),
          ]);
        },
      },
    });
    const taskId = await harness.run(worker, plan);
    expect(await harness.rows.failures(taskId)).toMatchObject([{ kind: 'error', code: '23503' }]);
    expect(await receipts()).toEqual([{ step: 'pay', attempt: 2 }]);
  });

  it('says what is missing to a handler of a step that is not transactional', async () => {
    const plan = await harness.template(template('plain', [step('pay', [], { handler: 'write', retryLimit: 1 })]));
    const worker = await harness.start({ handlers: { write } });
    const taskId = await harness.create(worker, plan);
    expect(await harness.finished(taskId)).toBe('error');
    expect(await harness.rows.failures(taskId)).toMatchObject([{ code: 'TSK_NOT_TRANSACTIONAL' }]);
  });

  it('is of no use to a handler once it has ended', async () => {
    const plan = await harness.template(template('late', [pay({ handler: 'late' })]));
    const end = gate();
    let late: Promise<unknown> = Promise.resolve();
    const worker = await harness.start({
      handlers: {
        late: async (context) => {
          await write(context);
          late = end.opened.then(() => write(context));
        },
      },
    });
    await harness.run(worker, plan);
    end.open();
    await expect(late).rejects.toMatchObject({ code: 'TSK_TRANSACTION_ENDED' });
    expect(await receipts()).toHaveLength(1);
  });
});

describe('a commit without an answer', () => {
  const losing = (happens: boolean) => {
    let lost = 0;
    return harness.start({
      leaseMs: 3_000,
      handlers: { write },
      wrap: (store) =>
        interposed(store, {
          beginStep: async (begin) => {
            const transaction = await begin();
            return {
              manager: transaction.manager,
              isBroken: false,
              rollback: (atOnce: boolean) => transaction.rollback(atOnce),
              settle: async (batch) => {
                if (++lost > 1) return transaction.settle(batch);
                if (happens) await transaction.settle(batch);
                else await transaction.rollback(false);
                throw new CommitUnansweredError(new Error('the line was cut'));
              },
            };
          },
        }),
    });
  };
  const plan = () => harness.template(template('doubt', [pay(), step('after', ['pay'])]));

  it('that counted: the handler does not run again, and all goes on', async () => {
    const worker = await losing(true);
    const taskId = await harness.run(worker, await plan());
    expect(await receipts()).toEqual([{ step: 'pay', attempt: 1 }]);
    expect(harness.eventNames(taskId).filter((name) => name === 'step.completed')).toHaveLength(2);
  });

  it('that did not count: the handler runs again as the next attempt, which is not counted', async () => {
    const worker = await losing(false);
    const taskId = await harness.run(worker, await plan());
    expect(await receipts()).toEqual([{ step: 'pay', attempt: 2 }]);
    expect(await harness.rows.failures(taskId)).toEqual([]);
    expect((await harness.rows.query('select granted from tasker.steps where position = 0'))[0]).toEqual({
      granted: 1,
    });
  });
});

describe('a connection that breaks', () => {
  it('costs no attempt, and leaves nothing', async () => {
    const plan = await harness.template(template('broken', [pay({ handler: 'cut', retryLimit: 1 })]));
    const worker = await harness.start({
      handlers: {
        cut: async (context) => {
          await write(context);
          if (context.attempt === 1) await managerOf(context).query('select pg_terminate_backend(pg_backend_pid())');
        },
      },
    });
    await harness.run(worker, plan);
    expect(await receipts()).toEqual([{ step: 'pay', attempt: 2 }]);
  });

  it('is as good as a lost one when it breaks between two statements', async () => {
    const plan = await harness.template(template('between', [pay({ handler: 'idle', retryLimit: 1 })]));
    const worker = await harness.start({
      handlers: {
        idle: async (context) => {
          await write(context);
          if (context.attempt > 1) return;
          const [{ pid }] = await managerOf(context).query<[{ pid: number }]>('select pg_backend_pid() as pid');
          await harness.rows.query('select pg_terminate_backend($1)', [pid]);
        },
      },
    });
    await harness.run(worker, plan);
    expect(await receipts()).toEqual([{ step: 'pay', attempt: 2 }]);
  });
});
