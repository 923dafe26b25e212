import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isPermanentError, isRetryableError, type StepContext, type StepScope } from '@tasker/core';
import { runInStepScope } from '../logging/step-scope';
import type { ApiRequest } from './api-request';
import { ApiStepHandler } from './api-step-handler';

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

let server: Server;
let base: string;
let answer: Answer;

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => answer(request, response, body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

class FromConfig extends ApiStepHandler {}

class Custom extends ApiStepHandler {
  constructor(private readonly made: ApiRequest) {
    super();
  }

  protected override request(): ApiRequest {
    return this.made;
  }
}

describe('ApiStepHandler', () => {
  it('sends what handler_config describes and results in the parsed body', async () => {
    answer = (request, response) =>
      json(response, 200, { url: request.url, method: request.method, x: request.headers['x-a'] });
    const config = {
      url: `${base}/items?page=1`,
      headers: { 'x-a': 'b' },
      params: { q: 'two words', tag: ['a', 'b'], none: null },
    };
    await expect(new FromConfig().process(step({ config }))).resolves.toEqual({
      url: '/items?page=1&q=two+words&tag=a&tag=b',
      method: 'GET',
      x: 'b',
    });
  });

  it('posts a body as JSON', async () => {
    answer = (request, response, body) =>
      json(response, 201, { type: request.headers['content-type'], method: request.method, body });
    await expect(new Custom({ url: base, body: { amount: 5 } }).process(step())).resolves.toEqual({
      type: 'application/json',
      method: 'POST',
      body: '{"amount":5}',
    });
  });

  it('sends bytes and texts as they are', async () => {
    answer = (_request, response, body) => json(response, 200, body);
    await expect(new Custom({ url: base, body: 'a=b' }).process(step())).resolves.toBe('a=b');
    await expect(new Custom({ url: base, body: Buffer.from('xyz') }).process(step())).resolves.toBe('xyz');
  });

  it('carries correlation id, idempotency key and trace', async () => {
    answer = (request, response) => json(response, 200, request.headers);
    const scope = { traceParent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' } as StepScope;
    const headers = await runInStepScope(scope, () => new Custom({ url: base }).process(step()));
    expect(headers).toMatchObject({
      'x-correlation-id': 'corr-1',
      'idempotency-key': '7:call',
      traceparent: scope.traceParent,
      accept: 'application/json',
    });
  });

  it('lets the request have the last word on headers', async () => {
    answer = (request, response) => json(response, 200, request.headers);
    const headers = await new Custom({ url: base, headers: { 'Idempotency-Key': 'mine' } }).process(step());
    expect(headers).toMatchObject({ 'idempotency-key': 'mine' });
  });

  it.each([
    ['text/plain', 'hello', 'hello'],
    ['application/problem+json', '{"a":1}', { a: 1 }],
    ['application/json', 'not json', 'not json'],
    ['application/json', '', null],
  ])('reads %s %p', async (type, sent, expected) => {
    answer = (_request, response) => response.writeHead(200, { 'content-type': type }).end(sent);
    await expect(new Custom({ url: base }).process(step())).resolves.toEqual(expected);
  });

  it('lets a subclass shape the result', async () => {
    class Shaped extends FromConfig {
      protected override handleResponse(_step: unknown, response: { status: number; body: unknown }): unknown {
        return { status: response.status, body: response.body };
      }
    }
    answer = (_request, response) => json(response, 202, 'later');
    await expect(new Shaped().process(step({ config: { url: base } }))).resolves.toEqual({
      status: 202,
      body: 'later',
    });
  });

  it.each([400, 401, 403, 404, 422])('takes %i for permanent', async (status) => {
    answer = (_request, response) => json(response, status, { reason: 'no' });
    const error = await failure(new Custom({ url: base }).process(step()));
    expect(isPermanentError(error)).toBe(true);
    expect(error).toMatchObject({ code: `HTTP_${status}`, context: { status, body: { reason: 'no' } } });
  });

  it.each([301, 409, 418, 429, 500, 502, 503])('takes %i for retryable', async (status) => {
    answer = (_request, response) => response.writeHead(status, { location: '/elsewhere' }).end();
    const error = await failure(new Custom({ url: base }).process(step()));
    expect(isRetryableError(error)).toBe(true);
    expect(error).toMatchObject({ code: `HTTP_${status}`, retryAfterMs: undefined });
  });

  it.each([
    [429, 7_000],
    [503, 7_000],
    [500, undefined],
  ])('waits after %i as Retry-After says: %p', async (status, expected) => {
    answer = (_request, response) => response.writeHead(status, { 'retry-after': '7' }).end();
    await expect(failure(new Custom({ url: base }).process(step()))).resolves.toMatchObject({ retryAfterMs: expected });
  });

  it('cuts a long body that it keeps with the error', async () => {
    answer = (_request, response) => response.writeHead(500, { 'content-type': 'text/plain' }).end('x'.repeat(5_000));
    const error = (await failure(new Custom({ url: base }).process(step()))) as { context: { body: string } };
    expect(error.context.body).toHaveLength(2_001);
  });

  it('takes a refused connection for retryable and keeps its code', async () => {
    const error = await failure(new Custom({ url: 'http://127.0.0.1:1' }).process(step()));
    expect(isRetryableError(error)).toBe(true);
    expect(error).toMatchObject({ message: expect.stringContaining('GET http://127.0.0.1:1/ failed') });
  });

  it('takes a connection cut in the middle of the body for retryable', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => response.destroy());
    };
    expect(isRetryableError(await failure(new Custom({ url: base }).process(step())))).toBe(true);
  });

  it('takes a timeout that is longer than any timer of Node', async () => {
    answer = (_request, response) => json(response, 200, 'in time');
    await expect(new Custom({ url: base, timeoutMs: 2 ** 40 }).process(step())).resolves.toBe('in time');
  });

  it.each([0, -1, 0.5, Infinity, NaN])('refuses %d as a timeout', async (timeoutMs) => {
    const error = await failure(new Custom({ url: base, timeoutMs }).process(step()));
    expect(isPermanentError(error)).toBe(true);
    expect(error).toMatchObject({ code: 'API_REQUEST_INVALID', message: expect.stringContaining(String(timeoutMs)) });
  });

  it('gives up after the timeout of the request', async () => {
    answer = () => undefined;
    const error = await failure(new Custom({ url: base, timeoutMs: 20 }).process(step()));
    expect(isRetryableError(error)).toBe(true);
    expect(error).toMatchObject({ code: 'HTTP_TIMEOUT' });
  });

  it('goes through the dispatcher it is given: a proxy, or an agent with certificates', async () => {
    const seen: unknown[] = [];
    const dispatcher = {
      dispatch({ origin, path }: { origin: unknown; path: string }): boolean {
        seen.push([String(origin), path]);
        throw new Error('the proxy refuses');
      },
    };
    const error = await failure(new Custom({ url: 'http://somewhere.invalid/pay', dispatcher }).process(step()));
    expect(seen).toEqual([['http://somewhere.invalid', '/pay']]);
    expect(isRetryableError(error)).toBe(true);
  });

  it('stops when the step is aborted', async () => {
    const controller = new AbortController();
    answer = () => controller.abort(new Error('worker stops'));
    const error = await failure(new Custom({ url: base }).process(step({ signal: controller.signal })));
    expect(error).toMatchObject({ message: expect.stringContaining('worker stops') });
  });

  it('keeps the query, where keys hide, out of its errors', async () => {
    answer = (_request, response) => response.writeHead(500).end();
    const error = await failure(new Custom({ url: `${base}/pay`, query: { api_key: 'hunter2' } }).process(step()));
    expect(error).toMatchObject({ message: `GET ${base}/pay answered 500.` });
    expect(JSON.stringify(error)).not.toContain('hunter2');
  });

  it.each<[string, ApiRequest]>([
    ['a GET with a body', { url: 'http://localhost', method: 'GET', body: {} }],
    ['a header with a line break', { url: 'http://localhost', headers: { a: 'b\nc' } }],
    ['a body that is no JSON', { url: 'http://localhost', body: { big: 1n } }],
  ])('refuses %s for good', async (_what, request) => {
    const error = await failure(new Custom(request).process(step()));
    expect(isPermanentError(error)).toBe(true);
    expect(error).toMatchObject({ code: 'API_REQUEST_INVALID' });
  });

  it.each([[{}], [{ url: '/relative' }], [{ url: 'ftp://host/file' }]])(
    'refuses the configuration %p for good',
    async (config) => {
      const error = await failure(new FromConfig().process(step({ config })));
      expect(isPermanentError(error)).toBe(true);
      expect(error).toMatchObject({ code: 'API_REQUEST_INVALID' });
    },
  );
});

function step(over: Partial<StepContext> = {}): StepContext {
  const task = {
    id: '7',
    namespace: 'default',
    name: 't',
    version: '1.0.0',
    context: {},
    correlationId: 'corr-1',
    priority: 0,
  };
  const made = { task, name: 'call', idempotencyKey: '7:call', config: {}, signal: new AbortController().signal };
  return { ...made, ...over } as unknown as StepContext;
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}

const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    (value) => Promise.reject(new Error(`expected a failure, got ${JSON.stringify(value)}`)),
    (error: unknown) => error,
  );
