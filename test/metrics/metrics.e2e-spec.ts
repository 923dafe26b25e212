import { Injectable } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { startPostgres } from '@tasker/embedded-postgres';
import { StepHandler, TaskerService } from '@tasker/nestjs';
import { InjectMetric, PrometheusModule } from '@willsoto/nestjs-prometheus';
import { Counter, register, Registry } from 'prom-client';
import request from 'supertest';
import { TaskerMetricsModule } from '../../src/metrics/index';
import { from, oneStep, TestApps } from '../module/support/boot-app';
import { BEARER, openShop } from './support/shop';

const apps = new TestApps();
afterEach(() => apps.closeAll());

@StepHandler('greet')
class Greet {
  process(): void {}
}

const options = { templates: [oneStep('greet')] };

async function greet(app: Parameters<typeof from>[0]): Promise<void> {
  const { taskId } = await from(app, TaskerService).create({ name: 'greet' });
  await from(app, TaskerService).waitFor(taskId, { timeoutMs: 10_000 });
}

describe('TaskerMetricsModule', () => {
  it('serves text of Prometheus to those who may scrape, never cached', async () => {
    const { app } = await openShop(apps, await apps.database(), {}, { path: 'internal/metrics' });
    const scrape = () => request(app.getHttpServer()).get('/internal/metrics');
    await scrape().expect(401);
    const response = await scrape().set('authorization', `Bearer ${BEARER}`).expect(200);
    expect(response.headers['content-type']).toMatch(/^text\/plain;.*version=0\.0\.4/);
    expect(response.headers['cache-control']).toContain('no-store');
    expect(response.text).toContain('tasker_workers_lost_total 0');
    expect(response.text).toContain('process_cpu_user_seconds_total');
  });

  it('works on Fastify, with versions, without metrics of the process', async () => {
    const metrics = {
      registry: new Registry(),
      access: 'public',
      defaultMetrics: false,
      labels: { version: true },
    } as const;
    const imports = [TaskerMetricsModule.register(metrics)];
    const compiled = await apps.compile({ imports, providers: [Greet], options });
    const app = apps.keep(compiled.createNestApplication(new FastifyAdapter(), { logger: false }));
    await app.listen(0, '127.0.0.1');
    await greet(app);
    const text = await (await fetch(`${await app.getUrl()}/metrics`)).text();
    expect(text).toContain('tasker_tasks_created_total{namespace="default",task="greet",version="1.0.0"} 1');
    expect(text).toContain(
      'tasker_step_attempts_total{namespace="default",task="greet",version="1.0.0",step="only",outcome="complete"} 1',
    );
    expect(text).not.toContain('process_cpu');
  });

  it("is exported by the host's PrometheusModule, and its metrics can be injected", async () => {
    @Injectable()
    class Watcher {
      constructor(@InjectMetric('tasker_tasks_created_total') readonly created: Counter) {}
    }
    const imports = [PrometheusModule.register({ path: '/own' }), TaskerMetricsModule.register({ path: false })];
    const compiled = await apps.compile({ imports, providers: [Greet, Watcher], options });
    const app = apps.keep(compiled.createNestApplication({ logger: false }));
    await app.init();
    await greet(app);
    const { text } = await request(app.getHttpServer()).get('/own').expect(200);
    expect(text).toContain('tasker_tasks_created_total{namespace="default",task="greet"} 1');
    await request(app.getHttpServer()).get('/metrics').expect(404);
    expect((await app.get(Watcher).created.get()).values.map(({ value }) => value)).toEqual([1]);
    await app.close();
    expect(register.getSingleMetric('tasker_tasks_created_total')).toBeUndefined();
    register.clear();
  });

  it('goes on telling of the process when the database is gone', async () => {
    const gone = await startPostgres();
    const { app } = await openShop(apps, gone.url, { worker: { leaseMs: 6_000 } });
    await gone.stop();
    const response = await request(app.getHttpServer())
      .get('/metrics')
      .set('authorization', `Bearer ${BEARER}`)
      .expect(200);
    expect(response.text).toContain('tasker_database_up 0');
    expect(response.text).toContain('tasker_build_info{');
    expect(response.text).not.toMatch(/^tasker_workers\{/m);
  }, 60_000);

  it('does not start without somebody who says who may scrape', async () => {
    const imports = [TaskerMetricsModule.register({ registry: new Registry() })];
    await expect(apps.compile({ imports })).rejects.toMatchObject({ code: 'TSK_BOOT_INVALID' });
  });

  it('wants a registry of its own for each application of a process', async () => {
    const registry = new Registry();
    const imports = () => [TaskerMetricsModule.register({ registry, path: false })];
    await apps.boot({ imports: imports() });
    await expect(apps.compile({ imports: imports() })).rejects.toMatchObject({
      code: 'TSK_BOOT_INVALID',
      hint: expect.stringContaining('registry'),
    });
  });

  it('reports all faults of its options', () => {
    const wrong = { path: '//', maxSeries: 0, labels: { versoin: true }, registry: {}, leaderGauges: 'me' };
    expect(() => TaskerMetricsModule.register(wrong as never)).toThrow(
      expect.objectContaining({
        code: 'TSK_OPTIONS_INVALID',
        details: expect.arrayContaining([
          expect.objectContaining({ path: 'path' }),
          expect.objectContaining({ path: 'maxSeries' }),
          { path: 'labels.versoin', message: 'unknown option; did you mean "version"?' },
          expect.objectContaining({ path: 'registry' }),
          expect.objectContaining({ path: 'leaderGauges' }),
        ]),
      }),
    );
  });
});
