import { StepHandler, type StepContext } from '@tasker/nestjs';
import { EventBus } from '@tasker/core';
import { capturing } from '../module/support/capturing-logger';
import { oneStep, TestApps } from '../module/support/boot-app';
import { ended, restApp } from './support/rest-app';

const apps = new TestApps();
afterEach(() => apps.closeAll());

const CARD = '4111111111111111';

@StepHandler('charge')
class Charge {
  process({ task, logger }: StepContext<{ payment: { card: string }; fail?: boolean }>): unknown {
    const { card } = task.context.payment;
    logger.log('charging', { request: { password: 'hunter22' } });
    if (task.context.fail) {
      throw Object.assign(new Error(`gateway refused ${card}`), { code: 'REFUSED', cause: new Error(`card ${card}`) });
    }
    return { seen: card.length, login: { password: 'hunter22' } };
  }
}

const parts = (paths: string[]) => ({
  providers: [Charge],
  options: {
    templates: [{ ...oneStep('charge'), steps: [{ name: 'only', handler: 'charge', retryLimit: 1 }] }],
    logging: { level: 'debug' as const, format: 'pino' as const },
    masking: { paths, text: '***' },
  },
});
const STOPPED = { verb: 'edit_inputs', step: 'only', inputs: { payment: { card: CARD } } };
const context = { payment: { card: CARD, method: 'card' } };

describe('masking', () => {
  it('hides configured paths from readers, errors, events and log lines, and from no handler', async () => {
    const { lines, prepare } = capturing();
    const rest = await restApp(apps, { ...parts(['payment.card', '**.password']), prepare });
    const failures: unknown[] = [];
    rest.app.get(EventBus, { strict: false }).on('step.failed', (event) => void failures.push(event));
    const { taskId: good } = (await rest.post('/tasks', { name: 'charge', context })).body;
    const { taskId: bad } = (await rest.post('/tasks', { name: 'charge', context: { ...context, fail: true } })).body;
    for (const id of [good, bad]) await ended(rest, id);
    const shown = await rest.get(`/tasks/${good}?include=steps`);
    expect(shown.body).toMatchObject({
      context: { payment: { card: '***', method: 'card' } },
      steps: [{ result: { seen: 16, login: { password: '***' } } }],
    });
    // Nobody finds it out by guessing, nor in what others have sent in bulk.
    const guess = encodeURIComponent(JSON.stringify({ payment: { card: CARD } }));
    expect((await rest.get(`/tasks?context=${guess}`)).body).toMatchObject({ details: [{ path: 'context' }] });
    const free = encodeURIComponent(JSON.stringify({ payment: { method: 'card' } }));
    expect((await rest.get(`/tasks?context=${free}`)).status).toBe(200);
    const { body: bulk } = await rest.post('/bulk', { command: STOPPED, filter: { name: 'none' } });
    for (const path of ['/bulk', `/bulk/${bulk.id}`]) {
      expect(JSON.stringify((await rest.get(path)).body)).toContain('"card":"***"');
    }
    const answers = await Promise.all(
      [good, bad].flatMap((id) =>
        [
          '?include=steps&include=transitions',
          '/explain',
          '/history',
          '/wait',
          '/workflow_steps',
          '/workflow_steps/only',
          '/error-chains',
        ].map(async (path) => JSON.stringify((await rest.get(`/tasks/${id}${path}`)).body)),
      ),
    );
    const told = JSON.stringify([answers, failures, lines]);
    expect(told).not.toContain(CARD);
    expect(told).not.toContain('hunter22');
    expect(JSON.stringify(failures)).toContain('gateway refused ***');
    expect(JSON.stringify(lines)).toContain('charging');
  });

  it('hides nothing that nobody asked to hide', async () => {
    const rest = await restApp(apps, parts([]));
    const { taskId } = (await rest.post('/tasks', { name: 'charge', context: { ...context, fail: true } })).body;
    await ended(rest, taskId);
    const { body } = await rest.get(`/tasks/${taskId}?include=steps`);
    expect(body).toMatchObject({ context, steps: [{ error: { message: `gateway refused ${CARD}` } }] });
  });
});
