import { connect } from 'node:net';
import { Body, Controller, Get, Post, VersioningType, type INestApplication } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { TaskerRestModule } from '../../src/rest';
import { TestApps } from '../module/support/boot-app';
import { Line } from '../support/line';
import { headerPolicy, PLATFORMS, restApp, type RestApp } from './support/rest-app';

const apps = new TestApps();
afterEach(() => apps.closeAll());

@Controller('host')
class HostController {
  @Post()
  echo(@Body() body: unknown): unknown {
    return { body };
  }

  @Get('fails')
  fails(): never {
    throw new Error('of the host');
  }
}

describe('TaskerRestModule', () => {
  it('does not boot when nobody has said who may call', async () => {
    await expect(restApp(apps, { rest: { access: undefined } })).rejects.toMatchObject({
      ...{ code: 'TSK_BOOT_INVALID', hint: expect.stringContaining("'public'") },
    });
  });

  it('lets everybody in when that is written out', async () => {
    const rest = await restApp(apps, { rest: { access: 'public' } });
    const made = await rest.post('/tasks', { name: 'stuck' }, { caller: null });
    expect(made.status).toBe(201);
    expect((await rest.get(`/tasks/${made.body.taskId}`)).body.initiator).toBe('anonymous');
  });

  it('reports every wrong option at once when it boots', async () => {
    const limits = { bodyBytes: 1, pageSize: 501, depht: 9 } as object;
    await expect(restApp(apps, { rest: { limits } })).rejects.toMatchObject({
      code: 'TSK_OPTIONS_INVALID',
      details: [
        { path: 'limits.depht', message: 'unknown option; did you mean "depth"?' },
        ...[{ path: 'limits.bodyBytes' }, { path: 'limits.pageSize' }],
      ],
    });
    await expect(restApp(apps, { rest: { path: '/a b/' } })).rejects.toMatchObject({ details: [{ path: 'path' }] });
  });

  it('says so when it is registered twice', async () => {
    const again = TaskerRestModule.register({ path: 'other', access: headerPolicy });
    await expect(restApp(apps, { imports: [again] })).rejects.toMatchObject({ code: 'TSK_BOOT_INVALID' });
  });

  it('takes its limits from a factory', async () => {
    const tasker = TaskerRestModule.registerAsync({
      ...{ path: 'internal/tasker', access: headerPolicy },
      useFactory: () => ({ limits: { pageSize: 7 } }),
    });
    const compiled = await apps.compile({ imports: [tasker] });
    const app = apps.keep(compiled.createNestApplication(new ExpressAdapter()));
    await app.listen(0, '127.0.0.1');
    const get = (query: string) =>
      fetch(`${base(app)}/internal/tasker/tasks${query}`, { headers: { 'x-caller': 'ada' } });
    expect((await get('?limit=8')).status).toBe(400);
    expect((await get('?limit=7')).status).toBe(200);
    expect((await get('')).status).toBe(200);
  });
});

