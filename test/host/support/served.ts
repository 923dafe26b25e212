import type { AddressInfo } from 'node:net';
import type { DynamicModule, INestApplication, Provider } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { RetryableError, StepHandler, type StepContext } from '@tasker/nestjs';
import { Registry } from 'prom-client';
import { TaskerHealthModule } from '../../../src/health';
import { TaskerMetricsModule } from '../../../src/metrics';
import { TaskerRestModule } from '../../../src/rest';
import type { TestApps } from '../../module/support/boot-app';

@StepHandler('flaky')
class Flaky {
  process({ attempt }: StepContext): number {
    if (attempt === 1) throw new RetryableError('busy', { retryAfterMs: 1 });
    return attempt;
  }
}

@StepHandler('add')
class Add {
  process({ parents }: StepContext): number {
    return Object.values(parents).reduce<number>((sum, value) => sum + Number(value), 1);
  }
}

const template = {
  ...{ name: 'order', version: '1.0.0' },
  steps: [
    { name: 'a', handler: 'add' },
    { name: 'b', handler: 'flaky', dependsOn: 'a' },
    { name: 'c', handler: 'add', dependsOn: 'a' },
    { name: 'd', handler: 'add', dependsOn: ['b', 'c'] },
  ],
};

/** What a host has set for all of its routes. */
export interface Setting {
  readonly providers?: Provider[];
  readonly imports?: DynamicModule[];
  readonly arrange?: (app: INestApplication) => unknown;
  /** In front of our paths. */
  readonly prefix?: string;
  readonly headers?: Record<string, string>;
  readonly decorators?: (ClassDecorator & MethodDecorator)[];
}

/** What came back. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly text: string;
  readonly headers: Headers;
}

/** An application that listens. */
export interface Served {
  readonly get: (path: string) => Promise<Reply>;
  readonly post: (path: string, body: unknown) => Promise<Reply>;
}

/** An application with everything that answers over HTTP. */
export async function served(apps: TestApps, adapter: AbstractHttpAdapter, setting: Setting): Promise<Served> {
  const { providers = [], imports = [], arrange, prefix = '', headers = {}, decorators } = setting;
  const shared = decorators ? { decorators } : {};
  const compiled = await apps.compile({
    options: { templates: [template] },
    providers: [Flaky, Add, ...providers],
    imports: [
      ...imports,
      TaskerRestModule.register({ access: 'public', ...shared }),
      TaskerHealthModule.register({ status: { access: 'public' }, ...shared }),
      TaskerMetricsModule.register({ access: 'public', registry: new Registry(), ...shared }),
    ],
  });
  const app = apps.keep(compiled.createNestApplication(adapter, { forceCloseConnections: true, logger: false }));
  await arrange?.(app);
  await app.listen(0, '127.0.0.1');
  if (adapter.getType() === 'fastify')
    await (app as unknown as NestFastifyApplication).getHttpAdapter().getInstance().ready();
  const { port } = app.getHttpServer().address() as AddressInfo;
  const call = async (method: string, path: string, body?: unknown): Promise<Reply> => {
    const response = await fetch(`http://127.0.0.1:${port}${prefix}${path}`, {
      ...{ method, headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) } },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return { status: response.status, headers: response.headers, text, body: isJson && text ? JSON.parse(text) : text };
  };
  return { get: (path) => call('GET', path), post: (path, body) => call('POST', path, body) };
}

/** Creates a task, follows it to its end and asks everything that answers over HTTP. */
export async function expectEverything({ get, post }: Served): Promise<void> {
  const created = await post('/tasker/tasks', { name: 'order', context: {} });
  expect(created).toMatchObject({ status: 201, body: { taskId: expect.any(String), duplicate: false } });
  const { taskId } = created.body as { taskId: string };
  const waited = await get(`/tasker/tasks/${taskId}/wait?timeoutMs=20000`);
  expect(waited).toMatchObject({ status: 200, body: { finished: true, task: { id: taskId, state: 'complete' } } });
  for (let time = 0; time < 2; time++) {
    expect(await get(`/tasker/tasks/${taskId}/explain`)).toMatchObject({
      status: 200,
      body: { context: { taskId } },
    });
  }
  const tagged = await get(`/tasker/tasks/${taskId}`);
  expect(tagged.headers.get('etag')).toMatch(/^"/);
  expect(await get('/tasker/tasks/999999')).toMatchObject({ status: 404, body: { errorCode: 'TSK_TASK_NOT_FOUND' } });
  expect(await post(`/tasker/tasks/${taskId}/cancel`, {})).toMatchObject({ status: 409 });
  expect(await get('/tasker/health/live')).toMatchObject({ status: 200, body: { status: 'ok', alive: true } });
  expect(await get('/tasker/health/ready')).toMatchObject({ status: 200, body: { status: 'ok' } });
  expect(await get('/tasker/health/status')).toMatchObject({ status: 200, body: { healthy: expect.any(Boolean) } });
  const metrics = await get('/metrics');
  expect(metrics.status).toBe(200);
  expect(metrics.headers.get('content-type')).toContain('text/plain');
  expect(metrics.text).toMatch(/^# HELP tasker_/m);
}
