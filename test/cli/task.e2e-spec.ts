import { Scene, type Way } from './support/scene';

interface Receipt {
  verb: string;
  changed: boolean;
  state: string;
  hold: boolean;
  priority: number;
  lockVersion: number;
  steps: { step: string; from: string; to: string }[];
  aborted: string[];
}
interface Task {
  id: string;
  state: string;
  hold: boolean;
  lockVersion: number;
  initiator: string | null;
  tags: string[];
  version: string;
  steps: { name: string; state: string; attempt: number; result: unknown; inputs: unknown }[];
  annotations: { type: string; annotation: unknown; actor: string | null }[];
  transitions?: { task: { to: string; actor: string | null; reason: string | null }[]; steps: unknown[] };
}

interface Page {
  tasks: Task[];
  nextCursor: string | null;
  total?: unknown;
}

const scene = new Scene();
beforeAll(() => scene.open());
afterAll(() => scene.close());

const show = (id: string, ...more: string[]): Promise<Task> => scene.json<Task>('task', 'show', id, ...more);

describe.each<Way>(['database', 'rest'])('tasks by way of the %s', (way) => {
  beforeAll(() => (scene.way = way));

  it('are created from the highest version, run, and shown whole', async () => {
    const options = ['--context', '{"order":"SF-1"}', '--tag', 'web,vip', '--priority', '5', '--reason', 'checkout'];
    const { taskId: id } = await scene.json<{ taskId: string }>('task', 'create', 'shop.order', ...options);
    await scene.taskIs(id, 'complete');
    const [task, { stdout }] = await Promise.all([show(id, '--history'), scene.run(['task', 'show', id, '--history'])]);
    expect(task).toMatchObject({
      ...{ id, state: 'complete', version: '1.10.0', initiator: 'ops', tags: ['web', 'vip'], priority: 5 },
      ...{ reason: 'checkout', context: { order: 'SF-1' } },
    });
    expect(task.steps.map(({ name, state }) => `${name} ${state}`)).toEqual([
      ...['validate complete', 'charge complete', 'newsletter complete', 'ship complete'],
    ]);
    expect(task.transitions?.task.map(({ to }) => to)).toEqual(['pending', 'in_progress', 'complete']);
    expect(stdout).toMatch(/template +shop\.order@1\.10\.0/);
    expect(stdout).toMatch(/ship +complete +1\/3/);
    expect(stdout).toContain('History');
  });

  it('are created from a version, without skippable steps, from standard input', async () => {
    const input = '{"order":"SF-2"}';
    const [bypassing, old] = await Promise.all([
      scene.run(['task', 'create', 'shop.order@1.10.0', '-c', '@-', '--bypass', 'newsletter'], { input }),
      scene.json<{ taskId: string }>('task', 'create', 'shop.order@1.2.0'),
    ]);
    expect(bypassing).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^Created task \d+\.\n$/) as string });
    const id = /\d+/.exec(bypassing.stdout)?.[0] ?? '';
    await scene.taskIs(id, 'complete');
    const [task, older] = await Promise.all([show(id), show(old.taskId)]);
    expect(task.steps.map(({ state }) => state)).toEqual(['complete', 'complete', 'skipped', 'complete']);
    expect(older.version).toBe('1.2.0');
  });

  it('are unique by identity', async () => {
    const identity = `once-${way}`;
    const id = await scene.create({}, { identity });
    const again = ['task', 'create', 'shop.order', '--identity', identity];
    const [refused, returned] = await Promise.all([
      scene.error(...again),
      scene.json(...again, '--on-duplicate', 'return'),
    ]);
    expect(refused).toMatchObject({ exitCode: 1, errorCode: 'TSK_DUPLICATE_TASK', data: { taskId: id } });
    expect(refused.hint).toContain('onDuplicate');
    expect(returned).toEqual({ taskId: id, duplicate: true });
  });

  it.each([
    [['shop.order', '-c', '{"order":7}'], 1, 'TSK_CONTEXT_INVALID'],
    [['shop.ordre'], 3, 'TSK_TEMPLATE_NOT_FOUND'],
    [['shop.order@9.9.9'], 3, 'TSK_TEMPLATE_NOT_FOUND'],
    [['shop.order', '--bypass', 'ship'], 2, 'TSK_REQUEST_INVALID'],
  ])('are not created from %j', async (args, exitCode, errorCode) => {
    expect(await scene.error('task', 'create', ...args)).toMatchObject({ exitCode, errorCode });
  });

  it('are listed, filtered, counted and paged', async () => {
    const tag = `list-${way}`;
    const ids: string[] = [];
    for (const order of ['a', 'b', 'c']) ids.push(await scene.task({ order }, 'complete', { tags: [tag] }));
    const list = (...args: string[]): Promise<Page> => scene.json<Page>('task', 'list', '--tag', tag, ...args);
    const narrow = [
      '--context',
      '{"order":"b"}',
      '--attribute',
      'order=b',
      '--state',
      'complete,error',
      '-t',
      'shop.order@1.10.0',
      '--since',
      '1h',
    ];
    const [page, found, table, none] = await Promise.all([
      list('--limit', '2', '--total'),
      list(...narrow, '--step', 'ship', '--step-state', 'complete'),
      scene.run(['task', 'list', '--tag', tag, '--no-paused']),
      scene.run(['task', 'list', '--tag', 'nobody']),
    ]);
    expect(page.tasks.map(({ id }) => id)).toEqual(ids.slice(1).reverse());
    expect(page.total).toEqual({ count: 3, exact: true });
    expect(found.tasks.map(({ id }) => id)).toEqual([ids[1]]);
    expect(table.stdout.trimEnd().split('\n')).toHaveLength(4);
    expect(none.stdout).toBe('No task matches.\n');
    expect(await list('--cursor', page.nextCursor ?? '')).toMatchObject({ tasks: [{ id: ids[0] }], nextCursor: null });
  });

  it.each([['show'], ['explain'], ['retry']])('tell %s when they do not exist', async (verb) => {
    expect(await scene.error('task', verb, '999999')).toMatchObject({ exitCode: 3, errorCode: 'TSK_TASK_NOT_FOUND' });
  });

  it('are explained', async () => {
    const id = await scene.task({ order: 'x', failAt: 'charge' }, 'error');
    const [explained, { stdout }] = await Promise.all([
      scene.json<{ summary: string; legal: { task: string[] } }>('task', 'explain', id),
      scene.run(['task', 'explain', id]),
    ]);
    expect(explained.summary).toContain('charge');
    expect(explained.legal.task).toContain('retry');
    expect(stdout).toContain('What happened');
    expect(stdout).toContain('no charge today');
    expect(stdout).toMatch(/^task: .*retry/m);
    expect(stdout).toMatch(new RegExp(`^Task ${id} of shop\\.order@1\\.10\\.0, correlation id \\S+$`, 'm'));
    expect(stdout).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} {2}Attempt 1 of "charge" failed/m);
    await scene.json('task', 'retry', id, '--reason', 'the till is back.');
    await scene.taskIs(id, 'error');
    const again = (await scene.run(['task', 'explain', id])).stdout;
    expect(again.split('the till is back').length - 1).toBe(1);
    expect(again).toContain('because: the till is back.\n');
  });

  it('are listed with what they failed of, and found by what that says', async () => {
    const id = await scene.task({ order: `said-${way}`, failAt: 'ship' }, 'error');
    const filter = ['task', 'list', '--message', 'NO SHIP', '--state', 'error'];
    const [found, { stdout }, none] = await Promise.all([
      scene.json<{ tasks: { id: string; lastError: unknown }[] }>(...filter),
      scene.run(filter),
      scene.json<{ tasks: unknown[] }>('task', 'list', '--message', 'no%ship'),
    ]);
    expect(found.tasks.find((task) => task.id === id)?.lastError).toEqual({
      ...{ step: 'ship', kind: 'permanent', code: null, message: 'no ship today', httpStatus: null },
    });
    expect(stdout).toMatch(/HTTP +ERROR\n/);
    expect(stdout).toContain('ship: no ship today');
    expect(none.tasks).toEqual([]);
    const fine = await scene.task({ order: `fine-${way}` }, 'complete');
    expect((await scene.run(['task', 'list', '--id', fine])).stdout).not.toContain('ERROR');
  });

  it('are gathered by what they failed of, those that are open first', async () => {
    const mended = await scene.task({ order: `shut-${way}`, failAt: 'newsletter' }, 'error');
    await scene.json('task', 'resolve', mended);
    await scene.json('step', 'skip', await scene.task({ order: 'z', failAt: 'newsletter' }, 'error'), 'newsletter');
    await scene.task({ order: `open-${way}`, failAt: 'validate' }, 'error');
    const [{ groups }, { stdout }] = await Promise.all([
      scene.json<{ groups: { step: string; openTasks: number; fingerprint: string }[] }>('task', 'failures'),
      scene.run(['task', 'failures', '--limit', '2']),
    ]);
    const open = groups.map(({ openTasks }) => openTasks > 0);
    expect(open).toEqual([...open].sort((a, b) => Number(b) - Number(a)));
    expect(groups.map(({ step }) => step)).toEqual(expect.arrayContaining(['validate', 'newsletter']));
    expect(stdout).toMatch(/^OPEN +TASKS +FAILURES/);
  });

  it('are retried', async () => {
    const order = `mend-${way}`;
    const id = await scene.task({ order, failAt: 'charge' }, 'error');
    scene.mended.add(order);
    const receipt = await scene.json<Receipt>('task', 'retry', id, '--reason', 'gateway is back');
    expect(receipt).toMatchObject({
      verb: 'retry',
      changed: true,
      steps: [{ step: 'charge', from: 'error', to: 'ready' }],
    });
    await scene.taskIs(id, 'complete');
    const { transitions } = await show(id, '--history');
    expect(transitions?.task.map(({ actor, reason }) => `${actor} ${reason}`)).toContain('ops gateway is back');
    const { exitCode, stderr } = await scene.run(['task', 'retry', id]);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^error TSK_STATE_REFUSED: .*\n {2}legal now: .*\nhint /);
  });

  it('are paused and resumed', async () => {
    const running = await scene.create({ holdAt: 'validate' });
    await scene.stepIs(running, 'validate', 'in_progress');
    expect(await scene.json('task', 'pause', running, '--running', 'abort')).toMatchObject({
      hold: true,
      aborted: ['validate'],
    });
    expect((await scene.run(['task', 'pause', running])).stdout).toContain('it was so already');
    expect((await scene.json<{ tasks: Task[] }>('task', 'list', '--paused', '--id', running)).tasks).toHaveLength(1);
    expect(await scene.json('task', 'resume', running)).toMatchObject({ hold: false, changed: true });
    expect(await scene.json('task', 'cancel', running, '--reason', 'test is over')).toMatchObject({
      state: 'cancelled',
    });
  });

  it('are cancelled, and cannot be again', async () => {
    const id = await scene.create({ holdAt: 'charge' });
    await scene.stepIs(id, 'charge', 'in_progress');
    const receipt = await scene.json<Receipt>('task', 'cancel', id, '--reason', 'ordered twice');
    expect(receipt).toMatchObject({ state: 'cancelled', aborted: ['charge'] });
    expect((await scene.json<Receipt>('task', 'cancel', id)).changed).toBe(false);
    expect(await scene.error('task', 'resolve', id)).toMatchObject({ exitCode: 1, errorCode: 'TSK_STATE_REFUSED' });
  });

  it('are resolved by hand', async () => {
    const id = await scene.task({ failAt: 'validate' }, 'error');
    expect(await scene.json('task', 'resolve', id, '-r', 'OPS-17')).toMatchObject({ state: 'resolved_manually' });
  });

  it('are rerun from a step with other inputs', async () => {
    const id = await scene.task({ order: 'r' }, 'complete');
    const receipt = await scene.json<Receipt>('task', 'rerun', id, 'charge', '--inputs', '{"order":"again"}');
    expect(receipt.steps.map(({ step, to }) => `${step} ${to}`)).toEqual(['charge ready', 'ship pending']);
    await scene.taskIs(id, 'complete');
    expect((await show(id)).steps.find(({ name }) => name === 'charge')?.inputs).toEqual({ order: 'again' });
    expect(await scene.error('task', 'rerun', id, 'chrge')).toMatchObject({
      exitCode: 3,
      errorCode: 'TSK_STEP_NOT_FOUND',
    });
  });

  it('change their priority, for whoever saw them last', async () => {
    const id = await scene.create({ holdAt: 'validate' });
    expect(await scene.json('task', 'priority', id, '90', '--if-version', '0')).toMatchObject({
      priority: 90,
      lockVersion: 1,
    });
    expect(await scene.json('task', 'priority', id, '-50')).toMatchObject({ priority: -50 });
    expect(await scene.error('task', 'priority', id, '1', '--if-version', '0')).toMatchObject({
      exitCode: 1,
      errorCode: 'TSK_VERSION_CONFLICT',
    });
    expect((await scene.run(['task', 'priority', id, '101'])).exitCode).toBe(2);
    await scene.json('task', 'cancel', id);
  });

  it('are annotated, and found by it', async () => {
    const id = await scene.task({}, 'complete');
    const made = await scene.json('task', 'annotate', id, 'ticket', `{"id":"OPS-${way}"}`);
    expect(made).toMatchObject({ type: 'ticket', annotation: { id: `OPS-${way}` }, actor: 'ops' });
    expect((await show(id)).annotations).toMatchObject([{ type: 'ticket' }]);
    const found = await scene.json<{ tasks: Task[] }>('task', 'list', '--annotation', `ticket={"id":"OPS-${way}"}`);
    expect(found.tasks.map((task) => task.id)).toEqual([id]);
    expect(await scene.error('task', 'annotate', '999999', 'ticket', '1')).toMatchObject({ exitCode: 3 });
  });
});
