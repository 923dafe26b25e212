import { type AddressInfo } from 'node:net';
import type { INestApplication } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { PermanentError, StepHandler, type StepContext } from '@tasker/nestjs';
import type { AccessPolicy, Principal } from '@tasker/nestjs/access';
import { TaskerRestModule, type TaskerRestExtras, type TaskerRestOptions } from '../../../src/rest';
import { oneStep, TestApps, type TestAppParts } from '../../module/support/boot-app';

/** Both platforms, as Jest's tables want them. */
export const PLATFORMS: [string, () => AbstractHttpAdapter][] = [
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter()],
];

const PERMISSIONS_OF: Readonly<Record<string, readonly string[]>> = {
  reader: ['tasker.*:index', 'tasker.*:show'],
  nobody: [],
  bulker: ['tasker.task:bulk'],
};

/** Who calls is what the header `x-caller` says: `name`, or `name@namespace`. */
export const headerPolicy: AccessPolicy = {
  authenticate: (request) => {
    const name = (request as { headers: Record<string, string | undefined> }).headers['x-caller'];
    if (name === undefined) return Promise.resolve(null);
    const [id = '', namespace] = name.split('@');
    const permissions = PERMISSIONS_OF[id] ?? ['*'];
    const principal: Principal = { id, permissions, namespaces: namespace === undefined ? '*' : [namespace] };
    return Promise.resolve(principal);
  },
};

@StepHandler('count')
export class Count {
  process({ parents }: StepContext): number {
    return Object.values(parents).reduce<number>((sum, value) => sum + Number(value), 1);
  }
}

@StepHandler('refuse')
export class Refuse {
  process(): never {
    throw new PermanentError('the card was refused', { code: 'CARD_REFUSED' });
  }
}

/**
 * Templates: `order` (a diamond), `failing` (a step that fails, and one after it), `count` (one step), `stuck` (two
 * steps in a queue that nobody serves), `asking` (an approval).
 */
export const TEMPLATES = [
  {
    ...{ name: 'order', version: '1.0.0', description: 'A diamond.' },
    contextSchema: {
      type: 'object',
      properties: { amount: { type: 'integer', minimum: 0 }, note: { type: 'string', default: 'none' } },
    },
    steps: [
      { name: 'a', handler: 'count', skippable: true },
      { name: 'b', handler: 'count', dependsOn: 'a' },
      { name: 'c', handler: 'count', dependsOn: 'a' },
      { name: 'd', handler: 'count', dependsOn: ['b', 'c'] },
    ],
  },
  {
    ...{ name: 'failing', version: '1.0.0' },
    searchAttributes: [
      { name: 'tier', path: 'customer.tier' },
      { name: 'amount', type: 'number' as const },
    ],
    steps: [
      { name: 'pay', handler: 'refuse' },
      { name: 'ship', handler: 'count', dependsOn: 'pay' },
    ],
  },
  {
    ...{ name: 'stuck', version: '1.0.0' },
    steps: [
      { name: 'x', handler: 'count', queue: 'nowhere', skippable: true },
      { name: 'y', handler: 'count', queue: 'nowhere', dependsOn: 'x' },
    ],
  },
  { name: 'asking', version: '1.0.0', steps: [{ name: 'ask', approval: { title: 'Go on?' } }] },
  oneStep('count'),
  { ...oneStep('count'), version: '1.10.0' },
  { ...oneStep('count'), version: '1.9.0' },
  { ...oneStep('count'), namespace: 'other' },
];

/** How a test wants its application. */
export interface RestParts extends Omit<TestAppParts, 'tasker'> {
  rest?: TaskerRestOptions & TaskerRestExtras;
  adapter?: () => AbstractHttpAdapter;
  url?: string;
  /** Last changes before it listens, such as a global prefix. */
  arrange?: (app: INestApplication) => void;
}

/** An application that listens. */
export interface RestApp {
  readonly app: INestApplication;
  /** Where it listens, with the path of the module. */
  readonly base: string;
  readonly document: OpenAPIObject;
  call(method: string, path: string, more?: CallParts): Promise<RestAnswer>;
  get(path: string, more?: CallParts): Promise<RestAnswer>;
  post(path: string, body?: unknown, more?: CallParts): Promise<RestAnswer>;
}

export interface CallParts {
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  /** Null: nobody. Default `ada`. */
  readonly caller?: string | null;
  readonly signal?: AbortSignal;
}

export interface RestAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Undefined when it is empty. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- every test knows what it has asked for
  readonly body: any;
}

/** Boots an application with the REST module on a database of its own. */
export async function restApp(apps: TestApps, parts: RestParts = {}): Promise<RestApp> {
  const { rest, adapter = () => new ExpressAdapter(), url, arrange, imports = [], providers = [], ...more } = parts;
  const compiled = await apps.compile(
    {
      ...more,
      options: { templates: TEMPLATES, worker: { queues: ['default'] }, ...more.options },
      providers: [Count, Refuse, ...providers],
      imports: [TaskerRestModule.register({ access: headerPolicy, ...rest }), ...imports],
    },
    url,
  );
  const made = adapter();
  const app: INestApplication = apps.keep(compiled.createNestApplication(made, { forceCloseConnections: true }));
  arrange?.(app);
  const document = documentOf(app);
  await app.listen(0, '127.0.0.1');
  if (made.getType() === 'fastify') await (app as NestFastifyApplication).getHttpAdapter().getInstance().ready();
  const { port } = app.getHttpServer().address() as AddressInfo;
  return client(app, `http://127.0.0.1:${port}/${rest?.path ?? 'tasker'}`, document);
}

/** The document as a host makes it. */
export const documentOf = (app: INestApplication): OpenAPIObject =>
  SwaggerModule.createDocument(app, new DocumentBuilder().setTitle('Tasker').addBearerAuth().build());

function client(app: INestApplication, base: string, document: OpenAPIObject): RestApp {
  const call: RestApp['call'] = async (method, path, { body, headers = {}, caller = 'ada', signal } = {}) => {
    const response = await fetch(/^https?:/.test(path) ? path : `${base}${path}`, {
      method,
      headers: {
        ...(caller === null ? {} : { 'x-caller': caller }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...bodyOf(body),
      ...(signal && { signal }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : parsed(text) };
  };
  return {
    ...{ app, base, document, call },
    get: (path, more) => call('GET', path, more),
    post: (path, body, more) => call('POST', path, { body, ...more }),
  };
}

/** A stream is sent as it comes. */
function bodyOf(body: unknown): RequestInit {
  if (body === undefined) return {};
  if (body instanceof ReadableStream) return { body, duplex: 'half' };
  return { body: typeof body === 'string' ? body : JSON.stringify(body) };
}

/** A body that begins and never ends. */
export const stalledBody = (begin = '{'): ReadableStream =>
  new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode(begin)) });

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Waits for the end of a task through the API, which may wait for less long than asked. */
export async function ended({ get }: RestApp, taskId: string): Promise<RestAnswer['body']> {
  const until = performance.now() + 20_000;
  while (performance.now() < until) {
    const { body } = await get(`/tasks/${taskId}/wait?timeoutMs=20000`);
    if (body.finished) return body.task;
  }
  throw new Error(`task ${taskId} has not ended`);
}