describe.each(PLATFORMS)('beside the host on %s', (_platform, adapter) => {
  it('follows its global prefix and stays out of its versions', async () => {
    const rest = await restApp(apps, {
      adapter,
      options: { role: 'api' },
      rest: { path: 'ops/tasker', limits: { bodyBytes: 2_000 } },
      arrange: (app) => app.setGlobalPrefix('api').enableVersioning({ type: VersioningType.URI, defaultVersion: '1' }),
    });
    const path = rest.base.replace('/ops/tasker', '/api/ops/tasker');
    expect((await rest.get(`${path}/tasks`)).status).toBe(200);
    expect(Object.keys(rest.document.paths)).toContain('/api/ops/tasker/tasks/{id}');
    const large = await rest.post(`${path}/tasks`, { name: 'x'.repeat(3_000) });
    expect(large).toMatchObject({ status: 413, body: { errorCode: 'TSK_REQUEST_INVALID' } });
    const made = await rest.post(`${path}/tasks`, { name: 'count' });
    // Relative, so that it is right behind a proxy that has put the application somewhere else.
    expect(made.headers.get('location')).toBe(`tasks/${made.body.taskId}`);
    const place = new URL(made.headers.get('location') ?? '', 'https://shop.example/behind/ops/tasker/tasks?x=/1');
    expect(place.pathname).toBe(`/behind/ops/tasker/tasks/${made.body.taskId}`);
  });

  it('changes nothing of its routes: their bodies, errors and access are its own', async () => {
    const rest = await restApp(apps, { adapter, controllers: [HostController], options: { role: 'api' } });
    const host = rest.base.replace('/tasker', '/host');
    const echoed = await rest.post(host, { a: 1 }, { caller: null });
    expect(echoed).toMatchObject({ status: 201, body: { body: { a: 1 } } });
    expect(echoed.headers.get('x-correlation-id')).toBeNull();
    expect((await rest.post(host, '{"a":', { caller: null })).body).not.toHaveProperty('errorCode');
    expect((await rest.get(`${host}/fails`)).body).toEqual({ statusCode: 500, message: 'Internal server error' });
  });

  describe('bodies', () => {
    const shared = new TestApps();
    let rest: RestApp;
    beforeAll(async () => {
      rest = await restApp(shared, { adapter, options: { role: 'api' }, rest: { limits: { depth: 20 } } });
    });
    afterAll(() => shared.closeAll());

    it.each([
      ['{"name":', 'The body is not JSON'],
      ['', ''],
      ['nothing', 'The body is not JSON'],
      ['{"name":"count","context":{"__proto__":{"a":1}}}', ''],
      [
        `{"name":"count","context":${'{"a":'.repeat(21)}1${'}'.repeat(21)}}`,
        'The body is nested deeper than 20 levels.',
      ],
      ['{"name":"count","context":{"a":"\\u0000"}}', 'The request is invalid.'],
      ['{"name":"count","context":{"a":1e999}}', 'The request is invalid.'],
      ['[]', 'The request is invalid.'],
    ])('refuses %s in our words', async (body, message) => {
      const answer = await rest.post('/tasks', body);
      expect(answer.status).toBe(400);
      expect(answer.body).toEqual({
        ...{ statusCode: 400, errorCode: 'TSK_REQUEST_INVALID', message: expect.stringContaining(message) },
        ...{ details: expect.any(Array), hint: expect.any(String), data: {} },
        correlationId: answer.headers.get('x-correlation-id'),
      });
    });

    it('refuses forms, other types and compressed bodies', async () => {
      for (const type of [
        'application/x-www-form-urlencoded',
        'text/plain',
        'application/xml',
        'multipart/form-data',
      ]) {
        const { status, body } = await rest.post('/tasks', 'name=count', { headers: { 'content-type': type } });
        expect({ status, code: body.errorCode }).toEqual({ status: 415, code: 'TSK_REQUEST_INVALID' });
      }
      const zipped = await rest.post('/tasks', 'xx', { headers: { 'content-encoding': 'gzip' } });
      expect([400, 415]).toContain(zipped.status);
      expect(zipped.body).toMatchObject({ errorCode: 'TSK_REQUEST_INVALID' });
    });

    it('takes JSON of other names and character cases', async () => {
      for (const type of ['application/json; charset=utf-8', 'Application/JSON', 'application/vnd.shop+json']) {
        const { status } = await rest.post('/tasks', { name: 'count' }, { headers: { 'content-type': type } });
        expect([201, 415]).toContain(status);
      }
    });

    it('does not need a body where nothing must be said', async () => {
      const { body } = await rest.post('/tasks', { name: 'stuck' });
      expect((await rest.post(`/tasks/${body.taskId}/pause`)).status).toBe(200);
      expect((await rest.post(`/tasks/${body.taskId}/pause`, {})).status).toBe(200);
    });

    it('reads no more of a body than it takes', async () => {
      const { hostname, port } = new URL(rest.base);
      const answer = await raw(hostname, Number(port), [
        'POST /tasker/tasks HTTP/1.1\r\nHost: x\r\nX-Caller: ada\r\nContent-Type: application/json\r\n',
        'Content-Length: 999999999\r\n\r\n{"name":"',
      ]);
      expect(answer).toMatch(/^HTTP\/1\.1 413 /);
      expect(answer).toContain('TSK_REQUEST_INVALID');
    });
  });
});

describe('on Express', () => {
  it('answers paths that cannot be decoded in our words', async () => {
    const rest = await restApp(apps, { options: { role: 'api' } });
    const { hostname, port } = new URL(rest.base);
    const answer = await raw(hostname, Number(port), [
      'GET /tasker/tasks/%E0%A4%A HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    ]);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('TSK_REQUEST_INVALID');
  });
});

describe('when the database is gone', () => {
  let line: Line;
  // After the application, which says good-bye over it.
  afterAll(() => line.cut());

  it('answers 503 with Retry-After, and goes on when it is back', async () => {
    line = new Line(new URL(await apps.database()));
    const rest = await restApp(apps, { url: await line.open(), options: { role: 'api' } });
    const { body } = await rest.post('/tasks', { name: 'count' });
    await line.cut();
    for (const call of [
      () => rest.get(`/tasks/${body.taskId}`),
      () => rest.get('/tasks?withTotal=true'),
      () => rest.post(`/tasks/${body.taskId}/pause`),
      () => rest.post('/tasks', { name: 'count' }),
    ]) {
      const gone = await call();
      expect(gone).toMatchObject({ status: 503, body: { errorCode: 'TSK_DATABASE_UNAVAILABLE' } });
      expect(gone.headers.get('retry-after')).toBe('1');
    }
    await line.open();
    let back = await rest.get(`/tasks/${body.taskId}`);
    while (back.status === 503) back = await rest.get(`/tasks/${body.taskId}`);
    expect(back.status).toBe(200);
  });
});

const base = (app: INestApplication): string =>
  `http://127.0.0.1:${(app.getHttpServer().address() as { port: number }).port}`;

/** Bytes as they are, and everything that comes back within the first answer. */
function raw(host: string, port: number, parts: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, host, () => socket.write(parts.join('')));
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.includes('\r\n\r\n') && text.trimEnd().endsWith('}')) socket.destroy();
    });
    socket.once('close', () => resolve(text)).once('error', reject);
  });
}
