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
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE, HttpAdapterHost, Reflector } from '@nestjs/core';
import { map, of, type Observable } from 'rxjs';
import { PLATFORMS } from '../rest/support/rest-app';
import { TestApps } from '../module/support/boot-app';
import { expectEverything, served, type Setting } from './support/served';

const Public = (): ReturnType<typeof SetMetadata> => SetMetadata('isPublic', true);

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

describe.each(PLATFORMS)('on %s, whatever the host has set for all its routes', (_platform, adapter) => {
  it.each(SETTINGS)('with %s everything is where it is, and answers as it does', async (_what, setting) => {
    await expectEverything(await served(apps, adapter(), setting));
  });
});
