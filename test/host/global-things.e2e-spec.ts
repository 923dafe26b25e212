import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import {
  Catch,
  HttpException,
  Injectable,
  RequestMethod,
  SetMetadata,
  UnauthorizedException,
  VersioningType,
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext,
  type INestApplication,
  type NestInterceptor,
  type PipeTransform,
  type Provider,
} from '@nestjs/common';
import {
  APP_FILTER,
  APP_GUARD,
  APP_INTERCEPTOR,
  APP_PIPE,
  HttpAdapterHost,
  Reflector,
  type AbstractHttpAdapter,
} from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { RetryableError, StepHandler, type StepContext } from '@tasker/nestjs';
import { Registry } from 'prom-client';
import { map, of, type Observable } from 'rxjs';
import { TaskerHealthModule } from '../../src/health';
import { TaskerMetricsModule } from '../../src/metrics';
import { TaskerRestModule } from '../../src/rest';
import { PLATFORMS } from '../rest/support/rest-app';
import { TestApps } from '../module/support/boot-app';

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

const Public = (): ReturnType<typeof SetMetadata> => SetMetadata('isPublic', true);

/** What a host has set for all of its routes. */
interface Setting {
  readonly providers?: Provider[];
  readonly arrange?: (app: INestApplication) => void;
  /** In front of our paths. */
  readonly prefix?: string;
  readonly headers?: Record<string, string>;
  readonly decorators?: ReturnType<typeof Public>[];
}

/** Wraps every answer, as those do that promise `{ data }` everywhere. */
@Injectable()
class Wrapping implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((data: unknown) => ({ success: true, data })));
  }
}

/** As class-serializer with `excludeExtraneousValues`: nothing is exposed, so nothing is left. */
@Injectable()
class Serializing implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((data: unknown) => (typeof data === 'object' ? {} : data)));
  }
}

/** Answers a repeated GET from its memory. */
@Injectable()
class Caching implements NestInterceptor {
  private readonly known = new Map<string, unknown>();
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { method, url } = context.switchToHttp().getRequest<{ method: string; url: string }>();
    if (method !== 'GET' || !url.includes('explain')) return next.handle();
    const known = this.known.get(url);
    if (known !== undefined) return of(known);
    return next.handle().pipe(map((body: unknown) => (this.known.set(url, body), body)));
  }
}

/** Lets in who says so, and what is marked as public. */
@Injectable()
class Closed implements CanActivate {
  constructor(private readonly reflector: Reflector) {}
  canActivate(context: ExecutionContext): boolean {
    if (this.reflector.get<boolean | undefined>('isPublic', context.getHandler())) return true;
    throw new UnauthorizedException();
  }
}

/** Trims texts and refuses what is not declared, as validating pipes do with bodies. */
@Injectable()
class Strict implements PipeTransform {
  transform(value: unknown, { type, metatype }: { type: string; metatype?: unknown }): unknown {
    if (type !== 'custom') throw new TypeError(`a ${type} of ${String(metatype)} is not declared`);
    return value;
  }
}

/** Every error is a 200 that says so. */
@Catch()
class Swallowing implements ExceptionFilter {
  constructor(private readonly adapterHost: HttpAdapterHost) {}
  catch(error: unknown, host: ArgumentsHost): void {
    const status = error instanceof HttpException ? error.getStatus() : 500;
    this.adapterHost.httpAdapter.reply(host.switchToHttp().getResponse(), { success: false, status }, 200);
  }
}

interface RawResponse {
  end(chunk?: unknown): unknown;
  setHeader(name: string, value: string | number): unknown;
}

/** As helmet: headers for every answer. */
const protecting = (_request: unknown, response: RawResponse, next: () => void): void => {
  response.setHeader('content-security-policy', "default-src 'self'");
  next();
};

/** As compression: takes hold of how an answer ends. */
const compressing = (_request: unknown, response: RawResponse, next: () => void): void => {
  const end = response.end.bind(response);
  response.end = (chunk) => {
    if (typeof chunk !== 'string' && !Buffer.isBuffer(chunk)) return end(chunk);
    const zipped = gzipSync(chunk);
    response.setHeader('content-encoding', 'gzip');
    response.setHeader('content-length', zipped.length);
    return end(zipped);
  };
  next();
};

