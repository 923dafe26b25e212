import { PERMISSIONS } from '@tasker/core';
import type { AccessPolicy } from '@tasker/nestjs/access';
import { TestApps } from '../module/support/boot-app';
import { Contract } from './support/contract';
import { ContractWorld, THROWAWAY } from './support/contract-world';
import { CALLS } from './support/operation-calls';
import { headerPolicy, restApp, stalledBody, type RestApp } from './support/rest-app';

const apps = new TestApps();
const IDS = Object.keys(CALLS);
/** Of these nothing is named by the path: tests of their own call them with what is not there, or does not fit. */
const ELSEWHERE = ['tasks_create', 'signals_create'];

let contract: Contract;
let world: ContractWorld;
let broken: RestApp;
let saturated: RestApp;
let impatient: RestApp;
/** Lets the one through that the policy keeps. */
let letGo: () => void;

const documents = (id: string, status: number): boolean => String(status) in contract.find(id).operation.responses;
const idsWith = (status: number): string[] => IDS.filter((id) => documents(id, status));

beforeAll(async () => {
  const url = await apps.database();
  const rest = await restApp(apps, {
    ...{ url, options: { limits: { keptSignals: 1 } }, rest: { limits: { bodyBytes: 20_000 } } },
  });
  await restApp(apps, { url, options: { role: 'worker', worker: { queues: ['unused'], name: THROWAWAY } } });
  contract = new Contract(rest.document, '/tasker');
  world = new ContractWorld(rest, contract);
  const access = { authenticate: () => Promise.reject(new Error('a secret from inside')) };
  broken = await restApp(apps, { url, options: { role: 'api' }, rest: { access } });
  const kept = new Promise<void>((resolve) => (letGo = resolve));
  const keeping: AccessPolicy = {
    authenticate: async (request, context) => {
      const principal = await headerPolicy.authenticate(request, context);
      if (principal?.id === 'kept') await kept;
      return principal;
    },
  };
  saturated = await restApp(apps, {
    ...{ url, options: { role: 'api' as const }, rest: { access: keeping, limits: { maxInFlight: 1 } } },
  });
  impatient = await restApp(apps, { url, options: { role: 'api' }, rest: { limits: { bodyMs: 100 } } });
});
afterAll(() => apps.closeAll());

describe('the OpenAPI document', () => {
  it('has every operation that is called below, and no other', () => {
    expect(contract.operations.map(({ id }) => id).sort()).toEqual([...IDS].sort());
  });

  it('says of every operation what it is for, what it takes, what it answers and what it requires', () => {
    const faults = contract.operations.flatMap(({ id, operation }) => {
      const { summary, description = '', parameters = [], responses } = operation;
      const permission = operation['x-permission'] ?? '';
      const unsaid = parameters.filter((parameter) => !parameter.description || !parameter.schema);
      const bodies = Object.values(operation.requestBody?.content ?? {});
      return [
        ...(summary ? [] : ['no summary']),
        ...(Object.hasOwn(PERMISSIONS, permission) && description.includes(permission) ? [] : ['no permission']),
        ...unsaid.map(({ name }) => `the parameter ${name} is not described`),
        ...bodies.filter(({ examples }) => !examples).map(() => 'the body has no example'),
        ...[400, 401, 403, 500, 503].filter((status) => !(status in responses)).map((status) => `no ${status}`),
        ...Object.entries(responses)
          .filter(([, { description: text }]) => !text)
          .map(([status]) => `${status} is not described`),
      ].map((fault) => `${id}: ${fault}`);
    });
    expect(faults).toEqual([]);
  });

  it('has examples of bodies that its own schemas accept', () => {
    const faults = contract.operations.flatMap(({ id, operation }) =>
      Object.values(operation.requestBody?.content ?? {}).flatMap(({ schema, examples = {} }) =>
        Object.entries(examples).flatMap(([name, { value }]) =>
          contract.violations(schema, value).map((fault) => `${id}, ${name}: ${fault}`),
        ),
      ),
    );
    expect(faults).toEqual([]);
  });
});

