import fastifyCompress from '@fastify/compress';
import fastifyHelmet from '@fastify/helmet';
import { ValidationPipe, type INestApplication } from '@nestjs/common';
import { APP_GUARD, APP_PIPE } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SkipThrottle, ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
import compression from 'compression';
import helmet from 'helmet';
import { TestApps } from '../module/support/boot-app';
import { PLATFORMS } from '../rest/support/rest-app';
import { expectEverything, served, type Setting } from './support/served';

const apps = new TestApps();
afterEach(() => apps.closeAll());

/** What protects and shrinks answers is a middleware of Express and a plugin of Fastify. */
const either =
  (express: (app: INestApplication) => unknown, fastify: (app: NestFastifyApplication) => unknown) =>
  (app: INestApplication): unknown =>
    app.getHttpAdapter().getType() === 'express' ? express(app) : fastify(app as NestFastifyApplication);

const protects = either(
  (app) => app.use(helmet()),
  (app) => app.register(fastifyHelmet),
);
const compresses = either(
  (app) => app.use(compression({ threshold: 0 })),
  (app) => app.register(fastifyCompress, { threshold: 0 }),
);
/** Everything it can do to a parameter, also to those of decorators that are not its own. */
const validating = new ValidationPipe({
  ...{ transform: true, whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true },
  ...{ transformOptions: { enableImplicitConversion: true }, validateCustomDecorators: true },
});
const throttles = (limit: number): Setting => ({
  imports: [ThrottlerModule.forRoot([{ ttl: 60_000, limit }])],
  providers: [{ provide: APP_GUARD, useClass: ThrottlerGuard }],
});

const NEIGHBOURS: [string, Setting][] = [
  ['helmet', { arrange: protects }],
  ['compression', { arrange: compresses }],
  ['@nestjs/throttler', throttles(1_000)],
  ['a ValidationPipe of class-validator', { providers: [{ provide: APP_PIPE, useValue: validating }] }],
  [
    'all of them',
    {
      ...throttles(1_000),
      arrange: async (app) => {
        await protects(app);
        await compresses(app);
        app.useGlobalPipes(validating);
      },
    },
  ],
];

describe.each(PLATFORMS)('beside packages that others wrote, on %s', (_platform, adapter) => {
  it.each(NEIGHBOURS)('with %s everything is where it is, and answers as it does', async (_what, setting) => {
    await expectEverything(await served(apps, adapter(), setting));
  });

  it('helmet and compression do to our answers what they do to others', async () => {
    const arrange = async (app: INestApplication): Promise<void> => {
      await protects(app);
      await compresses(app);
    };
    const { get } = await served(apps, adapter(), { arrange, headers: { 'accept-encoding': 'gzip' } });
    for (const path of ['/tasker/tasks', '/tasker/health/live', '/metrics', '/tasker/tasks/999999']) {
      const { headers, text } = await get(path);
      expect([path, headers.get('content-encoding')]).toEqual([path, 'gzip']);
      expect(headers.get('content-security-policy')).toContain("default-src 'self'");
      expect(text).not.toBe('');
    }
  });

  it('a limit of the host is answered in our words, and left out where the host says so', async () => {
    const { get } = await served(apps, adapter(), throttles(2));
    for (let call = 0; call < 2; call++) expect(await get('/tasker/tasks')).toMatchObject({ status: 200 });
    const refused = await get('/tasker/tasks');
    expect(refused).toMatchObject({ status: 429, body: { errorCode: 'TSK_SATURATED', statusCode: 429 } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);

    const spared = await served(apps, adapter(), { ...throttles(2), decorators: [SkipThrottle()] });
    for (let call = 0; call < 4; call++) {
      for (const path of ['/tasker/tasks', '/tasker/health/ready', '/metrics']) {
        expect([path, (await spared.get(path)).status]).toEqual([path, 200]);
      }
    }
  });

  it('a ValidationPipe neither changes nor refuses what is sent: the schema of the operation does', async () => {
    const { get, post } = await served(apps, adapter(), {
      providers: [{ provide: APP_PIPE, useValue: validating }],
    });
    const context = {
      text: '7',
      number: 7,
      list: [{ a: '1', b: null }],
      deep: { is: { it: true } },
      date: '2026-01-31',
    };
    const created = await post('/tasker/tasks', { name: 'order', context, tags: ['x'], priority: 3 });
    expect(created).toMatchObject({ status: 201 });
    const { taskId } = created.body as { taskId: string };
    expect((await get(`/tasker/tasks/${taskId}`)).body).toMatchObject({ context });
    expect(await get(`/tasker/tasks?tags=x&limit=1&context=${JSON.stringify({ text: '7' })}`)).toMatchObject({
      status: 200,
      body: { tasks: [{ id: taskId, priority: 3, tags: ['x'] }] },
    });
    const unknown = await post('/tasker/tasks', { name: 'order', contxt: {} });
    expect(unknown).toMatchObject({
      status: 400,
      body: { errorCode: 'TSK_REQUEST_INVALID', details: [{ path: 'contxt' }] },
    });
    expect(await post('/tasker/tasks', { name: 'order', priority: '3' })).toMatchObject({
      status: 400,
      body: { details: [{ path: 'priority' }] },
    });
    expect(await get('/tasker/tasks?limit=many')).toMatchObject({
      status: 400,
      body: { details: [{ path: 'limit' }] },
    });
  });
});
