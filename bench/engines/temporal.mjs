import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { forEachAtOnce } from '../concurrency.mjs';
import { askDatabase } from '../database.mjs';
import { GRAPHS } from '../graphs.mjs';

const CALLERS = 32;
const WORKFLOWS = fileURLToPath(new URL('../temporal-workflows.mjs', import.meta.url));
const DATABASE = 'temporal';
/** Reading a history takes a call each. */
const HISTORIES_READ = 20;

/** States of an execution in its tables. */
const COMPLETED = 3;

const workflowId = ({ prefix }, flow) => `${prefix}-${flow}`;

async function producer(bed) {
  const connection = await Connection.connect({ address: bed.address });
  const client = new Client({ connection });
  const { steps, width = 0 } = GRAPHS[bed.graph];
  const names = steps.map(({ name }) => name);
  const start = (flow) =>
    client.workflow.start('flow', {
      ...{ taskQueue: bed.prefix, workflowId: workflowId(bed, flow) },
      args: [flow, names, width > 0],
    });
  return {
    start,
    startMany: (flows) => forEachAtOnce(flows, CALLERS, start),
    close: () => connection.close(),
  };
}

/** Its worker with its defaults: a hundred activities at once, the next given with the answer to the last. */
async function work(bed, graph, record) {
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
  const connection = await NativeConnection.connect({ address: bed.address });
  const step = async (flow, name) => {
    record(flow, name === graph.last);
    return { ok: true };
  };
  const worker = await Worker.create({
    ...{ connection, taskQueue: bed.prefix, workflowsPath: WORKFLOWS, activities: { step } },
  });
  const ended = worker.run();
  return {
    async close() {
      worker.shutdown();
      await ended;
      await connection.close();
    },
  };
}

const count = (bed, condition) =>
  askDatabase(
    bed.url,
    DATABASE,
    `select count(*)::int as n from current_executions where workflow_id like $1 and ${condition}`,
    [`${bed.prefix}-%`],
  ).then(({ n }) => n);

/** Of a few: the activities that their histories say are complete. */
async function completedActivities(bed, flows) {
  const connection = await Connection.connect({ address: bed.address });
  const client = new Client({ connection });
  let completed = 0;
  for (let flow = 0; flow < flows; flow++) {
    const { events } = await client.workflow.getHandle(workflowId(bed, flow)).fetchHistory();
    completed += events.filter(({ activityTaskCompletedEventAttributes: done }) => done).length;
  }
  await connection.close();
  return completed;
}

export const temporal = {
  prepare: async () => undefined,
  producer,
  work,
  pending: (bed) => count(bed, `state <> ${COMPLETED}`),
  async faults(bed, { flows, steps }) {
    const read = Math.min(flows, HISTORIES_READ);
    const found = {
      'completed workflows': [await count(bed, `state = ${COMPLETED}`), flows],
      'completed activities': [await completedActivities(bed, read), (steps / flows) * read],
    };
    return Object.entries(found).flatMap(([fact, [is, wanted]]) =>
      is === wanted ? [] : [`${is} ${fact} instead of ${wanted}`],
    );
  },
};