describe('every operation, on a real database, keeps the document’s word', () => {
  it.each(IDS.map((id) => [id] as const))('%s does what it is for', async (id) => {
    const usual = Math.min(...Object.keys(contract.find(id).operation.responses).map(Number));
    // Creating answers 200 for a duplicate only, which is another test.
    await world.expect(id, id === 'tasks_create' ? 201 : usual);
  });

  it('tasks_create answers a duplicate with 409, or with the existing task', async () => {
    const headers = { 'Idempotency-Key': 'order:7' };
    const made = await world.expect('tasks_create', 201, { headers });
    const refused = await world.expect('tasks_create', 409, { headers });
    expect(refused.body.data).toEqual({ taskId: made.body.taskId });
    const body = { name: 'order', onDuplicate: 'return' };
    const again = await world.expect('tasks_create', 200, { headers, body });
    expect(again.body).toEqual({ taskId: made.body.taskId, duplicate: true });
    await world.expect('tasks_create', 404, { body: { name: 'nothing' } });
  });

  it('signals_create answers for tasks that have ended or are none, and when too many are kept', async () => {
    const body = { name: 'ping', taskId: await world.task('done') };
    await world.expect('signals_create', 409, { body });
    await world.expect('signals_create', 404, { body: { ...body, taskId: '999999999' } });
    const kept = { name: 'ping', key: 'full' };
    const first = await world.expect('signals_create', 202, { body: kept });
    expect(first.body).toEqual({ outcome: 'kept', waits: 0 });
    await world.expect('signals_create', 429, { body: kept });
  });

  it('approvals_decide and approvals_delegate answer 409 to whoever comes second, and 403 to others', async () => {
    const id = await world.approval();
    const decided = await world.rest.post(`/approvals/${id}/decide`, { decision: 'approve' });
    expect(decided.body).toMatchObject({ state: 'approved', actor: 'ada' });
    for (const [verb, body] of [
      ['decide', { decision: 'reject' }] as const,
      ['delegate', { to: ['user:b'] }] as const,
    ]) {
      const second = await world.rest.post(`/approvals/${id}/${verb}`, body);
      expect(world.faults(`approvals_${verb}`, 409, second)).toEqual([]);
      expect(second.body.data).toMatchObject({ approval: { state: 'approved', actor: 'ada' } });
      const other = await world.approval();
      await world.rest.post(`/approvals/${other}/delegate`, { to: ['user:ben'] });
      const foreign = await world.rest.post(`/approvals/${other}/${verb}`, body);
      expect(world.faults(`approvals_${verb}`, 403, foreign)).toEqual([]);
    }
  });

  it('tasks_show answers 304 to whoever has it', async () => {
    const taskId = await world.task('done');
    const show = contract.find('tasks_show');
    const first = await world.rest.get(`/tasks/${taskId}`);
    const headers = { 'If-None-Match': first.headers.get('etag') ?? '' };
    const second = await world.rest.get(`/tasks/${taskId}`, { headers });
    expect(second.status).toBe(304);
    expect(contract.breaches(show, second)).toEqual([]);
  });

  it('answers 401 to nobody', () => expectEach(401, { caller: null }));
  it('answers 403 to who is not allowed', () => expectEach(403, { caller: 'nobody' }));
  it('answers 400 to a parameter it does not know', () => expectEach(400, { query: 'nonsense=1' }));
  it('answers 404 to what does not exist', () => expectEach(404, { nowhere: true }, (id) => !ELSEWHERE.includes(id)));
  it('answers 412 to a decision on an older version', () => expectEach(412, { headers: { 'If-Match': '"v99"' } }));
  it('answers 408 to a body that does not arrive', async () => {
    const faults: string[] = [];
    for (const id of idsWith(408)) {
      faults.push(
        ...world.faults(id, 408, await world.send(contract.find(id), { at: impatient, body: stalledBody() })),
      );
    }
    expect(faults).toEqual([]);
  });
  it('answers 431 to headers that are too large', () =>
    expectEach(431, { headers: { 'x-large': 'x'.repeat(20_000) } }));
  it('answers 413 to a body that is too large', () => expectEach(413, { body: { reason: 'x'.repeat(30_000) } }));
  it('answers 415 to a body that is not JSON', () =>
    expectEach(415, { body: 'name=order', headers: { 'content-type': 'application/x-www-form-urlencoded' } }));
  it('answers 500 to a fault of its own, and keeps it to itself', async () => {
    await expectEach(500, { at: broken });
    expect((await broken.get('/tasks')).body).toMatchObject({
      errorCode: 'TSK_INTERNAL',
      message: expect.not.stringContaining('secret'),
    });
  });

  it('answers 409 where the state of the task does not allow it', async () => {
    const faults: string[] = [];
    for (const id of idsWith(409).filter((one) => !ELSEWHERE.includes(one) && !one.startsWith('approvals'))) {
      const on = CALLS[id]?.refusedOn;
      if (on === undefined) throw new Error(`the table does not say when ${id} is refused`);
      const step = on === 'done' ? 'b' : 'x';
      const body = id === 'tasks_rerun' ? { step } : CALLS[id]?.body;
      faults.push(...world.faults(id, 409, await world.send(contract.find(id), { on, step, body })));
    }
    expect(faults).toEqual([]);
  });

  it('answers 503 with Retry-After while too many are being served', async () => {
    const waiting = saturated.get('/handlers', { caller: 'kept' });
    await until(async () => (await saturated.get('/handlers')).status === 503);
    await expectEach(503, { at: saturated });
    letGo();
    await waiting;
    await until(async () => (await saturated.get('/handlers')).status === 200);
  });

  it('has given every answer that the document knows', () => {
    const documented = contract.operations.flatMap(({ id, operation }) =>
      Object.keys(operation.responses).map((status) => `${id} ${status}`),
    );
    expect(documented.filter((answer) => !contract.seen.has(answer))).toEqual([]);
  });
});

/** Every operation that documents the status gives it when it is called like this. */
async function expectEach(
  status: number,
  change: Parameters<ContractWorld['send']>[1],
  only: (id: string) => boolean = () => true,
): Promise<void> {
  const faults: string[] = [];
  for (const id of idsWith(status).filter(only)) {
    faults.push(...world.faults(id, status, await world.send(contract.find(id), change)));
  }
  expect(faults).toEqual([]);
}

async function until(met: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1_000; tries++) if (await met()) return;
  throw new Error('it did not come to that');
}
