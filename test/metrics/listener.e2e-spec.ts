import { StepHandler, TaskerService } from '@tasker/nestjs';
import { Registry } from 'prom-client';
import { MetricsListener, TaskerMetricsModule, type TaskerMetricsListenOptions } from '../../src/metrics/index';
import { from, oneStep, TestApps } from '../module/support/boot-app';

const apps = new TestApps();
afterEach(() => apps.closeAll());

@StepHandler('greet')
class Greet {
  process(): void {}
}

const worker = (listen: TaskerMetricsListenOptions) =>
  apps.boot({
    imports: [TaskerMetricsModule.register({ listen, registry: new Registry() })],
    providers: [Greet],
    options: { role: 'worker', templates: [oneStep('greet')] },
  });

const urlOf = async (listen: TaskerMetricsListenOptions): Promise<string> =>
  `http://127.0.0.1:${from(await worker(listen), MetricsListener).port}`;

describe('the metrics of a worker without HTTP', () => {
  it('are served on a port of their own, its failures and durations included', async () => {
    const app = await worker({ port: 0 });
    const { taskId } = await from(app, TaskerService).create({ name: 'greet' });
    await from(app, TaskerService).waitFor(taskId, { timeoutMs: 10_000 });
    const base = `http://127.0.0.1:${from(app, MetricsListener).port}`;
    const response = await fetch(`${base}/metrics`);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(response.headers.get('cache-control')).toContain('no-store');
    const text = await response.text();
    expect(text).toContain(
      'tasker_step_attempts_total{namespace="default",task="greet",step="only",outcome="complete"} 1',
    );
    expect(text).toContain('process_cpu_user_seconds_total');
    const statuses = async (path: string, init: RequestInit = {}) => (await fetch(`${base}${path}`, init)).status;
    expect(await statuses('/')).toBe(404);
    expect(await statuses('/metrics', { method: 'POST' })).toBe(405);
    expect(await statuses('/metrics?name=x', { method: 'HEAD' })).toBe(200);
    await app.close();
    await expect(fetch(`${base}/metrics`)).rejects.toThrow();
  });

  it('ask for the token that was set', async () => {
    const base = await urlOf({ port: 0, token: 'let-me-in' });
    const scrape = async (headers: Record<string, string>) => (await fetch(`${base}/metrics`, { headers })).status;
    expect(await scrape({})).toBe(401);
    expect(await scrape({ authorization: 'Bearer let-me' })).toBe(401);
    expect(await scrape({ authorization: 'Bearer let-me-in' })).toBe(200);
  });

  it('stop the boot with a clear word when the port is taken', async () => {
    const port = Number(new URL(await urlOf({ port: 0 })).port);
    await expect(worker({ port })).rejects.toMatchObject({
      code: 'TSK_BOOT_INVALID',
      message: expect.stringContaining(`127.0.0.1:${port}`),
    });
  });

  it.each([{}, { port: 70_000 }, { port: 1, hots: 'x' }])('refuse options like %p', (listen) => {
    const register = () => TaskerMetricsModule.register({ listen: listen as TaskerMetricsListenOptions });
    expect(register).toThrow(expect.objectContaining({ code: 'TSK_OPTIONS_INVALID' }));
  });
});