const isExpress = (app: INestApplication): boolean => app.getHttpAdapter().getType() === 'express';

const versioned =
  (options: Parameters<INestApplication['enableVersioning']>[0]) =>
  (app: INestApplication): void =>
    void app.enableVersioning(options);

const SETTINGS: [string, Setting][] = [
  ['nothing', {}],
  ['a global prefix', { arrange: (app) => app.setGlobalPrefix('v1/api'), prefix: '/v1/api' }],
  [
    'a global prefix with exceptions',
    {
      arrange: (app) => app.setGlobalPrefix('api', { exclude: [{ path: 'x', method: RequestMethod.GET }] }),
      prefix: '/api',
    },
  ],
  ['versions in the path, with a default', { arrange: versioned({ type: VersioningType.URI, defaultVersion: '1' }) }],
  [
    'versions in a header, with a default',
    { arrange: versioned({ type: VersioningType.HEADER, header: 'x-version', defaultVersion: '2' }) },
  ],
  [
    'versions in the media type, with a default',
    { arrange: versioned({ type: VersioningType.MEDIA_TYPE, key: 'v=', defaultVersion: '2' }) },
  ],
  ['an interceptor that wraps answers', { providers: [{ provide: APP_INTERCEPTOR, useClass: Wrapping }] }],
  ['an interceptor that serialises classes', { providers: [{ provide: APP_INTERCEPTOR, useClass: Serializing }] }],
  ['an interceptor that caches', { providers: [{ provide: APP_INTERCEPTOR, useClass: Caching }] }],
  ['a guard', { providers: [{ provide: APP_GUARD, useClass: Closed }], decorators: [Public()] }],
  ['a pipe', { providers: [{ provide: APP_PIPE, useClass: Strict }] }],
  ['a filter', { providers: [{ provide: APP_FILTER, useClass: Swallowing }] }],
  ['headers from a middleware', { arrange: (app) => void app.use(protecting) }],
  // Fastify has written the head by then; there compression is a plugin.
  ['compression', { arrange: (app) => void (isExpress(app) && app.use(compressing)) }],
  [
    'CORS',
    {
      arrange: (app) => app.enableCors({ origin: 'https://shop.example' }),
      headers: { origin: 'https://shop.example' },
    },
  ],
];

const apps = new TestApps();
afterEach(() => apps.closeAll());

type Get = (path: string) => Promise<{ status: number; body: unknown; text: string; headers: Headers }>;

/** An application with everything that answers over HTTP. */
async function served(
  adapter: AbstractHttpAdapter,
  setting: Setting,
): Promise<{ get: Get; post: (path: string, body: unknown) => ReturnType<Get> }> {
  const { providers = [], arrange, prefix = '', headers = {}, decorators } = setting;
  const shared = decorators ? { decorators } : {};
  const compiled = await apps.compile({
    options: { templates: [template] },
    providers: [Flaky, Add, ...providers],
    imports: [
      TaskerRestModule.register({ access: 'public', ...shared }),
      TaskerHealthModule.register({ status: { access: 'public' }, ...shared }),
      TaskerMetricsModule.register({ access: 'public', registry: new Registry(), ...shared }),
    ],
  });
  const app = apps.keep(compiled.createNestApplication(adapter, { forceCloseConnections: true, logger: false }));
  arrange?.(app);
  await app.listen(0, '127.0.0.1');
  if (adapter.getType() === 'fastify')
    await (app as unknown as NestFastifyApplication).getHttpAdapter().getInstance().ready();
  const { port } = app.getHttpServer().address() as AddressInfo;
  const call = async (method: string, path: string, body?: unknown): ReturnType<Get> => {
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

describe.each(PLATFORMS)('on %s, whatever the host has set for all its routes', (_platform, adapter) => {
  it.each(SETTINGS)('with %s everything is where it is, and answers as it does', async (_what, setting) => {
    const { get, post } = await served(adapter(), setting);
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
  });
});
