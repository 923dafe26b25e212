import { Scene, type Way } from './support/scene';

interface Operation {
  id: string;
  state: string;
  matched: number;
  changed: number;
  refused: number;
}
interface Run {
  preview: { matched: number; changed: number; steps: number; repeats: { step: string; count: number }[] };
  operation: Operation | null;
}

const scene = new Scene();
beforeAll(() => scene.open());
afterAll(() => scene.close());

describe.each<Way>(['database', 'rest'])('bulk operations by way of the %s', (way) => {
  const tag = `bulk-${way}`;
  const failed: string[] = [];
  beforeAll(async () => {
    scene.way = way;
    for (const order of [`${way}-1`, `${way}-2`, `${way}-3`]) {
      failed.push(await scene.task({ order, failAt: 'charge' }, 'error', { tags: [tag] }));
      scene.mended.add(order);
    }
    await scene.task({}, 'complete', { tags: [tag] });
  });

  it('tell what they would do, and do nothing', async () => {
    const args = ['bulk', 'preview', 'retry', '--tag', tag];
    const [preview, { stdout }] = await Promise.all([scene.json(...args), scene.run(args)]);
    expect(preview).toMatchObject({ matched: 4, changed: 3, refused: 1, repeats: [{ step: 'charge', count: 3 }] });
    expect(stdout).toMatch(/^4 tasks match: 3 would change, 0 are so already, 1 would be refused\.$/m);
    expect(stdout).toMatch(/shop\.order@1\.10\.0 charge +3 +not said/);
    await Promise.all(failed.map((id) => scene.taskIs(id, 'error')));
  });

  it('are run only when somebody says so', async () => {
    const { exitCode, stdout, stderr } = await scene.run(['bulk', 'run', 'retry', '--tag', tag]);
    expect(exitCode).toBe(2);
    expect(stdout).toContain('4 tasks match');
    expect(stderr).toContain('--yes');
    await Promise.all(failed.map((id) => scene.taskIs(id, 'error')));
  });

  it('run, report, and are remembered', async () => {
    const args = ['bulk', 'run', 'retry-step', '--step', 'charge', '--step-state', 'error', '--tag', tag];
    const { preview, operation } = await scene.json<Run>(...args, '--yes', '--reason', 'gateway is back');
    expect(preview.matched).toBe(3);
    expect(operation).toMatchObject({
      state: 'complete',
      matched: 3,
      changed: 3,
      refused: 0,
      actor: 'ops',
      reason: 'gateway is back',
    });
    await Promise.all(failed.map((id) => scene.taskIs(id, 'complete')));
    const [status, table, none] = await Promise.all([
      scene.json('bulk', 'status', operation?.id ?? '', '--follow'),
      scene.run(['bulk', 'list']),
      scene.json<Run>('bulk', 'run', 'retry', '--tag', tag, '--state', 'error', '--yes'),
    ]);
    expect(status).toEqual(operation);
    expect(table.stdout).toMatch(/retry_step +complete +3 +3 +0 +ops .*gateway is back/);
    expect(none).toMatchObject({ preview: { matched: 0 }, operation: null });
  });

  it('exit with 1 when tasks were refused', async () => {
    const { exitCode, stdout } = await scene.run(['bulk', 'run', 'pause', '--tag', tag, '--yes', '--rate', 'none']);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('4 refused');
    expect(stdout).toMatch(/4 x TSK_STATE_REFUSED \(complete\)/);
  });

  it('are left to the application, and stopped', async () => {
    const held: string[] = [];
    for (const order of ['1', '2'])
      held.push(await scene.create({ order, holdAt: 'validate' }, { tags: [`held-${way}`] }));
    const args = ['bulk', 'run', 'cancel', '--tag', `held-${way}`, '--yes', '--detach'];
    const { operation } = await scene.json<Run>(...args);
    await Promise.all(held.map((id) => scene.taskIs(id, 'cancelled')));
    const { id = '' } = operation ?? {};
    await scene.until(`select state = 'complete' as met from tasker.bulk_operations where id = $1`, id);
    expect(await scene.json('bulk', 'cancel', id)).toMatchObject({ state: 'complete', changed: 2 });
    expect(await scene.json('bulk', 'resume', id)).toMatchObject({ state: 'complete', changed: 2 });
  });

  it.each([
    [['preview', 'retry'], 2, 'TSK_REQUEST_INVALID'],
    [['preview', 'retry-step', '--tag', 'x'], 2, 'CLI_USAGE'],
    [['preview', 'set-priority', '--tag', 'x'], 2, 'CLI_USAGE'],
    [['preview', 'retry', '--tag', 'x', '--priority', '5'], 2, 'CLI_USAGE'],
    [['status', '999999'], 3, 'TSK_BULK_NOT_FOUND'],
  ])('refuse %j', async (args, exitCode, errorCode) => {
    expect(await scene.error('bulk', ...args)).toMatchObject({ exitCode, errorCode });
  });
});
