import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { INestApplication } from '@nestjs/common';
import { TaskerService } from '@tasker/nestjs';
import { from, TestApps } from '../module/support/boot-app';
import {
  headerPolicy,
  PLATFORMS,
  restApp,
  stalledBody,
  type CallParts,
  type RestAnswer,
  type RestApp,
} from './support/rest-app';

const apps = new TestApps();
afterEach(() => apps.closeAll());

const MIB = 1_048_576;
const api = { role: 'api' as const };

describe.each(PLATFORMS)('callers who mean harm, on %s', (_platform, adapter) => {
  it('are answered before a byte of their body is read, when nobody knows them', async () => {
    const rest = await restApp(apps, { adapter, options: api });
    // Only the beginning of each body ever comes: whoever waited for the rest would never answer.
    const answers = await Promise.all(
      Array.from({ length: 46 }, () => rest.post('/tasks', stalledBody('['.repeat(1_000)), { caller: null })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    expect(answers[0]?.headers.get('connection')).toBe('close');
  });

  it('keep their connection when there is little to skip', async () => {
    const rest = await restApp(apps, { adapter, options: api });
    const refused = await rest.post('/tasks', { name: 'count' }, { caller: null });
    expect(refused.status).toBe(401);
    expect(refused.headers.get('connection')).not.toBe('close');
  });

  it('cannot make anybody walk what is nested too deep', async () => {
    const rest = await restApp(apps, { adapter, options: api });
    const deep = await rest.post('/tasks', '['.repeat(4 * MIB));
    expect(deep).toMatchObject({ status: 400, body: { message: 'The body is nested deeper than 100 levels.' } });
  });

  it('hold memory for so long and so much of it', async () => {
    const rest = await restApp(apps, {
      ...{ adapter, options: api },
      rest: { limits: { bodyBytes: 100_000, bodyBytesInFlight: 150_000, bodyMs: 2_000 } },
    });
    const ann = send(rest, 'ann', 90_000);
    await until(() => rest.post('/tasks', 'x'.repeat(90_000), { caller: 'ann' }), 503);
    // Not one caller's share alone, but what there is for all.
    expect((await rest.post('/tasks', 'x'.repeat(70_000), { caller: 'bob' })).status).toBe(503);
    expect((await rest.post('/tasks', 'x'.repeat(50_000), { caller: 'bob' })).status).toBe(400);
    const answer = await ann.answer;
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer.toLowerCase()).toContain('connection: close');
    expect((await rest.post('/tasks', 'x'.repeat(90_000), { caller: 'ann' })).status).toBe(400);
  });

  it('take their answers in time, or lose the connection with everything that waits on it', async () => {
    const rest = await restApp(apps, { ...{ adapter, options: api }, rest: { limits: { answerMs: 300 } } });
    const { body } = await rest.post('/tasks', { name: 'stuck', context: { text: 'x'.repeat(900_000) } });
    const server = rest.app.getHttpServer() as Server;
    const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
    const { hostname, port } = new URL(rest.base);
    const socket = connect(Number(port), hostname).pause();
    // More than the buffers of two sockets hold, so that the last ones never leave.
    socket.write(`GET /tasker/tasks/${body.taskId} HTTP/1.1\r\nHost: x\r\nX-Caller: ann\r\n\r\n`.repeat(40));
    await once(await accepted, 'close');
    socket.destroy();
    expect((await rest.get('/handlers', { caller: 'ann' })).status).toBe(200);
  });

  it('cannot wear out the places of requests by hanging up while something asynchronous stands in front', async () => {
    let held: (() => void)[] = [];
    const rest = await restApp(apps, {
      ...{ adapter, options: api, rest: { limits: { maxInFlight: 4, maxInFlightPerCaller: 4 } } },
      arrange: (app) => inFront(app, (next) => held.push(next)),
    });
    const callers = Array.from({ length: 20 }, () => send(rest, 'ann', 0));
    while (held.length < 20) await new Promise(setImmediate);
    callers.forEach(({ socket }) => socket.destroy());
    await Promise.all(callers.map(({ answer }) => answer));
    await new Promise(setImmediate);
    const late = held;
    held = [];
    late.forEach((next) => next());
    const after = rest.get('/handlers');
    while (held.length < 1) await new Promise(setImmediate);
    held.forEach((next) => next());
    expect((await after).status).toBe(200);
  });

  it('have a share: one caller cannot have every place, and waits take none', async () => {
    const rest = await restApp(apps, {
      ...{ adapter, options: api },
      rest: { limits: { maxInFlight: 2, maxInFlightPerCaller: 1, maxWaits: 2, maxWaitsPerCaller: 1, bodyMs: 600_000 } },
    });
    const { body } = await rest.post('/tasks', { name: 'stuck' });
    const waited = jest.spyOn(from(rest.app, TaskerService), 'waitFor');
    const going = new AbortController();
    const wait = (caller: string, more: CallParts = {}): Promise<RestAnswer> =>
      rest.get(`/tasks/${body.taskId}/wait?timeoutMs=60000`, { caller, ...more });
    const waits: Promise<unknown>[] = [];
    for (const caller of ['ann', 'bob']) {
      waits.push(wait(caller, { signal: going.signal }).catch(() => undefined));
      while (waited.mock.calls.length < waits.length) await new Promise(setImmediate);
    }
    try {
      expect((await wait('ann')).body.message).toContain('2 requests wait');
      // However many wait, whoever works has the places of those who work.
      expect((await rest.get('/handlers', { caller: 'ann' })).status).toBe(200);
      const stalled = send(rest, 'ann', 10);
      const refused = await until(() => rest.get('/handlers', { caller: 'ann' }), 503);
      expect(refused.body.message).toContain('for this caller, which is its share');
      expect(refused.headers.get('retry-after')).toBe('1');
      expect((await rest.get('/handlers', { caller: 'bob' })).status).toBe(200);
      stalled.socket.destroy();
      await until(() => rest.get('/handlers', { caller: 'ann' }), 200);
    } finally {
      going.abort();
      await Promise.all(waits);
    }
    await until(() => rest.get(`/tasks/${body.taskId}/wait?timeoutMs=0`, { caller: 'ann' }), 200);
  });
});

describe('the policy of a host', () => {
  it('is asked once for a request, whatever its body', async () => {
    let asked = 0;
    const access = {
      ...headerPolicy,
      authenticate: (...given: Parameters<typeof headerPolicy.authenticate>) => (
        asked++,
        headerPolicy.authenticate(...given)
      ),
    };
    const rest = await restApp(apps, { options: api, rest: { access } });
    expect((await rest.post('/tasks', { name: 'count' })).status).toBe(201);
    expect(asked).toBe(1);
  });
});

/** Begins a body of 200,000 bytes and sends so many of them. */
function send(
  { base }: RestApp,
  caller: string,
  bytes: number,
): { readonly socket: Socket; readonly answer: Promise<string> } {
  const { hostname, port } = new URL(base);
  const socket = connect(Number(port), hostname);
  const head = `POST /tasker/tasks HTTP/1.1\r\nHost: x\r\nX-Caller: ${caller}\r\nContent-Type: application/json\r\n`;
  socket.write(`${head}Content-Length: 99999\r\n\r\n${'x'.repeat(bytes)}`);
  const answer = new Promise<string>((resolve) => {
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    socket.once('error', () => undefined).once('close', () => resolve(text));
  });
  return { socket, answer };
}

/** Until it is answered so. */
async function until(call: () => Promise<RestAnswer>, status: number): Promise<RestAnswer> {
  for (;;) {
    const answer = await call();
    if (answer.status === status) return answer;
  }
}

/** Something asynchronous in front of everything, as the session of a host is. */
function inFront(app: INestApplication, wait: (next: () => void) => void): void {
  app.use((_request: unknown, _response: unknown, next: () => void) => wait(next));
}
