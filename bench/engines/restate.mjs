import { createServer } from 'node:http2';
import { createEndpointHandler, RestatePromise, service } from '@restatedev/restate-sdk';
import { nowMs } from '../clock.mjs';
import { forEachAtOnce } from '../concurrency.mjs';
import { GRAPHS } from '../graphs.mjs';
import { freePorts } from '../ports.mjs';

const CALLERS = 32;
/**
 * It calls the worker instead of being asked, and what finds no worker waits longer from try to try. So a backlog is made
 * of calls that are all due at one time, when the worker has started.
 */
const DUE_AFTER_MS = 8_000;

const logger = ({ level }, ...message) => level === 'error' && console.error('restate:', ...message);

/** A handler is code: what it does in `ctx.run` is a step, whose outcome is in the journal before the next begins. */
function endpoint({ prefix }, graph, record) {
  const runStep = (ctx, flow, { name }) =>
    ctx.run(name, () => {
      record(flow, name === graph.last);
      return { ok: true };
    });
  const run = async (ctx, flow) => {
    const { steps, width = 0 } = graph;
    if (width === 0) for (const step of steps) await runStep(ctx, flow, step);
    else {
      await runStep(ctx, flow, steps[0]);
      await RestatePromise.all(steps.slice(1, -1).map((step) => runStep(ctx, flow, step)));
      await runStep(ctx, flow, steps.at(-1));
    }
  };
  return createServer(createEndpointHandler({ services: [service({ name: prefix, handlers: { run } })], logger }));
}

const listen = (server, port) => new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));

async function post(url, body) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return response.json();
}

async function statuses({ address, prefix }) {
  const query = `select status, completion_result as result, count(*) as n from sys_invocation
    where target_service_name = '${prefix}' group by status, completion_result`;
  return (await post(`${address.admin}/query`, { query })).rows;
}

const sum = (rows) => rows.reduce((total, { n }) => total + n, 0);

export const restate = {
  /** The server wants to know a service before it takes calls for it, so the endpoint shows itself once. */
  async prepare(bed) {
    const [port] = await freePorts(1);
    const server = endpoint(bed, GRAPHS[bed.graph], () => undefined);
    await listen(server, port);
    await post(`${bed.address.admin}/deployments`, { uri: `http://127.0.0.1:${port}` });
    server.close();
    return { port };
  },

  async producer({ address, prefix }) {
    const dueAt = nowMs() + DUE_AFTER_MS;
    const send = (flow, query = '') => post(`${address.ingress}/${prefix}/run/send${query}`, flow);
    return {
      start: (flow) => send(flow),
      startMany: (flows) =>
        forEachAtOnce(flows, CALLERS, (flow) => send(flow, `?delay=${Math.max(0, Math.round(dueAt - nowMs()))}ms`)),
      close: async () => undefined,
    };
  },

  async work(bed, graph, record) {
    const server = endpoint(bed, graph, record);
    await listen(server, bed.port);
    return { close: async () => void server.close() };
  },

  pending: async (bed) => sum((await statuses(bed)).filter(({ status }) => status !== 'completed')),

  /** What has completed stays for a day, with its result. */
  async faults(bed, { flows }) {
    const succeeded = sum((await statuses(bed)).filter(({ result }) => result === 'success'));
    return succeeded === flows ? [] : [`${succeeded} calls succeeded instead of ${flows}`];
  },
};
