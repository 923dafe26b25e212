import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { within } from '../support/gate';
import { testDatabase, type TestDatabase } from '../support/database';
import type { LoggingSetup } from './support/logging-program';

type Line = Readonly<Record<string, unknown>> & { readonly msg: string };

/** A process of the shop and the lines it has logged. */
class LoggingProcess {
  readonly lines: Line[] = [];
  private url = '';
  private readonly waiting = new Set<() => void>();
  private errors = '';

  private constructor(private readonly child: ChildProcess) {
    child.stderr?.on('data', (text: Buffer) => (this.errors += String(text)));
    createInterface({ input: child.stdout! }).on('line', (text) => {
      this.lines.push(JSON.parse(text) as Line);
      this.waiting.forEach((look) => look());
    });
  }

  static async start(setup: LoggingSetup): Promise<LoggingProcess> {
    const child = fork(join(__dirname, 'support/logging-program.ts'), [JSON.stringify(setup)], {
      execArgv: ['--require', join(__dirname, 'support/sources.cjs')],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const started = new LoggingProcess(child);
    const first = await Promise.race([once(child, 'message'), once(child, 'exit').then(() => null)]);
    if (!first) throw new Error(`The process has not started: ${started.errors}`);
    started.url = (first[0] as { url: string }).url;
    return started;
  }

  post(path: string, body: object, headers: Record<string, string>): Promise<Response> {
    const all = { 'content-type': 'application/json', ...headers };
    return fetch(`${this.url}${path}`, { method: 'POST', headers: all, body: JSON.stringify(body) });
  }

  async line(matches: (line: Line) => boolean): Promise<Line> {
    const found = new Promise<Line>((resolve) => {
      const look = (): void => {
        const line = this.lines.find(matches);
        if (!line) return;
        this.waiting.delete(look);
        resolve(line);
      };
      this.waiting.add(look);
      look();
    });
    return within(20_000, `a line among:\n${this.lines.map((line) => JSON.stringify(line)).join('\n')}`, found);
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
  }
}

let database: TestDatabase;
let api: LoggingProcess;
let worker: LoggingProcess;

beforeAll(async () => {
  database = await testDatabase();
  [api, worker] = (await Promise.all(
    (['api', 'worker'] as const).map((role) => LoggingProcess.start({ url: database.url, role })),
  )) as [LoggingProcess, LoggingProcess];
}, 60_000);

afterAll(async () => {
  await Promise.all([api?.stop(), worker?.stop()]);
  await database?.drop();
}, 60_000);

const has = (correlationId: string, msg: string) => (line: Line) =>
  line.msg === msg && line['correlationId'] === correlationId;

describe('the correlation id of a request', () => {
  it('goes from its header to the last line of a handler in another process, and back in the response', async () => {
    const response = await api.post('/orders/order', {}, { 'x-correlation-id': 'corr-42' });
    expect(response.status).toBe(201);
    expect(response.headers.get('x-correlation-id')).toBe('corr-42');
    const { taskId } = (await response.json()) as { taskId: string };
    expect(await api.line(has('corr-42', 'An order came in.'))).toMatchObject({ component: 'Orders' });
    await api.line(has('corr-42', 'request completed'));
    // A service that knows nothing of tasks, the handler's own logger, Tasker itself, and a task the handler has made.
    expect(await worker.line(has('corr-42', 'Charging a card.'))).toMatchObject({
      ...{ taskId, task: 'order', step: 'charge', attempt: 1, component: 'Cards' },
    });
    expect(await worker.line(has('corr-42', 'Charged.'))).toMatchObject({ taskId, step: 'charge' });
    await worker.line(has('corr-42', `Task order ${taskId} completed.`));
    expect(await worker.line(has('corr-42', 'The last line.'))).toMatchObject({ task: 'receipt', step: 'print' });
  });

  it('is taken from x-request-id as well, and made where there is none', async () => {
    const sent = await api.post('/orders/order', {}, { 'x-request-id': 'req-7' });
    expect(sent.headers.get('x-correlation-id')).toBe('req-7');
    await worker.line(has('req-7', 'Charged.'));
    const made = (await api.post('/orders/order', {}, {})).headers.get('x-correlation-id') ?? '';
    expect(made).toMatch(/^[0-9a-f-]{36}$/);
    await worker.line(has(made, 'Charged.'));
  });
});

describe('secrets', () => {
  it('are in no line of any process', async () => {
    const headers = {
      ...{ 'x-correlation-id': 'corr-secret', authorization: 'Bearer sesame-1' },
      ...{ 'x-api-key': 'sesame-2', cookie: 'session=sesame-3' },
    };
    const body = { card: { number: 'sesame-4', holder: 'Ada' }, password: 'sesame-5' };
    await api.post('/orders/order', body, headers);
    const completed = await api.line(has('corr-secret', 'request completed'));
    expect((completed['req'] as { headers: Record<string, string> }).headers).toMatchObject({
      ...{ authorization: '[redacted]', 'x-api-key': '[redacted]', cookie: '[redacted]' },
    });
    const charging = await worker.line(has('corr-secret', 'Charging a card.'));
    expect(charging['taskContext']).toEqual({ card: { number: '[redacted]', holder: 'Ada' } });
    const placed = await api.line(has('corr-secret', 'An order came in.'));
    expect(placed['body']).toEqual({ card: { number: '[redacted]', holder: 'Ada' }, password: '[redacted]' });
    expect(JSON.stringify([...api.lines, ...worker.lines])).not.toContain('sesame');
  });
});
