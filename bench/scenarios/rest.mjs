import { fork } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { nowMs } from '../clock.mjs';
import { makeBed } from '../lab.mjs';
import { awaitSettled, startMany, startWorker, stepsOf, withProducer } from '../run.mjs';
import { quantile } from '../statistics.mjs';

const GRAPH = 'one';
/** Finished tasks in the tables before anything is measured. */
const TASKS = 100_000;
const PER_SECOND = 200;
/** Requests before those that count: caches are cold and code is not compiled. */
const WARM_UP = 1_000;
const CALLERS = 32;
const SATURATED_MS = 10_000;

/**
 * The REST API of a process that also runs the tasks, called from another one with a token. First at 200 requests/s,
 * whether answers come or not: a late answer is measured from when its request was due. Then by callers that ask again
 * as soon as they are answered.
 */
export async function rest(lab, engine, requests, { quick }) {
  const bed = await makeBed(lab, engine, GRAPH);
  try {
    await fill(bed, quick ? TASKS / 10 : TASKS);
    const server = await startServer(bed);
    const api = caller(server.url, server.token);
    const known = await api.someTasks();
    await paced(api, known, WARM_UP);
    const calm = await paced(api, known, requests);
    const busy = await saturated(api, known, SATURATED_MS);
    api.close();
    await server.stop();
    await awaitSettled(bed);
    return { ...calm.figures, ...busy.figures, faults: [...calm.faults, ...busy.faults] };
  } finally {
    await bed.remove();
  }
}

async function fill(bed, tasks) {
  await withProducer(bed, (producer) => startMany(producer, tasks));
  const worker = await startWorker(bed, { expected: stepsOf(GRAPH, tasks) });
  await worker.reach(stepsOf(GRAPH, tasks));
  await awaitSettled(bed);
  await worker.stop();
  // As autovacuum would have done by the time there are that many.
  await bed.client.query('vacuum analyze');
}

async function startServer({ order: { url } }) {
  const secret = 'the secret of a benchmark, 32 bytes or more';
  const child = fork(join(import.meta.dirname, '../rest-server.mjs'), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const listening = new Promise((resolve) => child.once('message', resolve));
  child.send({ url, secret });
  const answer = await Promise.race([listening, ended.then(() => null)]);
  if (!answer) throw new Error('the server did not start');
  return {
    ...{ url: answer.url, token: tokenOf(secret) },
    stop: () => (child.send('stop'), ended),
  };
}

function tokenOf(secret) {
  const parts = [
    { alg: 'HS256', typ: 'JWT' },
    { sub: 'bench', roles: ['all'], exp: 4_102_444_800 },
  ];
  const signed = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

/** Calls the API over connections that are kept; every answer must be one that was meant. */
function caller(base, token) {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const { hostname, port } = new URL(base);
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const call = (method, path, body) =>
    new Promise((resolve, reject) => {
      const sent = request({ agent, method, host: hostname, port, path: `/tasker${path}`, headers }, (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => resolve({ status: response.statusCode, text: Buffer.concat(chunks).toString() }));
      });
      sent.on('error', reject).end(body);
    });
  return {
    create: (flow) => call('POST', '/tasks', JSON.stringify({ namespace: 'bench', name: GRAPH, context: { flow } })),
    show: (id) => call('GET', `/tasks/${id}?include=steps`),
    list: () => call('GET', '/tasks?name=one&state=complete&limit=50'),
    /** Ids all over the tables. */
    async someTasks() {
      const { text } = await call('GET', '/tasks?limit=1');
      const newest = Number(JSON.parse(text).tasks[0].id);
      return Array.from({ length: 1_000 }, (_, index) => String(1 + ((index * 7_919) % newest)));
    },
    close: () => agent.destroy(),
  };
}

/** Of ten requests five create, four show a task and one lists. */
function kindOf(index) {
  if (index % 2 === 0) return 'create';
  return index % 10 === 9 ? 'list' : 'show';
}

async function ask(api, known, index) {
  const kind = kindOf(index);
  const answer = kind === 'show' ? api.show(known[index % known.length]) : api[kind](index);
  const { status } = await answer.catch((error) => ({ status: error.message }));
  return { kind, sound: status === (kind === 'create' ? 201 : 200) ? true : `${kind} answered ${status}` };
}

async function paced(api, known, requests) {
  const log = newLog();
  const begun = nowMs();
  const asked = [];
  for (let index = 0; index < requests; index++) {
    const due = begun + (index * 1_000) / PER_SECOND;
    const early = due - nowMs();
    if (early > 1) await wait(early);
    asked.push(ask(api, known, index).then((answer) => log.add(answer, nowMs() - due)));
  }
  await Promise.all(asked);
  const { create, read, faults } = log;
  return {
    figures: {
      p50Ms: quantile([...create, ...read], 0.5),
      p99Ms: quantile([...create, ...read], 0.99),
      createP50Ms: quantile(create, 0.5),
      createP99Ms: quantile(create, 0.99),
      readP50Ms: quantile(read, 0.5),
      readP99Ms: quantile(read, 0.99),
    },
    faults,
  };
}

async function saturated(api, known, forMs) {
  const log = newLog();
  const begun = nowMs();
  let next = 0;
  const one = async () => {
    while (nowMs() - begun < forMs) {
      const asked = nowMs();
      log.add(await ask(api, known, next++), nowMs() - asked);
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, one));
  const { create, read, faults } = log;
  const all = [...create, ...read];
  return {
    figures: {
      requestsPerSecond: (all.length / (nowMs() - begun)) * 1_000,
      fullP50Ms: quantile(all, 0.5),
      fullP99Ms: quantile(all, 0.99),
    },
    faults,
  };
}

/** Times by what was asked for, and every kind of answer that was not meant, once. */
function newLog() {
  const wrong = new Set();
  const log = { create: [], read: [] };
  return {
    ...log,
    add({ kind, sound }, ms) {
      log[kind === 'create' ? 'create' : 'read'].push(ms);
      if (sound !== true) wrong.add(sound);
    },
    get faults() {
      return [...wrong];
    },
  };
}
