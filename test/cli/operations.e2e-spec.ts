import { Scene, type Way } from './support/scene';

interface Key {
  id: number;
  key: string;
  name: string;
}

const scene = new Scene();
beforeAll(() => scene.open());
afterAll(() => scene.close());

describe.each<Way>(['database', 'rest'])('by way of the %s', (way) => {
  beforeAll(() => (scene.way = way));

  it('health tells how all of it stands', async () => {
    await scene.task({}, 'complete');
    const id = await scene.task({ failAt: 'validate' }, 'error');
    const [status, { stdout, exitCode }] = await Promise.all([scene.json('health'), scene.run(['health'])]);
    expect(status).toMatchObject({ ready: true, problems: [], standing: { workers: { live: 1 } } });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^ready\ntasks +\d+: .*in error/);
    await scene.json('task', 'resolve', id);
  });

  it('templates are listed, with their versions', async () => {
    const [{ templates }, { stdout }] = await Promise.all([
      scene.json<{ templates: unknown[] }>('template', 'list', '--namespace', 'shop'),
      scene.run(['template', 'list']),
    ]);
    expect(templates).toEqual([{ namespace: 'shop', name: 'order', versions: ['1.10.0', '1.2.0'] }]);
    expect(stdout).toMatch(/shop\.order +1\.10\.0 +1\.2\.0/);
    expect((await scene.json<{ templates: unknown[] }>('template', 'list', '-n', 'nowhere')).templates).toEqual([]);
  });

  it('workers are listed', async () => {
    const [listed, { stdout }] = await Promise.all([scene.json('worker', 'list'), scene.run(['worker', 'list'])]);
    expect(listed).toMatchObject({ workers: [{ name: 'scene', state: 'live', handlers: ['work'], concurrency: 50 }] });
    expect(stdout).toMatch(/scene +\S+:\d+ +\S+ +live +0\/50/);
    expect(await scene.error('worker', 'drain', '999999')).toMatchObject({
      exitCode: 3,
      errorCode: 'TSK_WORKER_NOT_FOUND',
    });
  });
});

describe('API keys', () => {
  beforeAll(() => (scene.way = 'database'));

  it('are made, shown once, listed and revoked', async () => {
    const args = ['key', 'create', 'ci', '--permission', 'tasker.task:*', '--namespace', 'shop', '--expires-in', '90d'];
    const { stdout, stderr, exitCode } = await scene.run(args);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^tsk_[0-9a-f]{12}_[\w-]{43}\n$/);
    expect(stderr).toContain('cannot be shown again');
    const everywhere = await scene.json<Key>('key', 'create', 'dashboard', '--role', 'viewer', '--all-namespaces');
    expect(everywhere).toMatchObject({ namespaces: '*', roles: ['viewer'], createdBy: 'ops', expiresAt: null });
    expect(await scene.json('key', 'revoke', String(everywhere.id))).toMatchObject({ revokedBy: 'ops' });
    const [listed, table] = await Promise.all([scene.json<{ keys: Key[] }>('key', 'list'), scene.run(['key', 'list'])]);
    expect(listed.keys.map(({ name }) => name)).toEqual(['dashboard', 'ci']);
    expect(JSON.stringify(listed)).not.toContain(everywhere.key);
    expect(table.stdout).toMatch(/dashboard +tsk_[0-9a-f]{12} +revoked +viewer +all/);
    expect(table.stdout).toMatch(/ci +tsk_[0-9a-f]{12} +valid +tasker\.task:\* +shop/);
  });

  it.each([
    [['create', 'x', '--role', 'a'], 2, 'CLI_USAGE'],
    [['create', 'x', '--role', 'a', '--namespace', 'shop', '--all-namespaces'], 2, 'CLI_USAGE'],
    [['create', 'x', '--all-namespaces'], 2, 'TSK_REQUEST_INVALID'],
    [['create', 'x', '--permission', 'tasker.task:retyr', '--all-namespaces'], 2, 'TSK_REQUEST_INVALID'],
    [['revoke', '999999'], 3, 'TSK_KEY_NOT_FOUND'],
  ])('refuse %j', async (args, exitCode, errorCode) => {
    expect(await scene.error('key', ...args)).toMatchObject({ exitCode, errorCode });
  });

  it('are no business of the endpoint', async () => {
    scene.way = 'rest';
    expect(await scene.error('key', 'list')).toMatchObject({ exitCode: 2, errorCode: 'CLI_USAGE' });
  });
});

describe('tokens', () => {
  beforeAll(() => (scene.way = 'rest'));

  it.each([
    ['', ['task', 'list'], 'TSK_UNAUTHENTICATED'],
    ['wrong', ['task', 'list'], 'TSK_UNAUTHENTICATED'],
    ['looking', ['task', 'create', 'shop.order'], 'TSK_FORBIDDEN'],
    ['looking', ['bulk', 'list'], 'TSK_FORBIDDEN'],
  ])('%j may not %j: exit code 5, %s', async (token, args, errorCode) => {
    const { exitCode, stderr } = await scene.run(args, { env: { TASKER_TOKEN: token } });
    expect(exitCode).toBe(5);
    expect(stderr).toContain(`error ${errorCode}`);
    expect(stderr).toMatch(/^hint /m);
  });

  it('lead health to the probe alone where the status is closed', async () => {
    const { exitCode, stdout } = await scene.run(['health', '--json'], { env: { TASKER_TOKEN: 'looking' } });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ ready: true, problems: [], standing: null, trends: null });
  });
});

describe('at the end', () => {
  it('a worker is drained, and health says that nobody works', async () => {
    scene.way = 'database';
    const { workers } = await scene.json<{ workers: { id: number }[] }>('worker', 'list');
    const id = String(workers[0]?.id);
    expect(await scene.json('worker', 'drain', id)).toEqual({ workerId: Number(id), draining: true });
    await scene.until('select draining as met from tasker.workers where id = $1', id);
    await scene.create({ order: 'late' });
    const { exitCode, stdout } = await scene.run(['health', '--json']);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ready: false,
      problems: [expect.stringContaining('no live worker') as string],
    });
  });
});
