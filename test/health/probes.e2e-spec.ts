import type { INestApplication } from '@nestjs/common';
import { Controller, Get, Module } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { HealthCheckService, TerminusModule, type HealthCheckResult } from '@nestjs/terminus';
import { startPostgres, type RunningPostgres } from '@tasker/embedded-postgres';
import { StepHandler, TaskerService } from '@tasker/nestjs';
import { Client } from 'pg';
import request from 'supertest';
import { TaskerHealthIndicator, TaskerHealthModule, type TaskerHealthOptions } from '../../src/health/index';
import { from, oneStep, TestApps, type TestAppParts } from '../module/support/boot-app';
import { gate } from '../support/gate';

const apps = new TestApps();
afterEach(() => apps.closeAll());

type Answer = {
  status: string;
  details: Record<string, { status: string; reason?: string } & Record<string, unknown>>;
};

async function serve(health: TaskerHealthOptions, parts: TestAppParts = {}, url?: string): Promise<INestApplication> {
  const imports = [TaskerHealthModule.register(health), ...(parts.imports ?? [])];
  const compiled = await apps.compile({ ...parts, imports }, url);
  const app = apps.keep(compiled.createNestApplication({ logger: false }));
  // A port of its own: after a shutdown has begun, supertest would listen again.
  await app.listen(0, '127.0.0.1');
  return app;
}

const get = (app: INestApplication, path: string) => request(app.getHttpServer()).get(`/tasker/health/${path}`);

describe('live', () => {
  it('is well and never cached', async () => {
    const response = await get(await serve({}), 'live').expect(200);
    expect(response.body).toMatchObject({ status: 'ok', alive: true, service: 'tasker' });
    expect(response.headers['cache-control']).toBe('no-cache, no-store, must-revalidate');
  });
});

describe('ready', () => {
  it('says of each part how it is', async () => {
    const response = await get(await serve({}), 'ready').expect(200);
    const { status, details } = response.body as Answer;
    expect(status).toBe('ok');
    expect(Object.keys(details)).toEqual(['process', 'database', 'schema', 'queue', 'worker']);
    expect(details['worker']).toMatchObject({ status: 'up', draining: false, workerId: expect.any(Number) });
    expect(response.headers['cache-control']).toContain('no-cache');
  });

  it('asks for no worker where none runs', async () => {
    const response = await get(await serve({}, { options: { role: 'api' } }), 'ready').expect(200);
    expect((response.body as Answer).details).not.toHaveProperty('worker');
  });

  it('refuses when a step has waited too long, by name', async () => {
    const api = { options: { role: 'api', templates: [oneStep('greet')] } } as const;
    const app = await serve({ maxQueueAgeMs: 1 }, api);
    await from(app, TaskerService).create({ name: 'greet' });
    await eventually(async () => (await get(app, 'ready')).status === 503);
    const { details } = (await get(app, 'ready')).body as Answer;
    expect(details['queue']).toMatchObject({ status: 'down', reason: 'a step has waited longer than 1 ms' });
    expect(details['database']).toMatchObject({ status: 'up' });
  });

  it('refuses a schema that lacks a migration, and a worker that was declared lost', async () => {
    const url = await apps.database();
    const app = await serve({}, {}, url);
    // A worker that hears of it signs on anew, and is well again: so until the probe has come before the heartbeat.
    let lost: Answer | undefined;
    await eventually(async () => {
      await onDatabase(url, 'update tasker.workers set lost_at = now(), lease_expires_at = now()');
      const response = await get(app, 'ready');
      lost = response.body as Answer;
      return response.status === 503;
    });
    expect(lost?.details['worker']).toMatchObject({ status: 'down', reason: 'its lease is lost' });
    await onDatabase(url, "delete from tasker.tasker_migrations where number = '0001'");
    const old = (await get(app, 'ready').expect(503)).body as Answer;
    expect(old.details['schema']).toMatchObject({ status: 'down', migrations: ['0001_words'] });
  });

  it('refuses while the process stops, with the reason, and live goes on', async () => {
    const [begun, release] = [gate(), gate()];
    @StepHandler('greet')
    class Greet {
      async process(): Promise<void> {
        begun.open();
        await release.opened;
      }
    }
    const app = await serve({}, { providers: [Greet], options: { templates: [oneStep('greet')] } });
    await from(app, TaskerService).create({ name: 'greet' });
    await begun.opened;
    const url = await app.getUrl();
    const closing = app.close();
    await eventually(async () => (await fetch(`${url}/tasker/health/ready`)).status === 503);
    const refused = (await (await fetch(`${url}/tasker/health/ready`)).json()) as Answer;
    expect(refused.details['process']).toMatchObject({ status: 'down', reason: 'shutting down' });
    expect((await fetch(`${url}/tasker/health/live`)).status).toBe(200);
    release.open();
    await closing;
  });

  it('is an indicator for health controllers of the host', async () => {
    @Controller('own')
    class OwnHealth {
      constructor(
        private readonly health: HealthCheckService,
        private readonly tasker: TaskerHealthIndicator,
      ) {}

      @Get()
      check(): Promise<HealthCheckResult> {
        return this.health.check([() => this.tasker.isHealthy()]);
      }
    }
    @Module({ imports: [TerminusModule, HealthHolder], controllers: [OwnHealth] })
    class Host {}
    const compiled = await apps.compile({ imports: [Host] });
    const app = apps.keep(compiled.createNestApplication({ logger: false }));
    await app.init();
    const response = await request(app.getHttpServer()).get('/own').expect(200);
    expect((response.body as Answer).details['tasker']).toMatchObject({
      status: 'up',
      checks: { database: { up: true }, schema: { up: true } },
    });
  });

  it('works on Fastify, below a global prefix', async () => {
    const compiled = await apps.compile({ imports: [TaskerHealthModule.register({ path: '/internal/' })] });
    const app = apps.keep(compiled.createNestApplication(new FastifyAdapter(), { logger: false }));
    app.setGlobalPrefix('api');
    await app.listen(0, '127.0.0.1');
    const response = await fetch(`${await app.getUrl()}/api/internal/ready`);
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toContain('no-store');
  });
});

