import { orkesConductorClient, TaskManager } from '@io-orkes/conductor-javascript';
import { forEachAtOnce } from '../concurrency.mjs';
import { askDatabase } from '../database.mjs';
import { GRAPHS } from '../graphs.mjs';

const CALLERS = 16;
const DATABASE = 'conductor';
const OWNER = 'bench@example.com';

/** Polls every 100 ms if not told otherwise, which would be most of what an idle chain shows. */
const POLLING = { concurrency: 50, pollInterval: 5 };

async function send({ address }, method, path, body) {
  const response = await fetch(`${address}/api/${path}`, {
    ...{ method, headers: { 'content-type': 'application/json' } },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
}

/** Workflows and tasks of a run are named after its bed: the server keeps those of all runs. */
const task = ({ prefix }, { name }) => ({
  ...{ name: prefix, taskReferenceName: name, type: 'SIMPLE' },
  inputParameters: { flow: '${workflow.input.flow}', step: name },
});

const workflow = (bed) => ({
  ...{ name: bed.prefix, version: 1, schemaVersion: 2, ownerEmail: OWNER, timeoutSeconds: 0 },
  tasks: GRAPHS[bed.graph].steps.map((step) => task(bed, step)),
});

async function prepare(bed) {
  const limits = { timeoutSeconds: 0, responseTimeoutSeconds: 15, retryCount: 3 };
  await send(bed, 'POST', 'metadata/taskdefs', [{ name: bed.prefix, ownerEmail: OWNER, ...limits }]);
  await send(bed, 'POST', 'metadata/workflow', workflow(bed));
}

async function producer(bed) {
  const start = (flow) => send(bed, 'POST', `workflow/${bed.prefix}`, { flow });
  return {
    start,
    startMany: (flows) => forEachAtOnce(flows, CALLERS, start),
    close: async () => undefined,
  };
}

async function work(bed, graph, record) {
  // Without these its client warns that it is not authenticated, which a server of our own does not ask for.
  Object.assign(process.env, { CONDUCTOR_AUTH_KEY: ' ', CONDUCTOR_AUTH_SECRET: ' ' });
  const client = await orkesConductorClient({ serverUrl: bed.address });
  const execute = async ({ inputData: { flow, step } }) => {
    record(flow, step === graph.last);
    return { status: 'COMPLETED', outputData: { ok: true } };
  };
  const manager = new TaskManager(client, [{ taskDefName: bed.prefix, execute, ...POLLING }]);
  manager.startPolling();
  return { close: () => manager.stopPolling() };
}

const WORKFLOWS = 'workflow_def_to_workflow join workflow using (workflow_id) where workflow_def = $1';

const count = (bed, from) =>
  askDatabase(bed.url, DATABASE, `select count(*)::int as n from ${from}`, [bed.prefix]).then(({ n }) => n);

export const conductor = {
  prepare,
  producer,
  work,
  pending: (bed) => count(bed, `${WORKFLOWS} and json_data::jsonb ->> 'status' <> 'COMPLETED'`),
  /** Every workflow has completed, and every task has completed once. */
  async faults(bed, { flows, steps }) {
    const found = {
      'completed workflows': [await count(bed, `${WORKFLOWS} and json_data::jsonb ->> 'status' = 'COMPLETED'`), flows],
      'completed tasks': [
        await count(
          bed,
          `task where json_data::jsonb ->> 'taskDefName' = $1 and json_data::jsonb ->> 'status' = 'COMPLETED'`,
        ),
        steps,
      ],
    };
    return Object.entries(found).flatMap(([fact, [is, wanted]]) =>
      is === wanted ? [] : [`${is} ${fact} instead of ${wanted}`],
    );
  },
};
