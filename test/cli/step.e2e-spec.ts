import { Scene, type Way } from './support/scene';

interface Step {
  name: string;
  state: string;
  result: unknown;
  inputs: unknown;
}

const scene = new Scene();
beforeAll(() => scene.open());
afterAll(() => scene.close());

const stepOf = async (id: string, name: string): Promise<Step | undefined> =>
  (await scene.json<{ steps: Step[] }>('task', 'show', id)).steps.find((step) => step.name === name);

describe.each<Way>(['database', 'rest'])('steps by way of the %s', (way) => {
  beforeAll(() => (scene.way = way));

  it('are retried', async () => {
    const order = `step-${way}`;
    const id = await scene.task({ order, failAt: 'charge' }, 'error');
    scene.mended.add(order);
    expect(await scene.json('step', 'retry', id, 'charge')).toMatchObject({ verb: 'retry_step', changed: true });
    await scene.taskIs(id, 'complete');
  });

  it('are skipped where the template allows it, or by force', async () => {
    const id = await scene.task({ failAt: 'newsletter' }, 'error');
    const other = await scene.task({ failAt: 'charge' }, 'error');
    const [refused, skipped, forced] = await Promise.all([
      scene.error('step', 'skip', other, 'charge'),
      scene.json('step', 'skip', id, 'newsletter', '--reason', 'opted out'),
      scene.error('step', 'skip', id, 'nonsense'),
    ]);
    expect(refused).toMatchObject({ exitCode: 1 });
    expect(skipped).toMatchObject({ verb: 'skip_step', changed: true });
    expect(forced).toMatchObject({ exitCode: 3, errorCode: 'TSK_STEP_NOT_FOUND' });
    await scene.json('step', 'skip', other, 'charge', '--force');
    await Promise.all([scene.taskIs(id, 'complete'), scene.taskIs(other, 'complete')]);
  });

  it('are resolved by hand, with a result', async () => {
    const id = await scene.task({ failAt: 'charge' }, 'error');
    await scene.json('step', 'resolve', id, 'charge', '--result', '{"paymentId":"p-1"}', '-r', 'OPS-17');
    await scene.taskIs(id, 'complete');
    expect(await stepOf(id, 'charge')).toMatchObject({ state: 'resolved_manually', result: { paymentId: 'p-1' } });
  });

  it('are cancelled', async () => {
    const id = await scene.create({ holdAt: 'validate' });
    await scene.stepIs(id, 'validate', 'in_progress');
    expect(await scene.json('step', 'cancel', id, 'newsletter')).toMatchObject({
      steps: [{ step: 'newsletter', to: 'cancelled' }],
    });
    await scene.json('task', 'cancel', id);
  });

  it('get other inputs before they run, and lose them', async () => {
    const id = await scene.create({ holdAt: 'validate' });
    await scene.stepIs(id, 'validate', 'in_progress');
    await scene.json('step', 'inputs', id, 'ship', '{"order":"SF-9"}');
    expect(await stepOf(id, 'ship')).toMatchObject({ inputs: { order: 'SF-9' } });
    const [invalid] = await Promise.all([
      scene.error('step', 'inputs', id, 'charge', '{"order":9}'),
      scene.json('step', 'inputs', id, 'ship', '--clear'),
    ]);
    expect(invalid).toMatchObject({ exitCode: 1, errorCode: 'TSK_CONTEXT_INVALID' });
    expect(await stepOf(id, 'ship')).toMatchObject({ inputs: null });
    expect((await scene.run(['step', 'inputs', id, 'ship'])).exitCode).toBe(2);
    await scene.json('task', 'cancel', id);
  });

  it('are paused everywhere and resumed', async () => {
    const target = ['shop.order@1.10.0', 'charge'];
    expect(await scene.json('step', 'pause', ...target, '--reason', 'gateway is down')).toEqual({
      changed: true,
      released: 0,
    });
    const id = await scene.create({ order: 'incident' });
    await scene.stepIs(id, 'newsletter', 'complete');
    await scene.until('select count(*) > 0 as met from tasker.parked_steps where task_id = $1', id);
    const [paused, table] = await Promise.all([scene.json('step', 'paused'), scene.run(['step', 'paused'])]);
    expect(paused).toMatchObject({
      pauses: [
        {
          namespace: 'shop',
          name: 'order',
          version: '1.10.0',
          step: 'charge',
          actor: 'ops',
          reason: 'gateway is down',
        },
      ],
    });
    expect(table.stdout).toMatch(/shop\.order@1\.10\.0 +charge +ops .*gateway is down/);
    expect(await scene.json('step', 'resume', ...target)).toEqual({ changed: true, released: 1 });
    await scene.taskIs(id, 'complete');
    expect((await scene.run(['step', 'resume', ...target])).stdout).toContain('was not paused');
    expect(await scene.error('step', 'pause', 'shop.order', 'nonsense')).toMatchObject({ exitCode: 3 });
  });
});