describe('without PostgreSQL', () => {
  let server: RunningPostgres;
  beforeAll(async () => void (server = await startPostgres()), 60_000);
  afterAll(() => server.stop(), 60_000);

  it('answers in time, whether the server is gone or hangs, and is ready again when it is back', async () => {
    const timeout = 800;
    const app = await serve({ readyTimeoutMs: timeout }, { options: { worker: { leaseMs: 9_000 } } }, server.url);
    await get(app, 'ready').expect(200);
    const postgres = await processIdOf(server.url);
    process.kill(postgres.backend, 'SIGSTOP');
    try {
      const hung = await timed(() => get(app, 'ready').expect(503));
      expect(hung.ms).toBeLessThan(timeout + 500);
      expect((hung.answer.body as Answer).details['database']).toMatchObject({ status: 'down' });
      const crowd = await timed(() => Promise.all([1, 2, 3].map(() => get(app, 'ready'))));
      expect(crowd.ms).toBeLessThan(timeout + 500);
      // Whoever asked the database would have no better answer than readiness.
      await get(app, 'live').expect(200);
    } finally {
      process.kill(postgres.backend, 'SIGCONT');
    }
    await eventually(async () => (await get(app, 'ready')).status === 200);
    await server.restart('fast');
    await eventually(async () => (await get(app, 'ready')).status === 200);
  }, 60_000);

  it('says that the connection was refused when nothing listens', async () => {
    const gone = await startPostgres();
    const app = await serve({ readyTimeoutMs: 2_000 }, { options: { worker: { leaseMs: 9_000 } } }, gone.url);
    await get(app, 'ready').expect(200);
    await gone.stop();
    const { ms, answer } = await timed(() => get(app, 'ready').expect(503));
    expect(ms).toBeLessThan(2_500);
    expect((answer.body as Answer).details['database']?.reason).toMatch(/ECONNREFUSED|terminat|closed|did not answer/i);
    await get(app, 'live').expect(200);
  }, 90_000);
});

describe('the options', () => {
  it('are refused all at once', () => {
    const options = { path: '../x', readyTimeoutMs: 1, statuss: {} };
    expect(() => TaskerHealthModule.register(options)).toThrow(
      expect.objectContaining({
        code: 'TSK_OPTIONS_INVALID',
        details: [
          { path: 'statuss', message: 'unknown option; did you mean "status"?' },
          { path: 'path', message: expect.stringContaining('plain segments') },
          { path: 'readyTimeoutMs', message: 'must be an integer from 50 to 60000, not 1' },
        ],
      }),
    );
  });

  it('are for one registration', async () => {
    const twice = { imports: [TaskerHealthModule.register({}), TaskerHealthModule.register({ path: 'other' })] };
    await expect(apps.compile(twice)).rejects.toMatchObject({ code: 'TSK_BOOT_INVALID' });
  });
});

@Module({ imports: [TaskerHealthModule.register({})], exports: [TaskerHealthModule] })
class HealthHolder {}

async function timed<T>(work: () => PromiseLike<T>): Promise<{ ms: number; answer: T }> {
  const startedAt = performance.now();
  const answer = await work();
  return { ms: performance.now() - startedAt, answer };
}

async function eventually(holds: () => Promise<boolean>): Promise<void> {
  const until = performance.now() + 20_000;
  while (!(await holds())) {
    if (performance.now() > until) throw new Error('It did not come true within 20 s.');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function onDatabase<R extends object>(url: string, sql: string): Promise<R[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<R>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Of the server process behind the probes' own connection. */
async function processIdOf(url: string): Promise<{ backend: number }> {
  const [row] = await onDatabase<{ pid: number }>(
    url,
    "select pid from pg_stat_activity where application_name = 'tasker-watch'",
  );
  return { backend: row?.pid ?? NaN };
}
