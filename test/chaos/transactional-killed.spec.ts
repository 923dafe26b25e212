import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { TransactionalStepContext } from '@tasker/core';
import { engineHarness } from '../support/engine-harness';
import { step, template } from '../support/engine-templates';
import type { TransactionalSetup } from './support/transactional-program';

const harness = engineHarness();
const LEASE_MS = 1_000;
/** Begin, the handler's two, the settlement, commit. */
const STATEMENTS = 5;
const CASES = Array.from({ length: STATEMENTS }, (_, index) => [index + 1, false] as const).flatMap(
  ([statement, sent]) => [[statement, sent] as const, [statement, true] as const],
);

beforeAll(async () => {
  await harness.rows.query('create table receipts (task_id bigint, attempt int)');
  await harness.rows.query('create table totals (written int)');
  await harness.rows.query('insert into totals values (0)');
});

async function victim(setup: Omit<TransactionalSetup, 'url' | 'leaseMs'>): Promise<void> {
  const child = fork(
    join(__dirname, 'support/transactional-program.ts'),
    [JSON.stringify({ url: harness.url, leaseMs: LEASE_MS, ...setup })],
    { execArgv: ['--require', join(__dirname, '../support/typescript.cjs')], stdio: 'inherit' },
  );
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
  expect(signal).toBe('SIGKILL');
}

it('a process that dies at any statement of a transactional step leaves as many rows as there are completed attempts', async () => {
  const plan = await harness.template(
    template('paid', [
      step('pay', [], { handler: 'write', transactional: true, retryLimit: 50 }),
      step('after', ['pay']),
    ]),
  );
  const creator = await harness.start({ role: 'api' });
  const tasks = await harness.createMany(creator, plan, CASES.length);
  for (const [killAt, sent] of CASES) await victim({ killAt, sent });
  await harness.start({
    ...{ leaseMs: LEASE_MS, pollMs: 100 },
    handlers: {
      write: async (context) => {
        const { manager, task, attempt } = context as TransactionalStepContext;
        await manager.query('insert into receipts values ($1, $2)', [task.id, attempt]);
        await manager.query('update totals set written = written + 1');
      },
    },
  });
  await harness.allEnded(30_000);
  const completed = await harness.rows.query(
    `select task_id, attempt from tasker.step_history where position = 0 and to_state = tasker.step_complete() order by 1`,
  );
  expect(completed).toHaveLength(tasks.length);
  expect(await harness.rows.query('select task_id, attempt from receipts order by 1')).toEqual(completed);
  expect(await harness.rows.query('select written from totals')).toEqual([{ written: tasks.length }]);
}, 120_000);
