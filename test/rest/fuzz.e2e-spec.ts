import { Agent, request } from 'node:http';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { StepPause } from '@tasker/nestjs';
import { TestApps } from '../module/support/boot-app';
import { seededRandom, SEED } from '../support/seeded-random';
import { Contract } from './support/contract';
import { HostileRequests, type HostileRequest } from './support/hostile';
import { ended, restApp, type RestAnswer, type RestApp } from './support/rest-app';

const PER_OPERATION = Number(process.env['TEST_FUZZ'] ?? 25);

/** Fastify itself answers parameters of more than 100 characters, before anything is routed, unless it is told otherwise. */
const PLATFORMS = [
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter({ routerOptions: { maxParamLength: 50_000 } })],
] as const;

const apps = new TestApps();
const agent = new Agent({ keepAlive: true, maxSockets: 8 });
afterAll(() => agent.destroy());

describe.each(PLATFORMS)(`hostile requests on %s, seed ${SEED}`, (_platform, adapter) => {
  let rest: RestApp;
  let contract: Contract;
  let known: Record<string, string>;

  beforeAll(async () => {
    rest = await restApp(apps, { adapter, rest: { limits: { waitMs: 20, bodyBytes: 200_000 } } });
    contract = new Contract(rest.document, '/tasker');
    // The second, so that its id is not the worker's: a sound request to drain that one would be no fault.
    await rest.post('/tasks', { name: 'order' });
    const { body } = await rest.post('/tasks', { name: 'order' });
    await ended(rest, body.taskId);
    known = { id: body.taskId, taskId: body.taskId, step: 'b', namespace: 'default', name: 'order' };
  });
  afterAll(() => apps.closeAll());

  it(`are answered as documented, never with a fault of ours: ${PER_OPERATION} for every operation`, async () => {
    const hostile = new HostileRequests(seededRandom(SEED), known, (schema) => contract.plain(schema));
    const faults: string[] = [];
    let refused = 0;
    for (const operation of contract.operations) {
      const sent = Array.from({ length: PER_OPERATION }, () => hostile.make(operation));
      const answers = await Promise.all(sent.map((one) => send(rest, one)));
      answers.forEach((answer, index) => {
        if (answer.status >= 400) refused++;
        const wrong = answer.status >= 500 ? [`status ${answer.status}`] : contract.breaches(operation, answer);
        faults.push(...wrong.map((fault) => `${fault} for ${shown(sent[index] as HostileRequest)}`));
      });
    }
    expect(faults).toEqual([]);
    // What is hostile here may be a sound text there; but most of it is refused.
    expect(refused).toBeGreaterThan((contract.operations.length * PER_OPERATION) / 3);
  }, 120_000);

  it('leave the engine as it was', async () => {
    // A sound request among them may have paused a step.
    const { body: found } = await rest.get('/paused_steps');
    for (const { namespace, name, step, version } of found.pausedSteps as StepPause[]) {
      const query = version === null ? '' : `?version=${version}`;
      await rest.call('DELETE', `/handlers/${namespace}/${name}/steps/${step}/pause${query}`);
    }
    const { status, body } = await rest.post('/tasks', { name: 'order', context: { amount: 1 } });
    expect(status).toBe(201);
    await expect(ended(rest, body.taskId)).resolves.toMatchObject({ state: 'complete' });
  });
});

/** Below `fetch`, which would tidy paths and headers up. */
function send({ base }: RestApp, { method, path, headers, body }: HostileRequest): Promise<RestAnswer> {
  const url = new URL(base);
  return new Promise((resolve, reject) => {
    const options = { agent, method, host: url.hostname, port: url.port, path: `${url.pathname}${path}` };
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const sent = request({ ...options, headers: { 'x-caller': 'ada', ...headers, ...length } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        const entries = Object.entries(response.headers).map(
          ([name, value]) => [name, String(value)] as [string, string],
        );
        resolve({ status: response.statusCode ?? 0, headers: new Headers(entries), body: parsed(text) });
      });
    });
    sent.on('error', reject).end(body);
  });
}

function parsed(text: string): unknown {
  try {
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return text;
  }
}

const shown = ({ method, path, headers, body = '' }: HostileRequest): string =>
  `${method} ${path.slice(0, 300)} ${JSON.stringify(headers).slice(0, 200)} ${body.slice(0, 300)}`;
