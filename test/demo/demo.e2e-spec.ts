import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testDatabase, type TestDatabase } from '../support/database';
import { buildOnce, ROOT } from './support/build';
import { DemoProcess } from './support/demo-process';

interface Entry {
  expect: 'complete' | 'error';
  order: { orderNumber: string; payment: { amountCents: number } };
}

const entries = JSON.parse(readFileSync(join(ROOT, 'examples/storefront/data/orders.json'), 'utf8')) as Entry[];
const first = entries[0] as Entry;
const scratch = (): string => join(tmpdir(), `tasker-demo-${randomBytes(6).toString('hex')}`);
const ESCAPE = '\u001b';

jest.setTimeout(120_000);

describe('npm run demo', () => {
  const running: DemoProcess[] = [];
  const paths: string[] = [];
  const databases: TestDatabase[] = [];

  const start = (args: readonly string[], env: Record<string, string>): DemoProcess => {
    const demo = DemoProcess.start(args, env);
    running.push(demo);
    return demo;
  };
  const path = (): string => {
    const made = scratch();
    paths.push(made);
    return made;
  };
  const orderFile = (orders: readonly Entry[]): string => {
    const file = path();
    writeFileSync(file, JSON.stringify(orders));
    return file;
  };

  const emptyDatabase = async (): Promise<{ DATABASE_URL: string }> => {
    const database = await testDatabase();
    databases.push(database);
    return { DATABASE_URL: database.url };
  };

  beforeAll(buildOnce);

  afterEach(async () => {
    for (const demo of running.splice(0)) {
      demo.kill('SIGTERM');
      await demo.exit();
    }
    for (const made of paths.splice(0)) rmSync(made, { recursive: true, force: true });
    for (const database of databases.splice(0)) await database.drop();
  });

  it('--once runs every order of the file to its end, prints plain lines and a summary, and exits 0', async () => {
    const env = { TASKER_DEMO_DATA: path() };
    const demo = start(['--once'], env);
    const code = await demo.exit();
    expect({ code, output: demo.output }).toEqual({ code: 0, output: expect.stringContaining('All 14 orders ended') });
    expect(demo.output).toMatch(/^tasks: +12 complete, 2 error$/m);
    expect(demo.output).toMatch(/^steps: +127 complete, 2 failed, 11 never ran/m);
    expect(demo.output).toMatch(/^retries: +[1-9]\d*$/m);
    expect(demo.output).toMatch(/^per task: +[\d.]+ s median, [\d.]+ s longest$/m);
    expect(demo.output).toMatch(/^SF-1004 +error .*INSUFFICIENT_FUNDS/m);
    expect(demo.output).toMatch(/SF-1003 +charge_payment +failed: .* again in \d+ ms/);
    expect(demo.output).toMatch(/SF-1003 +charge_payment +attempt 3\n/);
    expect(demo.output).not.toContain(ESCAPE);

    const again = start(['--once'], env);
    const next = await again.exit();
    expect({ code: next, output: again.output }).toEqual({
      code: 0,
      output: expect.stringContaining('Run 2, 14 orders'),
    });
  });

  it('killed with SIGKILL in the middle and started again, finishes the orders without repeating what was done', async () => {
    const env = { TASKER_DEMO_DATA: path() };
    const killed = start(['--once', '--slow'], env);
    await killed.printed(/charge_payment +done/);
    killed.kill('SIGKILL');
    await killed.exit();
    expect(killed.output).not.toContain('ended as expected');

    const resumed = start(['--once'], env);
    const code = await resumed.exit();
    expect({ code, output: resumed.output }).toEqual({ code: 0, output: expect.stringContaining('Run 1, 14 orders') });
    expect(resumed.output).toContain('14 of the orders were placed by an earlier process');
    const done = doneSteps(killed.output);
    expect(done.length).toBeGreaterThan(0);
    expect(doneSteps(resumed.output).filter((step) => done.includes(step))).toEqual([]);
  });

  it('--once exits 1 and names the order when one does not end as the file expects', async () => {
    const orders = orderFile([{ ...first, expect: 'error' }]);
    const demo = start(['--once', '--orders', orders], await emptyDatabase());
    expect(await demo.exit()).toBe(1);
    expect(demo.output).toContain(`1 of 1 orders did not end as expected: ${first.order.orderNumber}.`);
  });

  it('stays up without --once and takes orders over HTTP', async () => {
    const demo = start(['--port', '0', '--orders', orderFile([first])], await emptyDatabase());
    const [, url = ''] = await demo.printed(/POST (\S+\/orders)/);
    const [, token = ''] = await demo.printed(/^TOKEN=(\S+)/m);
    const post = (order: unknown): Promise<Response> =>
      fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(order) });
    const order = { ...first.order, orderNumber: 'SF-9001' };

    const accepted = await post(order);
    const { taskId } = (await accepted.json()) as { taskId: string };
    expect(accepted.status).toBe(202);
    await demo.printed(/SF-9001 +order +complete/);
    const task = (await (await fetch(`${url}/${taskId}`)).json()) as { state: string; steps: unknown[] };
    expect(task).toMatchObject({ state: 'complete', correlationId: 'SF-9001' });
    expect(task.steps).toHaveLength(10);

    const refused = await post({ ...order, customer: { name: 7 } });
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ errorCode: 'TSK_CONTEXT_INVALID', details: expect.any(Array) });
    const twice = await post(order);
    expect(twice.status).toBe(409);
    expect(await twice.json()).toMatchObject({ errorCode: 'TSK_DUPLICATE_TASK', data: { taskId } });
    expect((await fetch(`${url}/999999`)).status).toBe(404);

    // The shop's own list, for staff: its rows were kept or lost with their tasks.
    const asStaff = { headers: { authorization: `Bearer ${token}` } };
    expect((await fetch(url)).status).toBe(401);
    const listed = (await (await fetch(url, asStaff)).json()) as { orderNumber: string; state: string }[];
    expect(listed.map(({ orderNumber, state }) => [orderNumber, state])).toEqual([
      ['SF-9001', 'complete'],
      [first.order.orderNumber, 'complete'],
    ]);
    // The same guard, asked by Tasker.
    const tasker = new URL('/tasker/tasks', url);
    expect((await fetch(tasker)).status).toBe(401);
    expect((await fetch(tasker, asStaff)).status).toBe(200);

    demo.kill('SIGTERM');
    expect(await demo.exit()).toBe(0);
  });
});

/** `order step` for every step that was reported as done, which happens after its commit. */
const doneSteps = (output: string): string[] =>
  [...output.matchAll(/(SF-\d+) +(\w+) +done in/g)].map(([, order = '', step = '']) => `${order} ${step}`);
