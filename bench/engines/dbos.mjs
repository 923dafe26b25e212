import { DBOS, DBOSClient } from '@dbos-inc/dbos-sdk';

const QUEUE = 'bench';
const WORKFLOW = 'flow';
const NAME = 'bench';
/** Workers only take what their own version has enqueued. */
const VERSION = '1';

/** Looks every second if not told otherwise, which would be all that an idle start shows. */
const QUEUE_SETTINGS = { workerConcurrency: 50, minPollingIntervalMs: 20 };

/** A workflow is code: it runs its steps in turn, or a width of them at once; the outcome of each is a row. */
function registerWorkflow(graph, record) {
  const runStep = (flow, { name }) =>
    DBOS.runStep(
      async () => {
        record(flow, name === graph.last);
        return { ok: true };
      },
      { name },
    );
  const run = async (flow) => {
    const { steps, width = 0 } = graph;
    if (width === 0) for (const step of steps) await runStep(flow, step);
    else {
      await runStep(flow, steps[0]);
      await Promise.all(steps.slice(1, -1).map((step) => runStep(flow, step)));
      await runStep(flow, steps.at(-1));
    }
  };
  return DBOS.registerWorkflow(run, { name: WORKFLOW });
}

async function producer({ url }) {
  const client = await DBOSClient.create({ systemDatabaseUrl: url });
  const start = (flow) => client.enqueue({ workflowName: WORKFLOW, queueName: QUEUE, appVersion: VERSION }, flow);
  return {
    start,
    startMany: (flows) => Promise.all(flows.map(start)),
    close: () => client.destroy(),
  };
}

async function launch({ url }) {
  DBOS.setConfig({
    ...{ name: NAME, systemDatabaseUrl: url, applicationVersion: VERSION, logLevel: 'error' },
    systemDatabasePoolSize: 20,
  });
  await DBOS.launch();
}

async function work(bed, graph, record) {
  const workflow = registerWorkflow(graph, record);
  await launch(bed);
  await DBOS.registerQueue(QUEUE, QUEUE_SETTINGS);
  return { start: (flow) => DBOS.startWorkflow(workflow)(flow), close: () => DBOS.shutdown() };
}

/** Workflows wait in a queue in the database; the worker's process takes them from there. */
export const dbos = {
  /** Launching makes its tables. */
  async prepare(bed) {
    await launch(bed);
    await DBOS.shutdown();
  },
  producer,
  work,
  async pending({ client }) {
    const { rows } = await client.query(
      "select count(*)::int as n from dbos.workflow_status where status <> 'SUCCESS'",
    );
    return rows[0].n;
  },
  /** Every workflow succeeded, every step has one outcome. */
  async faults({ client }, { flows, steps }) {
    const { rows } = await client.query(
      `select (select count(*) from dbos.workflow_status where status = 'SUCCESS')::int as workflows,
              (select count(*) from dbos.operation_outputs where error is null)::int as outcomes`,
    );
    const wanted = { workflows: flows, outcomes: steps };
    const wrong = Object.keys(wanted).filter((fact) => rows[0][fact] !== wanted[fact]);
    return wrong.map((fact) => `${rows[0][fact]} ${fact} instead of ${wanted[fact]}`);
  },
};

/** Called where it runs, as an application does that needs the result soon: nothing waits in a queue. */
export const dbosInOneProcess = { ...dbos, createsInWorker: true };
