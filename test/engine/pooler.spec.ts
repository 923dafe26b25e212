import type { HandlerInvoker } from '@tasker/core';
import { engineHarness } from '../support/engine-harness';
import { fan, step, template } from '../support/engine-templates';
import { interposed } from '../support/interposed-store';
import { TransactionPooler } from '../support/transaction-pooler';

const harness = engineHarness();
let pooler: TransactionPooler;
let url: string;

beforeAll(async () => {
  pooler = new TransactionPooler(harness.url);
  url = await pooler.start();
});
afterAll(() => pooler.stop());

const flaky: HandlerInvoker = ({ attempt }) => (attempt === 1 ? Promise.reject(new Error('x')) : Promise.resolve(1));

describe('behind a pooler in transaction mode', () => {
  it('everything works, by polling alone', async () => {
    const plan = await harness.template(
      template('pooled', [...fan(5), step('flaky', ['last'], { handler: 'flaky' }), step('end', ['flaky'])]),
    );
    const options = { url, pooler: 'transaction', pollMs: 50, handlers: { flaky } } as const;
    const workers = [await harness.start(options), await harness.start(options)];
    const creator = await harness.start({ url, role: 'api', pooler: 'transaction' });
    const tasks = await harness.createMany(creator, plan, 100);
    expect(new Set(await harness.allFinished(tasks))).toEqual(new Set(['complete']));
    const complaints = [...workers, creator].flatMap((started) => started.lines('warn', 'error'));
    expect(complaints.filter((line) => !line.startsWith('Step flaky failed'))).toEqual([]);
  });

  it('lost workers are found and their steps rescued', async () => {
    const plan = await harness.template(template('lost', [step('only', [], { handler: 'work', retryLimit: 100 })]));
    const options = { url, pooler: 'transaction', pollMs: 50, leaseMs: 600 } as const;
    const frozen = await harness.start({
      ...options,
      wrap: (store) =>
        interposed(store, {
          heartbeat: () => Promise.resolve({ alive: true, rank: 0, workers: 1, others: 0, drain: false }),
        }),
      handlers: { work: () => new Promise(() => undefined) },
    });
    const taskId = await harness.create(frozen, plan);
    await harness.event('step.execution_requested');
    await harness.start({ ...options, handlers: { work: async () => 'rescued' } });
    expect(await harness.finished(taskId)).toBe('complete');
  });

  it('would not work with statements that belong to a session', async () => {
    const plan = await harness.template(template('named', [step('only')]));
    const creator = await harness.start({ url, role: 'api' });
    const create = async (): Promise<string> => harness.create(creator, plan);
    await expect(create().then(create).then(create)).rejects.toThrow(/prepared statement .* does not exist/);
  });
});
