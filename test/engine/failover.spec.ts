import { ReplicatedPostgres } from '../support/replicated-postgres';
import { EngineHarness } from '../support/engine-harness';
import { chain, step, template } from '../support/engine-templates';
import { gate } from '../support/gate';

const OPTIONS = { leaseMs: 5_000, pollMs: 200, concurrency: 5 };

let servers: ReplicatedPostgres;
let harness: EngineHarness;
beforeEach(async () => {
  servers = await ReplicatedPostgres.start();
  harness = new EngineHarness();
  await harness.open({ url: servers.url, drop: () => Promise.resolve() });
}, 60_000);
afterEach(async () => {
  await harness.close();
  await servers.stop();
}, 60_000);

describe('a failover to a standby that had not got everything', () => {
  it('hangs no task that survives: what was settled in vain runs again, in the same worker', async () => {
    const plan = await harness.template(template('two', chain(2, { handler: 'work' })));
    const [entered, go] = [gate(), gate()];
    const calls: string[] = [];
    const work = async ({ name, attempt }: { name: string; attempt: number }): Promise<void> => {
      calls.push(`${name}/${attempt}`);
      entered.open();
      await go.opened;
    };
    const worker = await harness.start({ ...OPTIONS, handlers: { work } });
    const workerId = worker.engine.workerId;
    const taskId = await harness.create(worker, plan);
    await entered.opened;
    await servers.waitForStandby(true);
    await servers.waitForStandby(false);
    await servers.holdBack();
    go.open();
    expect(await harness.finished(taskId)).toBe('complete');
    harness.seen.splice(0);
    // Nothing is under way: the worker has forgotten the task.
    await servers.failOver();
    expect(await harness.finished(taskId)).toBe('complete');
    expect(calls).toEqual(['s0/1', 's1/1', 's0/1', 's1/1']);
    expect(worker.engine.workerId).toBe(workerId);
    expect((await harness.rows.history(taskId)).map(({ attempt, to }) => `${attempt} ${to}`)).toEqual([
      '1 complete',
      '1 complete',
    ]);
    await harness.settleDown();
  }, 60_000);

  it('gives no id out again, and refuses tasks of templates that it does not have', async () => {
    const plan = await harness.template(template('known', [step('only')]));
    const worker = await harness.start(OPTIONS);
    const kept = await harness.run(worker, plan);
    await servers.waitForStandby(true);
    await servers.waitForStandby(false);
    await servers.holdBack();
    const vain = await harness.template(template('vain', [step('only')]));
    const lost = [await harness.run(worker, vain), await harness.run(worker, plan)];
    await servers.failOver();
    const create = async (by: typeof vain, identity: string): Promise<string> =>
      harness.create(worker, by, { identity }).catch(() => create(by, identity));
    const after = await create(plan, 'after');
    expect(await harness.finished(after)).toBe('complete');
    expect(BigInt(after)).toBeGreaterThan(BigInt(kept) + 1_000_000n);
    expect(lost).not.toContain(after);
    for (let n = 0; n < 3; n++) {
      await expect(harness.create(worker, vain)).rejects.toMatchObject({ code: 'TSK_DATABASE_UNAVAILABLE' });
    }
    const register = (): Promise<typeof vain> => harness.template(vain.definition).catch(register);
    const again = await register();
    expect(again.templateId).toBeGreaterThan(vain.templateId + 1_000);
    expect(await harness.finished(await create(again, 'again'))).toBe('complete');
    await harness.settleDown();
  }, 60_000);

  it('a worker that the new primary does not know starts over, and what it does counts for nothing', async () => {
    const plan = await harness.template(template('held', [step('only', [], { handler: 'work' })]));
    await harness.start({ ...OPTIONS, role: 'api' });
    await servers.waitForStandby(true);
    await servers.waitForStandby(false);
    await servers.holdBack();
    const [entered, go] = [gate(), gate()];
    const work = async (): Promise<void> => {
      entered.open();
      await go.opened;
    };
    const worker = await harness.start({ ...OPTIONS, handlers: { work } });
    const before = worker.engine.workerId ?? 0;
    await harness.create(worker, plan);
    await entered.opened;
    await servers.failOver();
    go.open();
    const create = async (): Promise<string> => harness.create(worker, plan, { identity: 'x' }).catch(() => create());
    expect(await harness.finished(await create())).toBe('complete');
    expect(worker.engine.workerId).toBeGreaterThan(before + 1_000);
    await harness.settleDown();
  }, 60_000);
});

describe('a failover to a standby that had everything', () => {
  it('costs a pause and no attempt', async () => {
    const plan = await harness.template(template('two', chain(2, { handler: 'work' })));
    const [entered, go] = [gate(), gate()];
    let calls = 0;
    const work = async (): Promise<void> => {
      calls++;
      entered.open();
      await go.opened;
    };
    const worker = await harness.start({ ...OPTIONS, handlers: { work } });
    const workerId = worker.engine.workerId;
    await servers.waitForStandby(true);
    const taskId = await harness.create(worker, plan);
    await entered.opened;
    await servers.failOver();
    go.open();
    expect(await harness.finished(taskId)).toBe('complete');
    expect(calls).toBe(2);
    expect(worker.engine.workerId).toBe(workerId);
    await harness.settleDown();
  }, 60_000);
});
